"""Interfaces for AI agents: `/llms.txt`, and the MCP tools of `python -m api mcp`."""
