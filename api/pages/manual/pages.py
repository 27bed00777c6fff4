"""The pages of the manual: its index, and each file of the guide and the reference that is there.

A checkout has them, and so has the image; without them there are no pages of the manual and no links to them.
"""

import asyncio
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from api.http.errors import HttpError
from api.pages.manual.markdown import Document, read_document
from api.pages.page import PageContent, PageRequest
from loaders.settings import ROOT

_FOLDER: Final = ROOT / "docs"
_INDEX: Final = "README"
_SECTION: Final = "\n## "


@cache
def manual_files() -> Sequence[Path]:
    """The files that are pages: the index, then the others; none without an index."""
    index = _FOLDER / f"{_INDEX}.md"
    return (
        [index, *sorted(_FOLDER.glob("guide/*.md")), *sorted(_FOLDER.glob("reference/*.md"))]
        if index.exists()
        else []
    )


@cache
def manual_names() -> Sequence[str]:
    """The names of all pages but the index: `guide/ask`."""
    return [f"{path.parent.name}/{path.stem}" for path in manual_files()[1:]]


async def read_index(_: PageRequest) -> PageContent:
    """Read the list of all pages. Raises HttpError (404) if there are none."""
    return await _read(_INDEX)


async def read_manual_page(request: PageRequest) -> PageContent:
    """Read a page. Raises HttpError (404) if there is none of that name."""
    return await _read("{folder}/{name}".format_map(request.values))


async def _read(name: str) -> PageContent:
    if name not in {*manual_names(), _INDEX} or not manual_files():
        raise HttpError(404, "there is no page of the manual at this address")
    # The first reader of a long page would hold up all others for a tenth of a second.
    return {"document": await asyncio.to_thread(_document, name), "is_index": name == _INDEX}


@cache
def _document(name: str) -> Document:
    text = (_FOLDER / f"{name}.md").read_text("utf-8")
    names = manual_names()
    if name == _INDEX:
        # Its other sections list files that are no pages.
        first, *sections = text.split(_SECTION)
        text = _SECTION.join([first, *(one for one in sections if any(f"]({linked}.md)" in one for linked in names))])
    return read_document(text, name, names)
