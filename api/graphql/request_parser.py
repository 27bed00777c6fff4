"""Parse HTTP requests into GraphQL requests (GraphQL over HTTP, section 4)."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl

from graphql import GraphQLError, OperationType, get_operation_ast, parse
from starlette.types import Receive, Scope

from api.graphql.persisted_documents import PersistedDocuments, document_id_of
from api.http.content_negotiation import JSON
from api.http.errors import HttpError
from api.http.strict_json import NotStrictJson, StrictJson
from api.settings import Settings
from loaders.lru_cache import LruCache
from schema.base.request import Request

_UTF_8: Final = frozenset({"utf-8", "utf8"})
# Memory for parsed requests, and the size on the wire of the largest that is cached.
MAX_CACHED_BYTES: Final = 4_000_000
MAX_CACHED_REQUEST_BYTES: Final = 8_000
# Memory of an empty object and its reference in a list.
_VALUE_BYTES: Final = 72
# For finding out whether a document is a mutation.
_MAX_TOKENS: Final = 5_000


class RequestParser:
    """Parses requests, within the limits of the settings; caches the result for repeated requests."""

    def __init__(self, settings: Settings, documents: PersistedDocuments) -> None:
        self._documents = documents
        self._max_body_bytes = settings.max_body_bytes
        self._max_batch = settings.max_batch
        self._json = StrictJson(max_depth=settings.max_json_depth, max_digits=settings.max_json_digits)
        # Without a response cache, no requests are cached either.
        max_bytes = MAX_CACHED_BYTES if settings.response_cache_bytes else 0
        self._parsed_requests = LruCache[tuple[bool, bytes], Request](max_weight=max_bytes)

    async def read(self, scope: Scope, receive: Receive, headers: Mapping[str, str]) -> list[Request] | Request:
        """Parse the request of a GET or a POST, or the requests of a batch.

        Raises HttpError, and RequestError if a persisted document is unknown or not allowed.
        """
        is_posted = scope["method"] == "POST"
        if is_posted:
            _check_content(headers.get("content-type", ""), headers.get("content-encoding", "identity"))
            data = await self._read_body(receive, headers)
        else:
            data = scope["query_string"]
        if cached := self._parsed_requests.get((is_posted, data)):
            return cached
        parameters = self._parse_body(data) if is_posted else self._parse_query_string(data)
        if isinstance(parameters, list):
            return [self.request_from(item) for item in parameters]
        request = self.request_from(parameters)
        if not is_posted and "mutation" in request.query and _is_mutation(request):
            raise HttpError(405, "mutations are not allowed with GET; use POST", {"Allow": "POST"})
        # A request with a document and its id must reach the persisted documents each time.
        if len(data) <= MAX_CACHED_REQUEST_BYTES and not (parameters.get("query") and document_id_of(parameters)):
            self._parsed_requests.put((is_posted, data), request, memory_bytes(data, request))
        return request

    async def _read_body(self, receive: Receive, headers: Mapping[str, str]) -> bytes:
        # Checked before reading, so that a client that waits for 100 (Continue) does not send the body.
        if int(headers.get("content-length", 0)) > self._max_body_bytes:
            raise self._too_large()
        body, more = bytearray(), True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise HttpError(408, "the client disconnected before its request was complete")
            body += message.get("body", b"")
            if len(body) > self._max_body_bytes:
                raise self._too_large()
            more = message.get("more_body", False)
        return bytes(body)

    def _too_large(self, what: str = "the body") -> HttpError:
        return HttpError(413, f"{what} is larger than {self._max_body_bytes} bytes")

    def _parse_body(self, body: bytes) -> list[dict[str, Any]] | dict[str, Any]:
        if not body:
            raise HttpError(400, 'the body is empty; send a JSON object with "query"')
        value = self._parse_json(body, "the body")
        if isinstance(value, dict):
            return value
        if not isinstance(value, list):
            raise HttpError(400, 'the body must be a JSON object with "query", not a plain value')
        if not self._max_batch:
            raise HttpError(400, "the body must be one JSON object; this server does not accept batches")
        if not 1 <= len(value) <= self._max_batch:
            raise HttpError(400, f"the body is a list of {len(value)} requests; send 1 to {self._max_batch}")
        if not all(isinstance(item, dict) for item in value):
            raise HttpError(400, "each request of the list must be a JSON object")
        return value

    def _parse_query_string(self, query_string: bytes) -> dict[str, Any]:
        pairs = query_pairs(query_string)
        parameters: dict[str, Any] = dict(pairs)
        if len(parameters) != len(pairs):
            raise HttpError(400, "the URL has a duplicate parameter")
        for name in ("variables", "extensions"):
            if parameters.get(name):
                parameters[name] = self._parse_json(parameters[name].encode(), f'the parameter "{name}"')
            else:
                parameters.pop(name, None)
        return parameters

    def _parse_json(self, data: bytes, what: str) -> Any:
        try:
            return self._json.read(data)
        except NotStrictJson as error:
            raise HttpError(400, f"{what} {error}") from None

    def validate_parameters(self, parameters: Mapping[str, Any], what: str) -> dict[str, Any]:
        """Apply the rules for a body to parameters of another origin. what: their name in error messages.

        Raises HttpError.
        """
        body = json.dumps(parameters, ensure_ascii=False).encode(errors="surrogatepass")
        if len(body) > self._max_body_bytes:
            raise self._too_large(what)
        parsed: dict[str, Any] = self._parse_json(body, what)
        return parsed

    def request_from(self, parameters: Mapping[str, Any]) -> Request:
        """Validate parameters (GraphQL over HTTP, section 5.1).

        Raises HttpError, RequestError.
        """
        variables = parameters.get("variables")
        name = parameters.get("operationName")
        extensions = parameters.get("extensions")
        if not (variables is None or isinstance(variables, dict)):
            raise HttpError(400, '"variables" must be an object')
        if not (name is None or isinstance(name, str)):
            raise HttpError(400, '"operationName" must be a string')
        if not (extensions is None or isinstance(extensions, dict)):
            raise HttpError(400, '"extensions" must be an object')
        return Request(self._documents.text_for(parameters), variables, name or None)


def memory_bytes(data: bytes, request: Request) -> int:
    """Return an upper bound for the memory of a cached request and its key, from the delimiters of its values.

    A persisted document may be longer than the request that names it.
    """
    return 4 * (len(data) + len(request.query)) + _VALUE_BYTES * sum(map(data.count, (b",", b":", b"[", b"{", b"%")))


def query_pairs(query_string: bytes) -> list[tuple[str, str]]:
    """Parse a query string into pairs, in order.

    Raises HttpError.
    """
    try:
        return parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise HttpError(400, "the URL is not percent-encoded UTF-8") from None


# There are few kinds of clients.
@lru_cache(maxsize=64)
def _check_content(content_type: str, content_encoding: str) -> None:
    """Reject content other than JSON. Pages of other sites can send forms, for example, without a CORS preflight."""
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    if media_type != JSON:
        raise HttpError(415, f"send the request as {JSON}", {"Accept": JSON})
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "charset" and value.strip('"') not in _UTF_8:
            raise HttpError(415, "send the request in UTF-8", {"Accept": f"{JSON}; charset=utf-8"})
    if content_encoding.lower() != "identity":
        raise HttpError(415, "send the request without Content-Encoding", {"Accept-Encoding": "identity"})


def _is_mutation(request: Request) -> bool:
    try:
        node = get_operation_ast(parse(request.query, max_tokens=_MAX_TOKENS), request.operation_name)
    except (GraphQLError, RecursionError):
        return False
    return node is not None and node.operation is OperationType.MUTATION
