"""All kinds of pages."""

from typing import Final

from api.pages.addresses import AS_OF
from api.pages.district import read_district
from api.pages.home import read_home
from api.pages.page import Page, PageContent, PageRequest
from api.pages.search import read_search
from api.pages.sitemap import read_sitemap

PAGES: Final = (
    Page("home", "", read_home, frozenset({"after"})),
    Page("search", "search", read_search, frozenset({"q", "after"})),
    Page("district", "districts/{slug}", read_district, frozenset({AS_OF})),
)

SITEMAP: Final = Page("sitemap", "sitemap.xml", read_sitemap, form="xml")


async def _read_nothing(_: PageRequest) -> PageContent:
    return {}


ERROR: Final = Page("error", "", _read_nothing)


def has_page(path: str) -> bool:
    """Whether a path below the language is that of some page."""
    return any(page.match(path.partition("#")[0].partition("?")[0]) is not None for page in PAGES)
