"""Where data lives: the driver's one door, documents, revisions, and the local mongod.

Knows MongoDB; has never heard of GraphQL's language or of HTTP.
"""
