"""Writing: admit one loader, write a new revision beside the old one, verify it, publish it."""
