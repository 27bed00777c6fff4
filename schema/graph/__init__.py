"""The types of the contract with their resolvers, and the schema built from them."""
