"""The one stylesheet of pages and their charts, at an address that changes with its content."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from api.http.content_coding import coding_for, encode
from api.pages.addresses import STYLE_PATH
from api.pages.charts.frame import STYLES

_FILE: Final = Path(__file__).parent / "pages.css"


@cache
def stylesheet_path() -> str:
    """The current address of the stylesheet."""
    return STYLE_PATH.format(fingerprint=_fingerprint())


@cache
def _content() -> bytes:
    return STYLES.encode() + _FILE.read_bytes()


@cache
def _fingerprint() -> str:
    return sha256(_content()).hexdigest()[:16]


@cache
def _encoded(coding: str) -> bytes:
    return encode(_content(), coding) if coding else _content()


async def stylesheet(request: HttpRequest) -> Response:
    """Serve the stylesheet.

    Pages of the past stay in caches and name the stylesheet of an older release: they get the current one, which is
    not kept under that name.
    """
    coding = coding_for(request.headers.get("accept-encoding"))
    is_current = request.path_params["fingerprint"] == _fingerprint()
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if is_current else "no-cache",
        "Vary": "Accept-Encoding",
        **({"Content-Encoding": coding} if coding else {}),
    }
    return Response(_encoded(coding), headers=headers, media_type="text/css")
