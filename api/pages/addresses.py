"""Addresses of pages, which parameters each takes, and what metrics call them.

Imports nothing that makes pages, so that a server starts without it.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from api.http.errors import HttpError

AS_OF: Final = "asOf"
# A language has a file of wording.
WORDING_FOLDER: Final = Path(__file__).parent / "wording"
STYLE_PATH: Final = "/pages/{fingerprint}.css"
SITEMAP_PATH: Final = "sitemap.xml"
# Those of a page without its language, which is the reader's.
ANY_LANGUAGE_PATHS: Final = ("/charts/{path:path}", "/docs/{path:path}")
# The operation names of pages in metrics and logs, by the names of the registry.
PAGE_OPERATIONS: Final = {
    name: f"page {name}"
    for name in (
        "home",
        "search",
        "district",
        "indicators",
        "indicator",
        "metric",
        "observation",
        "downloads",
        "compare",
        "manual index",
        "manual",
        "ranking chart",
        "series chart",
        "against chart",
        "sitemap",
    )
}
# The parts of ids (`Metric:baiyun/calls`) that have pages.
_FOLDERS: Final[Mapping[str, str]] = {
    "District": "districts",
    "Indicator": "indicators",
    "Metric": "metrics",
    "Observation": "observations",
}
_REVISION: Final = re.compile(r"[0-9]{1,9}")
_MAX_SHOWN: Final = 60


def page_paths() -> list[str]:
    """The paths of all routes of `api.pages.routes`."""
    tags = [file.stem for file in WORDING_FOLDER.glob("*.yaml")]
    below = [path for tag in tags for path in (f"/{tag}", f"/{tag}/{{path:path}}")]
    return ["/", STYLE_PATH, f"/{SITEMAP_PATH}", *ANY_LANGUAGE_PATHS, *below]


def path_of(node_id: str) -> str:
    """The path of a node's page below its language: `Metric:baiyun/calls` is at `metrics/baiyun/calls`.

    A node without a page of its own is shown on its district's, at an anchor.
    """
    kind, _, rest = node_id.partition(":")
    if kind in _FOLDERS:
        return f"{_FOLDERS[kind]}/{quote(rest)}"
    district, _, slug = rest.partition("/")
    return f"districts/{quote(district)}#{quote(f'{kind.lower()}-{slug}')}"


def with_parameters(path: str, parameters: Mapping[str, str | int | None]) -> str:
    """Add parameters to a path, without those that are None."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def read_parameters(query: Iterable[tuple[str, str]], allowed: Iterable[str]) -> dict[str, str]:
    """Read the parameters of an address. Raises HttpError if one is unknown or there twice."""
    known, given = sorted(allowed), dict[str, str]()
    for name, value in query:
        if name not in known:
            raise HttpError(400, f'there is no parameter "{name[:_MAX_SHOWN]}" here; {_offer(known)}')
        if name in given:
            raise HttpError(400, f'"{name}" is given twice; give it once')
        given[name] = value
    return given


def _offer(known: list[str]) -> str:
    return f"use {', '.join(known)}" if known else "this page takes none"


def read_revision(parameters: Mapping[str, str]) -> int | None:
    """The revision that the address asks for, if any. Raises HttpError if it isn't a number."""
    text = parameters.get(AS_OF)
    if text is None:
        return None
    if not _REVISION.fullmatch(text):
        raise HttpError(400, f'"{AS_OF}" is "{text[:_MAX_SHOWN]}"; write the number of a revision, such as {AS_OF}=1')
    return int(text)


def web_address(url: str | None) -> str | None:
    """An address that may be a link: http or https with a host, without control characters; None for any other."""
    if not url or any(character <= " " or character == "\x7f" for character in url):
        return None
    try:
        parts = urlsplit(url)
        return url if parts.scheme in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None
