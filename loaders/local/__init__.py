"""The local mongod for development and tests."""
