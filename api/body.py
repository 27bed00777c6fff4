"""From an HTTP request to a GraphQL request (GraphQL over HTTP, sections 5.1 to 5.4)."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.requests import Request as HttpRequest

from api.errors import HttpError
from api.media import JSON
from schema.operation import Request

# Of orjson's writer; its reader takes more.
MAX_DEPTH: Final = 254


async def read_request(http: HttpRequest, headers: Mapping[str, str], max_body_bytes: int) -> Request:
    """Read the GraphQL request that a GET or a POST carries.

    Raises HttpError.
    """
    if http.method == "POST":
        return _checked(_json_object(await _body(http, headers, max_body_bytes)))
    parameters: dict[str, Any] = dict(http.query_params)
    for name in ("variables", "extensions"):
        if parameters.get(name):
            parameters[name] = _parsed(parameters[name].encode(), f'the parameter "{name}"')
        else:
            parameters.pop(name, None)
    return _checked(parameters)


async def _body(http: HttpRequest, headers: Mapping[str, str], limit: int) -> bytes:
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != JSON:
        raise HttpError(415, f"send the request as {JSON}", {"Accept": JSON})
    body = bytearray()
    async for chunk in http.stream():
        body += chunk
        if len(body) > limit:
            raise HttpError(413, f"the body is larger than {limit} bytes")
    return bytes(body)


def _parsed(data: bytes, what: str) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise HttpError(400, f"{what} is not JSON: {error}") from None


def _json_object(body: bytes) -> dict[str, Any]:
    value = _parsed(body, "the body")
    if not isinstance(value, dict):
        raise HttpError(400, 'the body must be a JSON object with "query", not a list or a plain value')
    return value


def canonical(variables: Mapping[str, Any] | None) -> bytes:
    """Variables as the same JSON however they were written.

    Raises HttpError where they are nested deeper than JSON is written here.
    """
    try:
        return orjson.dumps(variables or {}, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        raise HttpError(400, f'"variables" is nested too deep; at most {MAX_DEPTH} levels') from None


def _checked(parameters: Mapping[str, Any]) -> Request:
    query = parameters.get("query")
    variables = parameters.get("variables")
    name = parameters.get("operationName")
    extensions = parameters.get("extensions")
    if not isinstance(query, str):
        raise HttpError(400, '"query" must be a string with the GraphQL document')
    if not (variables is None or isinstance(variables, dict)):
        raise HttpError(400, '"variables" must be an object')
    if not (name is None or isinstance(name, str)):
        raise HttpError(400, '"operationName" must be a string')
    if not (extensions is None or isinstance(extensions, dict)):
        raise HttpError(400, '"extensions" must be an object')
    return Request(query, variables, name or None)
