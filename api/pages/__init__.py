"""The pages for people: HTML of GraphQL operations, rendered on the server, in several languages."""
