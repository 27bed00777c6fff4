"""What a query means: the contract's types, resolvers, plans, and the execution of operations.

Does no I/O of its own and never sees the driver.
"""
