"""Write to MongoDB: admit one loader, write a new revision beside the published one, verify it, publish it."""
