"""The languages of the pages, and their wording: one file of `wording/` for each.

A language is added by a file with the keys of the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from api.graphql.http_request import accepted_languages
from api.pages.addresses import WORDING_FOLDER

# The key of the language's own data in its file: its name, its place in lists, its locale in CLDR.
ABOUT: Final = "language"


@dataclass(frozen=True)
class Language:
    """A language of the pages. tag: BCP 47, as in addresses. name: in the language itself."""

    tag: str
    name: str
    order: int
    locale: Locale
    wording: Mapping[str, Any]

    def say(self, key: str, **values: object) -> str:
        """Return a text with its values. A text with several plural forms is chosen by `count`.

        Raises KeyError if there is no such text.
        """
        text = self.wording[key]
        if isinstance(text, Mapping):
            count = values["count"]
            assert isinstance(count, int)
            text = text.get(self.locale.plural_form(count)) or text["other"]
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return str(text).format_map(shown)

    def number(self, value: int) -> str:
        """Write a number that the page itself counts."""
        return str(format_decimal(value, locale=self.locale))

    def day(self, day: str | None) -> str:
        """Write the day of an ISO date or time, or what is stored in its place; "" for none."""
        if not day:
            return ""
        try:
            read = datetime.fromisoformat(day).date() if "T" in day else date.fromisoformat(day)
        except ValueError:
            return day
        return str(format_date(read, "long", locale=self.locale))

    def country(self, code: str) -> str:
        """The name of a country by its ISO 3166-1 code."""
        return str(self.locale.territories.get(code, code))

    def join(self, texts: Sequence[str]) -> str:
        """Join the parts of a list of names."""
        return str(self.wording["comma"]).join(text for text in texts if text)


@cache
def languages() -> Mapping[str, Language]:
    """The languages by tag, in the order of lists; the first is the default."""
    found = [_read(path) for path in WORDING_FOLDER.glob("*.yaml")]
    return {language.tag: language for language in sorted(found, key=lambda language: language.order)}


def _read(path: Path) -> Language:
    wording = yaml.safe_load(path.read_text("utf-8"))
    about = wording.pop(ABOUT)
    locale = Locale.parse(path.stem, sep="-")
    return Language(path.stem, about["name"], about["order"], locale, wording)


def language_for(accept_language: str) -> Language:
    """Choose a language by the header `Accept-Language`."""
    offered = languages()
    for wanted in accepted_languages(accept_language):
        for tag in _tags_for(wanted.lower()):
            if tag in offered:
                return offered[tag]
    return next(iter(offered.values()))


def _tags_for(wanted: str) -> Sequence[str]:
    """The tags of the pages that serve a language range, the closest first."""
    primary, *subtags = wanted.split("-")
    if primary in {"zh", "yue", "cmn"}:
        is_traditional = "hant" in subtags or ({"hk", "tw", "mo"} & {*subtags} and "hans" not in subtags)
        return ("zh-Hant", "zh-Hans") if is_traditional or (primary == "yue" and not subtags) else ("zh-Hans",)
    return [tag for tag in languages() if tag.lower() in {wanted, primary}]
