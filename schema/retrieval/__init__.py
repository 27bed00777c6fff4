"""What resolvers fetch: flat lists, nodes, rankings, standings, aggregates and events."""
