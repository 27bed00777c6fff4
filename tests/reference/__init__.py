"""A second implementation of the contract, in plain Python over seed files held in memory.

It shares nothing with the server but `schema/schema.graphql`. It plans nothing: every resolver computes its value
from the parsed file. Only `server_side`, the test files and `fuzz` import the server.
"""
