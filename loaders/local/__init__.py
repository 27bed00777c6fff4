"""Run a local mongod for development and tests."""
