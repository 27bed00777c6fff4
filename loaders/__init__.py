"""Store and read data in MongoDB: documents, revisions, fetches, publishing, and the local mongod.

Knows nothing of GraphQL or HTTP.
"""
