"""The pages for people: HTML from GraphQL operations, rendered on the server, in several languages, without scripts."""
