"""All kinds of pages."""

from typing import Final

from api.pages.addresses import AS_OF
from api.pages.district import read_district
from api.pages.home import read_home
from api.pages.page import Page
from api.pages.search import read_search

PAGES: Final = (
    Page("home", "", read_home, frozenset({"after"})),
    Page("search", "search", read_search, frozenset({"q", "after"})),
    Page("district", "districts/{slug}", read_district, frozenset({AS_OF})),
)


def has_page(path: str) -> bool:
    """Whether a path below the language is that of some page."""
    return any(page.match(path.partition("#")[0].partition("?")[0]) is not None for page in PAGES)
