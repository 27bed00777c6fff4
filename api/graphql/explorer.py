"""The explorer: a page that shows an operation with its answer, and lets people change it and run it again.

The server draws both into the page, which works as a form without scripts. The scripts, with the editor, are built
from `web/`; their versions and licences are in `static/explorer/THIRD_PARTY.md`. No file comes from another host.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self
from urllib.parse import urlencode

import orjson
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from api.graphql.http_request import accepted_languages, headers_of
from api.graphql.request_parser import query_pairs
from api.http.content_coding import coding_for, encode
from api.settings import Settings
from schema.base.languages import preferred

if TYPE_CHECKING:
    from jinja2 import Template

EXPLORER_FOLDER: Final = Path(__file__).parents[1] / "static" / "explorer"
# A longer answer is drawn by the script.
MAX_DRAWN_BYTES: Final = 200_000
_LANGUAGE: Final = "language"

# CodeMirror adds its styles with the nonce, and draws squiggles from data: URLs.
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'nonce-{nonce}'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_ASSET_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
_OPENER: Final = {"Cross-Origin-Opener-Policy": "same-origin"}


class Link(NamedTuple):
    """A link in the head of the page."""

    name: str
    address: str
    language: str = "en"


class Language(NamedTuple):
    """A language that answers can be asked for in, and its name in itself."""

    tag: str
    name: str


_PAGES: Final = (Link("Pages", "/en/"), Link("网页", "/zh-Hans/", "zh-Hans"), Link("網頁", "/zh-Hant/", "zh-Hant"))
_LANGUAGES: Final = (Language("zh-Hans", "简体"), Language("zh-Hant", "繁體"), Language("en", "English"))


@dataclass(frozen=True, slots=True)
class ExplorerState:
    """What the URL of the page asks for.

    parameters: the query string of the operation: the URL's own, or the first example's. chosen: the language that
    the URL names, or "". accept_language: the languages of the answer. query, variables: as the URL has them.
    """

    parameters: bytes
    chosen: str
    accept_language: str
    query: str
    variables: str

    @classmethod
    def of(cls, query_string: bytes, headers: Mapping[str, str]) -> Self:
        """Read the query string of the page. Raises HttpError."""
        pairs = query_pairs(query_string)
        known = {language.tag for language in _LANGUAGES}
        chosen = next((value for name, value in reversed(pairs) if name == _LANGUAGE and value in known), "")
        given = [pair for pair in pairs if pair[0] != _LANGUAGE] or [("query", _examples()[0]["query"])]
        # Browsers send the line breaks of a form as CR and LF.
        given = [(name, value.replace("\r\n", "\n")) for name, value in given]
        asked = dict(given)
        accept_language = chosen or headers.get("accept-language", "")
        return cls(
            urlencode(given).encode(), chosen, accept_language, asked.get("query", ""), asked.get("variables", "")
        )

    @classmethod
    def empty(cls) -> Self:
        """The state of a page whose URL can't be read."""
        return cls(b"", "", "", "", "")

    def address(self, query: str) -> str:
        """The URL of the page with another query."""
        return f"/graphql?{urlencode({'query': query, **({_LANGUAGE: self.chosen} if self.chosen else {})})}"


def explorer_page(
    state: ExplorerState, answer: bytes, status: str, links: Sequence[Link], accept_encoding: str | None
) -> Response:
    """Draw the page. answer: a response as JSON, or b"" for one that the script has to get."""
    nonce = secrets.token_urlsafe(16)
    page = (
        _template()
        .render(
            address=state.address,
            answer=_indented(answer) if len(answer) <= MAX_DRAWN_BYTES else "",
            chosen=state.chosen,
            examples=_examples(),
            languages=_LANGUAGES,
            links=links,
            nonce=nonce,
            opened="open" if state.variables else "",
            pressed=preferred(accepted_languages(state.accept_language))[0] if state.accept_language else "",
            query=state.query,
            status=status,
            variables=state.variables,
        )
        .encode(errors="replace")
    )
    headers = {
        **_OPENER,
        "Content-Security-Policy": _POLICY.format(nonce=nonce),
        "Cache-Control": "no-cache",
        "Vary": "Accept, Accept-Encoding, Accept-Language",
    }
    if coding := coding_for(accept_encoding):
        page, headers["Content-Encoding"] = encode(page, coding), coding
    return Response(page, headers=headers, media_type="text/html; charset=utf-8")


def explorer_links(settings: Settings) -> tuple[Link, ...]:
    """The links of the page to what else the server has."""
    pages = _PAGES if settings.has_pages else ()
    guide = [Link("Guide", "/llms.txt")] if settings.serves_llms_txt else []
    downloads = [Link("Downloads", "/export/")] if settings.has_exports else []
    return (*pages, *guide, *downloads)


def _indented(body: bytes) -> str:
    return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode() if body else ""


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((EXPLORER_FOLDER / "index.html").read_text("utf-8"))


@cache
def _examples() -> Sequence[Mapping[str, str]]:
    examples: Sequence[Mapping[str, str]] = orjson.loads((EXPLORER_FOLDER / "examples.json").read_bytes())
    return examples


class _Assets(StaticFiles):
    """Static files; those whose names change with their content are cacheable for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update({**_OPENER, "Content-Security-Policy": _ASSET_POLICY})
        if path.startswith("assets/"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def explorer_files() -> Mount:
    """Serve the files of the page under `/explorer`."""
    compressed: ASGIApp = GZipMiddleware(_Assets(directory=EXPLORER_FOLDER))

    async def files(scope: Scope, receive: Receive, send: Send) -> None:
        if not coding_for(headers_of(scope).get("accept-encoding"), ("gzip",)):
            # The middleware ignores weights, and would compress for a client that refuses gzip with q=0.
            scope = {**scope, "headers": [header for header in scope["headers"] if header[0] != b"accept-encoding"]}
        await compressed(scope, receive, send)

    return Mount("/explorer", app=files)
