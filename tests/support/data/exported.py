"""Districts for tests of flat files, and the expected cells of a row, made from a GraphQL response."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from uuid import uuid4

from loaders.documents import DistrictContent
from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from seeds.building.district import build
from seeds.format.model import District
from seeds.generate import generate
from tests.support.data.content import district, load_of, text
from tests.support.data.generated import template
from tests.support.servers import Server, running_server

Node = dict[str, Any]
# Plain digits of figures that floating-point numbers write with an exponent, by the slug of the metric.
PLAIN_DIGITS: Final = {
    "formula": "-3.5",
    "range": "15000",
    "digits": "1234567890.1234567890123456789",
    "tiny": "0.00001",
    "huge": "50000000000000000",
    "past-floats": "9007199254740993",
    "round": "300",
}
DIGITS: Final = "1234567890.12345678901234567890"
TYPES: Final = {
    **{"metrics": "Metric", "awards": "Award", "initiatives": "Initiative"},
    **{"districts": "District", "indicators": "Indicator", "sources": "Source"},
}
NUMBERS: Final = frozenset(
    {
        *("value", "max_value", "multiplier", "decimals", "normalized", "revision"),
        *("year_on_year_value", "year_on_year_multiplier", "streak_years", "metric_count", "award_count"),
        *("pillar_count", "initiative_count", "observation_count", "district_count"),
    }
)


def districts(count: int, seed: int = 1) -> list[DistrictContent]:
    """Generated districts, and one whose texts and figures are awkward."""
    generated = generate(template(), count, seed)
    return [awkward(), *(build(District.model_validate(one)) for one in generated)]


def awkward() -> DistrictContent:
    """A district whose texts look like formulas to spreadsheet programs, with every optional value."""
    cited = [{"source": "plain", "locator": "L1"}]
    metrics = [
        {
            "slug": "formula",
            "name": text('=1+1，"引号", 逗号', "@SUM(A1:A9)"),
            "quantity": {"value": "-3.50", "unit": "percentage-point"},
            "note": text("+86 第一行\n第二行", "-2+3|x"),
            "citations": [
                {"source": "piped", "locator": "=a | b\\c"},
                {"source": "plain", "locator": "L2"},
                {"source": "piped", "locator": "L3"},
            ],
        },
        {
            "slug": "range",
            "name": text("区间", "A range"),
            "quantity": {"value": "1.50", "maxValue": "2", "multiplier": 4, "comparator": "RANGE", "unit": "cny"},
            "period": {"kind": "RANGE", "edtf": "2025-01/2025-09", "label": text("2025年1-9月")},
            "ranks": [
                {
                    **{"position": 3, "of": 11, "scope": "CITY", "area": text("广州市", "Guangzhou"), "streak": 2},
                    **{"by": text("报", "=Paper"), "basis": "LEVEL", "among": text("区", "Districts"), "tied": True},
                    "edition": text("第三届", "Third"),
                },
                {"kind": "LEADING", "area": text("广东|省")},
            ],
            "status": "PROVISIONAL",
            "citations": cited,
        },
        {
            "slug": "digits",
            "name": text("多位数"),
            "quantity": {"value": DIGITS, "comparator": "APPROX", "unit": "record"},
            "citations": cited,
        },
        *(
            {
                "slug": slug,
                "name": text(name),
                "quantity": {"unit": "record", "value": value, "multiplier": multiplier},
                "citations": cited,
            }
            for slug, name, value, multiplier in (
                ("tiny", "'=1+1", "0.00001", 0),
                ("huge", "'quoted", "5", 16),
                ("past-floats", "''", "9007199254740993", 0),
                ("round", "整数", "300.00", 0),
            )
        ),
        {
            "slug": "moved",
            "name": text("变化", "Moved"),
            "changes": [
                {
                    "basis": "BASELINE",
                    "direction": "UP",
                    "quantity": {"value": "1.6", "multiplier": 8, "comparator": "GT", "unit": "cny"},
                    "from": {"value": "2", "multiplier": 8, "unit": "cny"},
                    "likeForLike": True,
                    "reference": {"kind": "YEAR", "edtf": "2024", "label": text("2024年")},
                },
                {
                    "basis": "YEAR_ON_YEAR",
                    "direction": "DOWN",
                    "quantity": {"value": "3", "maxValue": "5.0", "comparator": "RANGE", "unit": "percent"},
                },
                {"basis": "TARGET", "direction": "FLAT", "quantity": {"value": "0", "unit": "percent"}},
            ],
            "citations": cited,
        },
    ]
    award = {
        "slug": "own",
        "name": text("制表", "－Wide minus"),
        "kind": "AWARD",
        "issuer": text("发奖者"),
        "citations": cited,
    }
    initiative = {
        "slug": "sensing",
        "name": text("感知", "Sensing"),
        "systems": [
            {"slug": "one", "name": text("甲|乙", "One"), "status": "PLANNED"},
            {"slug": "two", "name": text("丙"), "citations": [*cited, {"source": "piped", "locator": "L2"}]},
        ],
        "citations": cited,
        "metrics": metrics,
    }
    sources = [
        {"slug": "plain", "title": text("通知", "Notice"), "kind": "OTHER", "published": "2025-06"},
        {"slug": "piped", "title": text("甲 | 乙"), "kind": "NEWS", "url": "https://example.org/?a=1&b=2|3"},
    ]
    pillars = [{"slug": "foundations", "name": text("底座", "Foundations"), "initiatives": [initiative]}]
    # The first is no metric's, so it is not published, and the second is a part of nothing.
    indicators = [
        {"slug": "unused", "name": text("无"), "unit": "record"},
        {"slug": "digits", "name": text("多位数"), "unit": "record", "partOf": "unused"},
        {"slug": "tiny", "name": text("'=1+1"), "unit": "record", "partOf": "digits"},
    ]
    given: dict[str, Any] = {"sources": sources, "pillars": pillars, "awards": [award], "indicators": indicators}
    strategy = {**text("+战略|一"), "citations": cited}
    codes = [{"scheme": "a|b", "value": "=1", "level": "CITY"}]
    fields = district("awkward", strategy=strategy, codes=codes, parent="synthetic-00001", **given)
    return build(District.model_validate(fields))


@contextmanager
def serving(uri: str, contents: Sequence[DistrictContent]) -> Iterator[Server]:
    """A server of some districts, in a database of their own that is dropped afterwards."""
    settings = StoreSettings(mongodb_database=f"exported-{uuid4().hex[:8]}")
    asyncio.run(_load(uri, settings, contents))
    with running_server({"MONGODB_URI": uri, "MONGODB_DATABASE": settings.mongodb_database}) as server:
        yield server
    asyncio.run(_drop(uri, settings))


async def _load(uri: str, settings: StoreSettings, contents: Sequence[DistrictContent]) -> None:
    database = Database.open(uri, settings, timeout_ms=60_000)
    await ensure_collections(database)
    await publish(database, load_of(contents))
    await database.close()


async def _drop(uri: str, settings: StoreSettings) -> None:
    database = Database.open(uri, settings)
    await database.command({"dropDatabase": 1})
    await database.close()


def expected(name: str, node: Node) -> dict[str, Any]:
    """What the columns of a row hold, before cells are made safe: texts, numbers as GraphQL has them, or None."""
    return {column: read(node) for column, read in COLUMNS[name].items()}


def text_of(cell: str) -> str | None:
    """The text that a cell of a file for Excel was written from, as docs/guide/export.md says how to restore it."""
    return cell.removeprefix("'") or None


def is_safe(cell: str) -> bool:
    """Whether no spreadsheet program calculates with a text."""
    return cell[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} or not cell


def _of(*keys: str) -> Callable[[Node], Any]:
    def read(node: Node) -> Any:
        value: Any = node
        for key in keys:
            value = value[key] if value is not None else None
        return value

    return read


def _flag(*keys: str) -> Callable[[Node], Any]:
    words = {True: "true", False: "false", None: None}
    return lambda node: words[_of(*keys)(node)]


_ENDINGS: Final = {"": "text", "_language": "language", "_zh_hans": "zhHans", "_en": "en", "_zh_hant": "zhHant"}


def _forms(name: str, *keys: str) -> dict[str, Callable[[Node], Any]]:
    return {f"{name}{ending}": _of(*keys, form) for ending, form in _ENDINGS.items()}


def _list(name: str, *keys: str) -> Callable[[Node], Any]:
    return lambda node: joined(_of(*keys)(item) for item in node[name])


def _list_forms(name: str, list_: str, *keys: str) -> dict[str, Callable[[Node], Any]]:
    return {f"{name}{ending}": _list(list_, *keys, form) for ending, form in _ENDINGS.items()}


def joined(items: Iterable[str | int | None]) -> str | None:
    written = [("" if item is None else str(item)).replace("\\", "\\\\").replace("|", "\\|") for item in items]
    return " | ".join(written) if any(written) else None


def _system_citations(node: Node) -> str | None:
    return joined(" ".join(one["source"]["slug"] for one in system["citations"]) for system in node["systems"])


def _first_yearly(node: Node) -> Node | None:
    yearly: list[Node] = [change for change in node["changes"] if change["basis"] == "YEAR_ON_YEAR"]
    return yearly[0] if yearly else None


def _yearly(*keys: str) -> Callable[[Node], Any]:
    def read(node: Node) -> Any:
        change = _first_yearly(node)
        return _of(*keys)(change) if change else None

    return read


def _changes(node: Node) -> str | None:
    written = []
    for change in node["changes"]:
        quantity = change["quantity"]
        power = f"e{quantity['multiplier']}" if quantity["multiplier"] else ""
        figure = f"{quantity['value']}{power}"
        if quantity["maxValue"]:
            figure += f"..{quantity['maxValue']}{power}"
        words = (
            f"{change['basis']} {change['direction']} {quantity['comparator']} {figure} {quantity['unit']['code']}"
        )
        dated = change["reference"] and change["reference"]["edtf"]
        said = "like-for-like" if change["likeForLike"] else None
        ends = [
            f"{name} {end['comparator']} {end['value']}e{end['multiplier']} {end['unit']['code']}".replace("e0 ", " ")
            for name in ("from", "to")
            if (end := change[name])
        ]
        written.append(" ".join(filter(None, (words, dated, *ends, said))))
    return joined(written)


_PERIOD: Final = {
    "period_kind": _of("period", "kind"),
    "period_start": _of("period", "start"),
    "period_end": _of("period", "end"),
    "period_start_is_open": _flag("period", "startIsOpen"),
    "period_end_is_open": _flag("period", "endIsOpen"),
    "period_approximate": _flag("period", "approximate"),
    "period_uncertain": _flag("period", "uncertain"),
    "period_edtf": _of("period", "edtf"),
    **_forms("period_label", "period", "label"),
}
_RANK: Final = {
    "rank_kinds": _list("ranks", "kind"),
    "rank_positions": _list("ranks", "position"),
    "rank_ofs": _list("ranks", "of"),
    "rank_scopes": _list("ranks", "scope"),
    **_list_forms("rank_areas", "ranks", "area"),
    "rank_streaks": _list("ranks", "streak"),
    **_list_forms("rank_bys", "ranks", "by"),
    "rank_bases": _list("ranks", "basis"),
    **_list_forms("rank_amongs", "ranks", "among"),
    "rank_tied": lambda node: joined("true" if rank["tied"] else "false" for rank in node["ranks"]),
    **_list_forms("rank_editions", "ranks", "edition"),
}
_CITATIONS: Final = {
    "citation_sources": _list("citations", "source", "slug"),
    "citation_locators": _list("citations", "locator"),
    **_list_forms("citation_titles", "citations", "source", "title"),
    "citation_urls": _list("citations", "source", "url"),
    "citation_published": _list("citations", "source", "published"),
}


def _of_strategy(read: Callable[[Node], Any]) -> Callable[[Node], Any]:
    return lambda node: read(node["strategy"] or {"citations": []})


COLUMNS: Final[dict[str, dict[str, Callable[[Node], Any]]]] = {
    "metrics": {
        "id": _of("id"),
        "slug": _of("slug"),
        "district": _of("district", "slug"),
        "pillar": _of("pillar", "slug"),
        "initiative": _of("initiative", "slug"),
        "indicator": _of("indicator", "slug"),
        **_forms("name", "name"),
        "comparator": _of("quantity", "comparator"),
        "value": _of("quantity", "value"),
        "max_value": _of("quantity", "maxValue"),
        "multiplier": _of("quantity", "multiplier"),
        "decimals": _of("quantity", "decimals"),
        "normalized": _of("quantity", "normalized"),
        "unit": _of("quantity", "unit", "code"),
        "ucum": _of("quantity", "unit", "ucum"),
        "currency": _of("quantity", "unit", "currency"),
        **_PERIOD,
        "year_on_year_direction": _yearly("direction"),
        "year_on_year_comparator": _yearly("quantity", "comparator"),
        "year_on_year_value": _yearly("quantity", "value"),
        "year_on_year_multiplier": _yearly("quantity", "multiplier"),
        "year_on_year_unit": _yearly("quantity", "unit", "code"),
        "changes": _changes,
        **_RANK,
        "status": _of("status"),
        **_forms("note", "note"),
        **_CITATIONS,
    },
    "awards": {
        "id": _of("id"),
        "slug": _of("slug"),
        "district": _of("district", "slug"),
        "pillar": _of("pillar", "slug"),
        "initiative": _of("initiative", "slug"),
        **_forms("name", "name"),
        "held_by": _of("heldBy"),
        "kind": _of("kind"),
        "level": _of("level"),
        **_forms("issuer", "issuer"),
        **_PERIOD,
        "streak_years": _of("streakYears"),
        **_RANK,
        **_forms("note", "note"),
        **_CITATIONS,
    },
    "initiatives": {
        "id": _of("id"),
        "slug": _of("slug"),
        "district": _of("district", "slug"),
        "pillar": _of("pillar", "slug"),
        **_forms("name", "name"),
        **_forms("summary", "summary"),
        "status": _of("status"),
        "systems": _list("systems", "slug"),
        **_list_forms("system_names", "systems", "name"),
        "system_statuses": _list("systems", "status"),
        "system_citation_sources": _system_citations,
        "metric_count": _of("metricCount"),
        "award_count": _of("awardCount"),
        **_CITATIONS,
    },
    "districts": {
        "id": _of("id"),
        "slug": _of("slug"),
        **_forms("name", "name"),
        "kind": _of("kind"),
        "country": _of("country"),
        "parent": _of("parent", "slug"),
        **_forms("city", "city"),
        **_forms("province", "province"),
        "code_schemes": _list("codes", "scheme"),
        "codes": _list("codes", "value"),
        "code_levels": _list("codes", "level"),
        **_forms("strategy", "strategy"),
        **{
            f"{name}_count": _of(f"{name}Count")
            for name in ("pillar", "initiative", "metric", "observation", "award")
        },
        **{name: _of_strategy(read) for name, read in _CITATIONS.items()},
    },
    "indicators": {
        "id": _of("id"),
        "slug": _of("slug"),
        **_forms("name", "name"),
        **_forms("definition", "definition"),
        "period_type": _of("periodType"),
        "direction": _of("direction"),
        "part_of": _of("partOf", "slug"),
        "units": _list("units", "code"),
        "district_count": _of("districtCount"),
        "metric_count": _of("metricCount"),
    },
    "sources": {
        "id": _of("id"),
        "slug": _of("slug"),
        **_forms("title", "title"),
        "kind": _of("kind"),
        **_forms("publisher", "publisher"),
        "url": _of("url"),
        "published": _of("published"),
        "published_on": _of("publishedOn"),
        "accessed_on": _of("accessedOn"),
        "language": _of("language"),
    },
}
