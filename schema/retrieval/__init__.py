"""What resolvers fetch: flat lists, nodes, growth, aggregates, the past and events."""
