"""GraphQL over HTTP, server-sent events and WebSockets: from bytes to a request, and from a result to a response."""
