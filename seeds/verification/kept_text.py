"""Read the kept text of a source: its lines that are not blank, its digest, and the lines that a locator names."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from seeds.format.locators import NumberedPlace, places_of
from seeds.verification.dates import DateMention, dates_of, last_year_named
from seeds.verification.normalisation import Line, normal_line

_KANA: Final = re.compile("[ぁ-ヿ]")
MAX_BYTES: Final = 4 * 1024 * 1024


class UnreadableText(Exception):
    """The kept text can't be read; the message says why and what to do."""


@dataclass(frozen=True)
class KeptText:
    """A text that an editor has kept. sha256: of its bytes. lines: those that are not blank, in order.

    paragraphs, pages: the numbers of the lines of each. published: the year of the source, for "last year".
    """

    sha256: str
    lines: list[Line]
    paragraphs: list[range]
    pages: list[range]
    published: int | None = None
    title: str = ""

    @cached_property
    def dates(self) -> list[list[DateMention]]:
        """The dates of each line; years carry over from line to line."""
        is_japanese = any(_KANA.search(line.text) for line in self.lines)
        year = last_year_named(self.title_dates, None)
        found: list[list[DateMention]] = []
        for line in self.lines:
            found.append(list(dates_of(line.text, year, published=self.published, is_japanese=is_japanese)))
            year = last_year_named(found[-1], year)
        return found

    @cached_property
    def title_dates(self) -> list[DateMention]:
        """The dates of the source's title."""
        is_japanese = any(_KANA.search(line.text) for line in self.lines)
        return list(dates_of(self.title, None, published=self.published, is_japanese=is_japanese))

    def lines_at(self, locators: Sequence[str]) -> tuple[list[Line], str | None]:
        """The lines that locators name, all if they name none; and a fault, if one names what isn't there."""
        places = [place for locator in locators for place in places_of(locator)]
        if not places:
            return self.lines, None
        numbers: set[int] = set()
        fault = None
        for place in places:
            found = self._numbers(place)
            fault = fault or (None if found else f"the text has no {place}")
            numbers |= found
        return [line for line in self.lines if line.number in numbers], fault

    def _numbers(self, place: NumberedPlace) -> set[int]:
        if place.kind == "line":
            return set(range(max(place.first, 1), min(place.last, len(self.lines)) + 1))
        blocks = self.paragraphs if place.kind == "paragraph" else self.pages
        return {number for block in blocks[max(place.first, 1) - 1 : place.last] for number in block}


def read_kept_text(path: Path, *, published: int | None, title: str) -> KeptText:
    """Read a kept text. Raises UnreadableText."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableText(f"{path}: the file can't be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise UnreadableText(f"{path}: a kept text may have at most {MAX_BYTES // 1024 // 1024} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableText(
            f"{path}:{line}: byte 0x{data[error.start]:02x} is not UTF-8; save the text as UTF-8"
        ) from None
    return _kept_text(text, hashlib.sha256(data).hexdigest(), published, title)


def _kept_text(text: str, sha256: str, published: int | None, title: str) -> KeptText:
    lines: list[Line] = []
    paragraphs: list[range] = []
    pages: list[range] = []
    for page in text.replace("\r\n", "\n").replace("\r", "\n").split("\f"):
        first_of_page = first = len(lines) + 1
        for raw in [*page.split("\n"), ""]:
            if raw.strip():
                lines.append(normal_line(raw.strip(), len(lines) + 1))
            elif len(lines) >= first:
                paragraphs.append(range(first, len(lines) + 1))
                first = len(lines) + 1
        pages.append(range(first_of_page, len(lines) + 1))
    return KeptText(sha256, lines, paragraphs, pages, published, normal_line(title).text)
