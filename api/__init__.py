"""The server: HTTP, the GraphQL endpoint, exports, MCP tools, metrics, and the settings of all of them.

Wires `schema` and `loaders` together. Contains no queries and no MongoDB code.
"""

import gc

# What is imported stays. To look through it for garbage after each 700 objects would take a tenth of the start.
# Nor do answers leave any: they are trees without cycles, and collecting took half the time of completing them.
gc.set_threshold(50_000, 20, 50)
