"""Execute tool calls, with the limits, admission control and deadline of HTTP requests.

Every failure becomes a result with a message and a code, without internal details. Independent of MCP.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any, Final

import orjson
from graphql import GraphQLError

from api.graphql.persisted_documents import open_persisted_documents
from api.graphql.request_parser import RequestParser
from api.http.errors import HttpError, gravest_code
from api.http.outcome import OK, OutcomeSummary, RequestOutcome
from api.limits.admission import AdmissionController
from api.limits.rate_limit import MIN_COST, RateLimiter
from api.mcp.tools import Tool, tools_of
from api.settings import Settings
from schema.base.context import Context, Store
from schema.base.errors import BAD_USER_INPUT, INTERNAL, MASKED, RESPONSE_LIMIT, OverLimit
from schema.base.request import Request
from schema.graph.contract import definitions
from schema.operation.operation_cache import Operations
from schema.operation.runner import RequestError, Response, run

logger = logging.getLogger(__name__)
call_log: Final = logging.getLogger("yunshan.calls")

# The process has one client: the one that started it.
AGENT_CLIENT: Final = "agent"
ROOT_TYPE: Final = "Query"


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The result of a tool call.

    structured: the result as JSON, if the tool has an output schema. code: OK, or the code of the gravest error.
    """

    text: str
    structured: dict[str, Any] | None = None
    code: str = OK


class ToolCalls:
    """Executes calls of the tools that the settings allow; `tools` maps their names to them.

    Raises ManifestError if the manifest of TRUSTED_DOCUMENTS is invalid.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        documents = open_persisted_documents(settings)
        self.tools = {tool.name: tool for tool in tools_of(settings, documents.ids)}
        self._store = store
        self._request_parser = RequestParser(settings, documents)
        self._operations = Operations(settings.limits, is_locked=settings.is_locked)
        self._admission = AdmissionController(settings)
        self._rate_limiter = RateLimiter(settings.rate_limit) if settings.rate_limit else None
        self._max_bytes = settings.max_response_bytes

    async def call(self, tool: Tool, arguments: Mapping[str, Any]) -> ToolResult:
        """Execute one call. arguments: as the client sent them, unchecked."""
        started = perf_counter()
        context = Context(self._store)
        call = await self._call(tool, arguments, context)
        outcome = RequestOutcome(OutcomeSummary.of(context.root_fields, call.code, context.cost))
        fields = {"tool": tool.name, "ms": round((perf_counter() - started) * 1000, 2), **outcome.fields()}
        call_log.info("%(tool)s %(outcome)s", fields, extra={"fields": fields})
        return call

    async def _call(self, tool: Tool, arguments: Mapping[str, Any], context: Context) -> ToolResult:
        try:
            values = self._request_parser.validate_parameters(arguments, "the call")
            _check_names(tool, values)
            if tool.output is None:
                return ToolResult(_definitions(values))
            request = Request(tool.document, values) if tool.document else self._request_parser.request_from(values)
            response = await self._run(request, context)
        except RequestError as error:
            response = error.response
        except HttpError as error:
            response = _error_response(error.code, str(error))
        except Exception:
            logger.exception("the call failed")
            response = _error_response(INTERNAL, MASKED)
        return self._result_of(tool, response)

    async def _run(self, request: Request, context: Context) -> Response:
        if self._rate_limiter:
            self._rate_limiter.check(AGENT_CLIENT)
        try:
            return await run(self._operations, request, context, admit=partial(self._admission.slot, AGENT_CLIENT))
        finally:
            if self._rate_limiter:
                self._rate_limiter.spend(AGENT_CLIENT, max(MIN_COST, context.cost or 0))

    def _result_of(self, tool: Tool, response: Response) -> ToolResult:
        """Convert a response to a result: its data if the tool has a document, otherwise the whole response."""
        is_data = tool.document is not None and not response.errors
        content = response.data if is_data else response.body()
        text = orjson.dumps(content)
        if len(text) > self._max_bytes:
            over = OverLimit(RESPONSE_LIMIT, self._max_bytes, len(text))
            return self._result_of(tool, RequestError(over.code, [over]).response)
        return ToolResult(
            text.decode(), content if is_data or not tool.document else None, gravest_code(response.codes)
        )


def _check_names(tool: Tool, values: Mapping[str, Any]) -> None:
    """Reject unknown arguments: GraphQL ignores undeclared variables, which would hide the client's mistake."""
    for name in values:
        if name not in tool.arguments:
            raise _bad_input(f"{name[:40]!a} is not an argument of {tool.name}; it takes {', '.join(tool.arguments)}")


def _definitions(values: Mapping[str, Any]) -> str:
    """Return the schema definitions of the given types; without types, of Query, with the names of the others."""
    known = definitions()
    names = values.get("types")
    if names is None:
        return f"{known[ROOT_TYPE]}\n\n# Other types: {', '.join(sorted(known.keys() - {ROOT_TYPE}))}"
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise _bad_input('"types" must be a list of type names, or be left out')
    for name in names:
        if name not in known:
            raise _bad_input(
                f"{name[:40]!a} is not a type of the schema; call schema without arguments for the names of types"
            )
    return "\n\n".join(known[name] for name in dict.fromkeys(names))


def _bad_input(message: str) -> RequestError:
    return RequestError(BAD_USER_INPUT, [GraphQLError(message)])


def _error_response(code: str, message: str) -> Response:
    return Response(None, [{"message": message, "extensions": {"code": code}}], has_data=False)
