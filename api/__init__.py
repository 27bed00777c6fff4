"""The server: HTTP, the GraphQL endpoint, exports, MCP tools, metrics, and the settings of all of them.

Wires `schema` and `loaders` together. Contains no queries and no MongoDB code.
"""
