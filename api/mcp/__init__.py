"""For agents: `/llms.txt`, and the tools of `python -m api mcp`."""
