"""The GraphQL schema ("the contract"): types and resolvers, query planning, and the execution of operations.

Does no I/O of its own and never sees the driver.
"""
