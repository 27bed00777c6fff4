"""The MCP server over standard input and output; the only module that imports the MCP SDK."""

import logging
from typing import Final

from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp.types import Tool as McpTool

from api.http.outcome import OK
from api.mcp.calls import ToolCalls
from api.mcp.tools import INSTRUCTIONS, Tool
from api.release import VERSION
from api.server.request_log import request_id
from api.settings import Settings
from loaders.mongo.driver import Database
from loaders.store.store import Store

SERVER_NAME: Final = "yunshan"
_READS_ONLY: Final = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


async def serve(settings: Settings, uri: str) -> None:
    """Serve MCP over standard input and output until input ends."""
    # The SDK logs each message; we log each call.
    logging.getLogger("mcp").setLevel(logging.WARNING)
    database = Database.open(uri, settings)
    try:
        server = build_server(ToolCalls(settings, Store(database, is_serving=True)))
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())
    finally:
        await database.close()


def build_server(calls: ToolCalls) -> Server:
    """Create a server that offers the given tools."""

    async def list_tools(_: ServerRequestContext, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[_mcp_tool(tool) for tool in calls.tools.values()])

    async def call_tool(context: ServerRequestContext, params: CallToolRequestParams) -> CallToolResult:
        if (tool := calls.tools.get(params.name)) is None:
            raise MCPError(
                INVALID_PARAMS, f"{params.name[:40]!a} is not a tool; choose one of {', '.join(calls.tools)}"
            )
        # Log lines carry the id that the client gave the request.
        request_id.set(str(context.request_id))
        result = await calls.call(tool, params.arguments or {})
        return CallToolResult(
            content=[TextContent(text=result.text)],
            structured_content=result.structured,
            is_error=result.code != OK,
        )

    return Server(
        SERVER_NAME,
        version=VERSION,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _mcp_tool(tool: Tool) -> McpTool:
    return McpTool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input,
        output_schema=tool.output,
        annotations=_READS_ONLY,
    )
