"""The Python servers that are compared, each a process of its own: `python -m bench.servers.floor` and so on."""
