"""Validate the head of an HTTP request, and write the error response that closes the connection.

Pure: no connection, no parser.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from api.http.errors import HttpError, error_body
from api.settings import Settings

MALFORMED: Final = "this is not an HTTP/1.1 request"
UNENCODED: Final = "percent-encode the URL in UTF-8: it contains characters that are not allowed in a URL"
SPACED: Final = f"{MALFORMED}; percent-encode the URL, if there is a space in it"


def head_error(headers: Sequence[tuple[bytes, bytes]], version: str, limits: Settings) -> HttpError | None:
    """Return the error of invalid request headers (names in lower case), or None.

    A proxy may interpret conflicting lengths, or two hosts, differently from this server (request smuggling).
    """
    if version not in {"1.0", "1.1"}:
        return HttpError(400, MALFORMED)
    names = [name for name, _ in headers]
    if len(names) > limits.max_headers:
        return HttpError(431, f"the request has {len(names)} headers; at most {limits.max_headers}")
    if sum(map(len, chain.from_iterable(headers))) > limits.max_header_bytes:
        return HttpError(431, f"the headers are larger than {limits.max_header_bytes} bytes")
    hosts = names.count(b"host")
    if hosts > 1 or (hosts == 0 and version == "1.1"):
        return HttpError(400, "send exactly one Host header")
    if names.count(b"content-length") > 1:
        return HttpError(400, "send only one Content-Length header")
    if b"transfer-encoding" in names:
        codings = [value.lower() for name, value in headers if name == b"transfer-encoding"]
        if codings != [b"chunked"] or b"content-length" in names or version != "1.1":
            return HttpError(400, "send either one Content-Length header, or a chunked body")
    return None


def parse_error(failure: BaseException | None) -> HttpError:
    """Return the error of a request that the parser can't parse."""
    if isinstance(failure, httptools.HttpParserInvalidURLError):
        return HttpError(400, UNENCODED)
    # The parser's message if a URL is not followed by a version.
    return HttpError(400, SPACED if str(failure).startswith("Expected HTTP/") else MALFORMED)


def framing_header(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, bytes] | None:
    """Return the header that determines the length of the body, or None if there is no body."""
    return next((header for header in headers if header[0] in {b"content-length", b"transfer-encoding"}), None)


def closing_response(error: HttpError) -> bytes:
    """Write an error response that closes the connection."""
    body = error_body(error)
    headers = {
        "content-type": "application/json; charset=utf-8",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "connection": "close",
        **error.headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return b"%b%b\r\n%b" % (STATUS_LINE[error.status], lines.encode("latin-1"), body)
