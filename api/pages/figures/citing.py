"""Citations of one figure: as text, BibTeX and CSL-JSON. The producer is named first, then this site.

Pure: no I/O.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.pages.languages import Language

_BIBTEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "#$%&_"},
}
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?[?~%]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A source that a figure is cited from. producer: who published it, if known. published: EDTF."""

    producer: str | None
    title: str
    locator: str
    published: str | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedFigure:
    """A figure to cite. statement: what is measured, where, the figure and its period, in one line.

    key: a name for it in files. loaded: the day of the revision, ISO 8601. address: of this revision of the figure.
    """

    key: str
    statement: str
    publications: Sequence[Publication]
    revision: int
    loaded: str
    address: str


def plain(cited: CitedFigure, language: Language) -> str:
    """The citation as text."""
    return language.say(
        "cite-plain",
        sources=language.say("semicolon").join(_published(one, language) for one in cited.publications),
        statement=cited.statement,
        site=language.say("site"),
        revision=str(cited.revision),
        day=language.day(cited.loaded),
        address=cited.address,
    )


def bibtex(cited: CitedFigure, language: Language) -> str:
    """The citation as an entry of BibTeX; its letters beyond ASCII are those of UTF-8, as biber reads them."""
    fields = {
        "author": " and ".join(f"{{{_escaped(producer)}}}" for producer in _producers(cited)),
        "title": f"{{{_escaped(cited.statement)}}}",
        "year": str(_dates(cited)[0]) if _dates(cited) else "",
        "howpublished": _escaped(_edition(cited, language)),
        "note": _escaped(language.say("semicolon").join(_published(one, language) for one in cited.publications)),
        "url": re.sub(r"[{}\\]", "", cited.address),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{cited.key},\n{lines}\n}}"


def csl_json(cited: CitedFigure, language: Language) -> str:
    """The citation as CSL-JSON, which Zotero and pandoc read."""
    item: dict[str, Any] = {
        "id": cited.key,
        "type": "dataset",
        **({"author": [{"literal": producer} for producer in _producers(cited)]} if _producers(cited) else {}),
        "title": cited.statement,
        "container-title": language.say("site"),
        "version": str(cited.revision),
        "URL": cited.address,
        "note": language.say("semicolon").join(_published(one, language) for one in cited.publications),
        "language": language.tag,
    }
    if dates := _dates(cited):
        item["issued"] = {"date-parts": [dates]}
    return json.dumps([item], ensure_ascii=False, indent=2)


def _producers(cited: CitedFigure) -> list[str]:
    return list(dict.fromkeys(one.producer for one in cited.publications if one.producer))


def _published(one: Publication, language: Language) -> str:
    date = language.say("cite-published", day=one.published) if one.published else ""
    text = language.say("cite-source", title=one.title, locator=one.locator, published=date)
    if one.producer:
        text = language.say("cite-producer", producer=one.producer, source=text)
    return f"{text}{language.say('comma')}{one.url}" if one.url else text


def _edition(cited: CitedFigure, language: Language) -> str:
    return language.say("cite-edition", site=language.say("site"), revision=str(cited.revision))


def _dates(cited: CitedFigure) -> list[int]:
    """When the first source was published, as far as it is known: year, month, day."""
    if cited.publications and (found := _DATE.fullmatch(cited.publications[0].published or "")):
        # A season or half-year of EDTF is no month.
        parts = [int(part) for part in found.groups() if part]
        return parts if len(parts) == 1 or 1 <= parts[1] <= 12 else parts[:1]
    return []


def _escaped(text: str) -> str:
    return "".join(_BIBTEX.get(character, character) for character in text)
