"""The format of seed files: how they are read, what each field takes, what is wrong and where."""
