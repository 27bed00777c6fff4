"""The one door to MongoDB: clients, operations with a deadline, BSON, monitoring."""
