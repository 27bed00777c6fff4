"""The format of seed files: reading, the model with its fields, and checks that report problems by line and field."""
