"""Access to MongoDB: the driver's clients, operations with deadlines, BSON encoding, monitoring."""
