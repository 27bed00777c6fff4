"""Every filter and order of sources, of which districts list some in common, against the oracle."""

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import uuid4

import pytest
import pytest_asyncio

from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from loaders.store.store import Store
from seeds.building.district import build
from seeds.format.model import District
from tests.schema.arguments.test_filters import (
    ORDERINGS,
    FilterCase,
    choices,
    combined,
    ids,
    names,
    scale,
    some_rows,
    walked,
    whole_list,
)
from tests.schema.arguments.test_filters import TYPES as FLAT_TYPES
from tests.support import oracle
from tests.support.api import Api, Commands, api_of
from tests.support.data.content import district, load_of, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOURCES: Final[list[dict[str, Any]]] = [
    {
        "slug": "yearbook",
        "title": text("白云统计年鉴", "Baiyun Yearbook"),
        "kind": "STATISTICS",
        "publisher": text("统计局", "Bureau of Statistics"),
        "url": "https://example.org/b",
        "published": "2024",
        "accessedOn": "2025-11-22",
        "language": "zh-Hans",
    },
    {
        "slug": "notice",
        "title": text("关于热线的通知", "Notice on the hotline"),
        "kind": "GOVERNMENT_NOTICE",
        "publisher": text("政务局", "Government Office"),
        "url": "https://example.org/a",
        "publishedOn": "2024-03-05",
    },
    {"slug": "press", "title": text("白雲日報"), "kind": "NEWS", "published": "2025-06", "language": "en"},
    {
        "slug": "series",
        "title": text("年度报告", "Annual reports"),
        "kind": "REPORT",
        "publisher": text("统计学会"),
        "published": "2024-03/..",
        "accessedOn": "2025-06-30",
    },
    {
        "slug": "plan",
        "title": text("规划", "Plan"),
        "kind": "REPORT",
        "url": "https://example.org/d",
        "published": "2025",
    },
    {"slug": "page", "title": text("网页"), "kind": "OTHER", "url": "https://example.org/c", "language": "zh-Hans"},
]
# Which of them each district lists.
LISTED: Final = {
    "a": ("yearbook", "notice"),
    "b": ("notice", "press", "series"),
    "c": ("notice", "yearbook", "plan"),
    "d": ("page",),
}


def listing(slug: str, listed: tuple[str, ...]) -> Any:
    sources = [source for source in SOURCES if source["slug"] in listed]
    return build(District.model_validate(district(slug, sources=sources, pillars=[])))


DISTRICTS: Final[list[Any]] = [listing(slug, listed) for slug, listed in LISTED.items()]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(mongodb_uri: str) -> AsyncIterator[Api]:
    async with api_of(mongodb_uri, DISTRICTS) as api:
        yield api


@pytest.fixture(autouse=True)
def sources_are_a_flat_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FLAT_TYPES, "sources", "Source")


SOURCED: Final = [
    *combined({"kind": {"eq": "REPORT"}}, {"url": {"exists": True}}),
    *scale("id", "Source:notice", "Source:press", always=True),
    *scale("slug", "notice", "press", always=True),
    *names("title", "白云", "白雲", "通知 hotline", "年", "ANNUAL report"),
    *choices("kind", "REPORT", "NEWS", always=True),
    *names("publisher", "统计", "統計", "government"),
    *scale("url", "https://example.org/a", "https://example.org/c"),
    FilterCase({"published": {"exists": True}}),
    FilterCase({"published": {"exists": False}}),
    *choices("published.kind", "YEAR", "DAY"),
    *scale("published.start", "2024-03-01", "2025-06-01"),
    *scale("published.end", "2024-12-31", "2025-12-31"),
    *(FilterCase({"published": {"during": edtf}}) for edtf in ("2024", "2025-01/2025-12", "2025-06", "2024-03/..")),
    *(FilterCase({"published": {"covers": day}}) for day in ("2024-03-05", "2024-12-31", "2025-06-30", "2030-01-01")),
    FilterCase({"published": {"start": {"gte": "2024-01-01"}, "end": {"lte": "2024-12-31"}}}),
    *choices("publishedOn", "2024-03-05", "2025-06-30"),
    FilterCase({"publishedOn": {"gte": "2024-03-05"}}),
    *scale("accessedOn", "2025-06-30", "2025-11-22")[:-1],
    *choices("language", "en", "zh-Hans"),
    FilterCase({"district": {"eq": "a"}}),
    FilterCase({"district": {"in": ["a", "d", "nowhere"]}}),
    FilterCase({"district": {"eq": "b", "in": ["a", "b"]}}),
    FilterCase({"not": {"district": {"eq": "c"}}}),
    FilterCase({"or": [{"district": {"eq": "d"}}, {"kind": {"eq": "NEWS"}}]}),
    FilterCase({"and": [{"district": {"eq": "a"}}, {"district": {"eq": "b"}}]}),
    FilterCase({"district": {"eq": "nowhere"}}, of_all=True),
]


