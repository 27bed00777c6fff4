"""`/llms.txt`: a description of the API for language models (llmstxt.org)."""

from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.graphql.response_cache import digest_of, match_etag

_FILE: Final = Path(__file__).with_name("llms.txt")


async def llms(request: Request) -> Response:
    """Serve the page, or 304 if the client has it."""
    text, key = _page()
    headers = {"ETag": f'"{key}"', "Cache-Control": "no-cache"}
    if match_etag(request.headers.get("if-none-match"), key):
        return Response(None, 304, headers)
    return Response(text, 200, headers, "text/plain; charset=utf-8")


@cache
def _page() -> tuple[bytes, str]:
    text = _FILE.read_bytes()
    return text, digest_of(text)
