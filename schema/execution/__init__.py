"""Execute operations with graphql-core's executor, extended to complete documents by generated Python functions."""
