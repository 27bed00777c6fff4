"""Fetching for resolvers: flat lists, nodes, rankings, aggregates and events, batched."""