@pytest.mark.parametrize("case", some_rows(SOURCED))
async def test_a_filter_of_sources(api: Api, case: FilterCase) -> None:
    every = oracle.flat_list(DISTRICTS, "sources")
    expected = ids(oracle.chosen(every, case.where))
    assert await whole_list(api, "sources", where=case.where) == (expected, len(expected))
    assert case.of_all or 0 < len(expected) < len(every), f"{len(expected)} of {len(every)}: the row tells nothing"


@pytest.mark.parametrize("ordering", ORDERINGS, ids=str)
@pytest.mark.parametrize("key", ["slug", "published", "accessedOn"])
async def test_an_order_of_sources_paged_from_both_ends(api: Api, key: str, ordering: dict[str, str]) -> None:
    order_by = [{key: ordering}]
    expected = ids(oracle.answer(DISTRICTS, "sources", None, order_by))
    for backward in (False, True):
        assert await walked(api, "sources", 2, backward=backward, orderBy=order_by) == expected


async def test_what_the_rows_are(api: Api) -> None:
    """As the oracle reads built districts: here with expectations written out."""
    query = """query ($where: SourceFilter, $orderBy: [SourceOrder!]) {
        sources(where: $where, orderBy: $orderBy) { totalCount nodes { slug published } } }"""
    where = {"published": {"start": {"gte": "2024-03-01"}}, "district": {"in": ["a", "b"]}}
    found = (await api.data(query, where=where, orderBy=[{"published": {"direction": "DESC"}}]))["sources"]
    assert found == {
        "totalCount": 3,
        "nodes": [
            {"slug": "press", "published": "2025-06"},
            {"slug": "notice", "published": "2024-03-05"},
            {"slug": "series", "published": "2024-03/.."},
        ],
    }


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"district": {}}, '"where.district" is empty; give at least one of eq, in'),
        ({"district": {"in": []}}, '"where.district.in" is empty; give at least one value'),
        ({"district": {"eq": None}}, '"where.district.eq" is null; leave it out, or use exists to test for a value'),
        ({"published": {"during": "2025-13"}}, '"where.published.during" is no period: '),
        ({"title": {"contains": "?"}}, '"where.title.contains" has nothing to look for;'),
    ],
)
async def test_a_filter_that_cannot_be_is_refused(api: Api, where: dict[str, Any], message: str) -> None:
    response = await api.run("query ($where: SourceFilter) { sources(where: $where) { totalCount } }", where=where)
    [error] = response.errors
    assert error["message"].startswith(message)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_what_a_load_changes_is_filtered_by_what_it_is_now(mongodb_uri: str) -> None:
    settings = StoreSettings(mongodb_database=f"sources-{uuid4().hex[:8]}")
    database = Database.open(mongodb_uri, settings, timeout_ms=60_000)
    query = """{ yearbook: sources(where: {title: {contains: "almanac"}}) { nodes { slug } }
        of_a: sources(where: {district: {eq: "a"}, published: {during: "2025"}}) { nodes { slug } } }"""
    found = []
    renamed = [{**SOURCES[0], "title": text("年鉴", "Almanac")}, SOURCES[4]]
    changed = [build(District.model_validate(district(slug, sources=renamed, pillars=[]))) for slug in ("a", "c")]
    await ensure_collections(database)
    for districts in (DISTRICTS, changed):
        await publish(database, load_of(districts))
        found.append(await Api(Store(database), Commands(), "").data(query))
    await database.command({"dropDatabase": 1})
    await database.close()
    assert found == [
        {"yearbook": {"nodes": []}, "of_a": {"nodes": []}},
        {"yearbook": {"nodes": [{"slug": "yearbook"}]}, "of_a": {"nodes": [{"slug": "plan"}]}},
    ]
