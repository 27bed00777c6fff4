"""The data model: collections with their validators and indexes, read models, revisions."""
