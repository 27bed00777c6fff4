"""What is stored: collections with their validators and indexes, read models, revisions."""
