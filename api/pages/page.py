"""A kind of page: its addresses, its parameters, and what reads its data."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeAlias

from api.pages.addresses import AS_OF
from api.pages.languages import Language
from api.pages.operations import OperationRunner

_VARIABLE: Final = re.compile(r"\\\{(\w+)\\\}")

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml",
    "xml": "application/xml; charset=utf-8",
}


class PageRequest(NamedTuple):
    """What an address asks for. values: the variable parts of its path. as_of: the revision that it names.

    base: scheme and host of the address.
    """

    language: Language
    values: Mapping[str, str]
    parameters: Mapping[str, str]
    as_of: int | None
    runner: OperationRunner
    base: str


# What the template shows, by name.
PageContent: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """One kind of page; its template is `{name}.{form}`.

    path: below the language, with variable parts in braces: `districts/{slug}`. read: runs the operations; raises
    HttpError. A page with the parameter `asOf` can be of a past revision. An `svg` is drawn
    by `read`, without a template.
    """

    name: str
    path: str
    read: Callable[[PageRequest], Awaitable[PageContent]]
    parameters: frozenset[str] = frozenset()
    form: str = "html"

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(_VARIABLE.sub(r"(?P<\1>[^/]{1,200})", re.escape(self.path)))

    def match(self, path: str) -> dict[str, str] | None:
        """The variable parts of a path; None if it isn't of this kind."""
        found = self._pattern.fullmatch(path)
        return found.groupdict() if found else None

    @property
    def template(self) -> str:
        """The name of the template."""
        return f"{self.name}.{self.form}"

    @property
    def media(self) -> str:
        """The media type."""
        return MEDIA_TYPES[self.form]

    @property
    def has_past(self) -> bool:
        """Whether the page can be of a past revision."""
        return AS_OF in self.parameters
