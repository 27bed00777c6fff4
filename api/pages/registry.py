"""All kinds of pages."""

from typing import Final

from api.pages.addresses import AS_OF, SITEMAP_PATH
from api.pages.districts.district import read_district
from api.pages.downloads import read_downloads
from api.pages.figures.compare import read_compare
from api.pages.figures.embedding import read_against_chart, read_ranking_chart, read_series_chart
from api.pages.figures.indicators import read_indicator, read_indicators
from api.pages.figures.metrics import read_metric, read_observation
from api.pages.lists.home import read_home
from api.pages.lists.search import read_search
from api.pages.manual.pages import read_index, read_manual_page
from api.pages.page import Page, PageContent, PageRequest
from api.pages.sitemap import read_sitemap

PAGES: Final = (
    Page("home", "", read_home, frozenset({"after"})),
    Page("search", "search", read_search, frozenset({"q", "after"})),
    Page("district", "districts/{slug}", read_district, frozenset({AS_OF})),
    Page("indicators", "indicators/", read_indicators, frozenset({"after"})),
    Page("indicator", "indicators/{slug}", read_indicator, frozenset({"during", "unit", "after"})),
    Page("metric", "metrics/{district}/{metric}", read_metric, frozenset({AS_OF})),
    Page("observation", "observations/{district}/{metric}/{slug}", read_observation, frozenset({AS_OF})),
    Page("downloads", "export/", read_downloads),
    Page("compare", "compare", read_compare, frozenset({"districts", "indicators"})),
    Page("manual index", "docs/", read_index),
    Page("manual", "docs/{folder}/{name}", read_manual_page),
    Page("ranking chart", "charts/indicators/{slug}.svg", read_ranking_chart, form="svg"),
    Page(
        "series chart",
        "charts/metrics/{district}/{metric}.svg",
        read_series_chart,
        frozenset({AS_OF}),
        form="svg",
    ),
    Page("against chart", "charts/districts/{slug}/{indicator}.svg", read_against_chart, form="svg"),
)

SITEMAP: Final = Page("sitemap", SITEMAP_PATH, read_sitemap, form="xml")


async def _read_nothing(_: PageRequest) -> PageContent:
    return {}


ERROR: Final = Page("error", "", _read_nothing)
# In place of a page whose subject can't be read.
DAMAGED: Final = Page("damaged", "", _read_nothing)


def has_page(path: str) -> bool:
    """Whether a path below the language is that of some page."""
    return any(page.match(path.partition("#")[0].partition("?")[0]) is not None for page in PAGES)
