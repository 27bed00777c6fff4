"""Keep what districts share consistent with them: indicators, sources, and the search entries of both.

A load derives again only what the districts that it changes have or had; the counts of an indicator are kept by
difference. Of several definitions of an indicator, that of the first metric by id is used, whatever was loaded first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from typing import Any, Final

from loaders.documents import STILL_LIVE, Document
from loaders.model.collections import BY_SLUG, DOCUMENT_KEYS
from loaders.model.read_models import search_entry, shared_source
from loaders.mongo.driver import Database
from loaders.publishing.batches import DISTRICTS
from loaders.publishing.draft import Draft
from loaders.store.pipeline import visible
from loaders.values.tokens import tokens
from loaders.values.units import are_of_one_kind, only_one

_BY_INDICATOR: Final = "by_indicator"
# Rows that belong to no single district.
_SHARED: Final[Document] = {"district": None}
_OF_DISTRICTS: Final[Document] = {"district": {"$ne": None}}
_COUNTS: Final = ("district_count", "metric_count", "figure_count", "observation_count", "observed_figure_count")
_ID: Final = {"_id": 1}
_METRICS: Final = "pillars.initiatives.metrics"
# A release that kept no observations wrote metrics without them.
_OBSERVED_UNITS: Final = {"$ifNull": ["$observations.quantity.unit", []]}
_NAMED: Final = {
    **{"_id": 0, "slug": 1, "sources.slug": 1},
    **{f"{_METRICS}.{key}": 1 for key in ("indicator", "quantity.unit", "observations.quantity.unit")},
}


class IndicatorConflict(Exception):
    """Districts measure one indicator in units of different kinds; nothing was published."""


async def write_shared(database: Database, draft: Draft, slugs: Set[str] | None) -> Counter[str]:
    """Write the rows that districts share, as a draft changes them; returns by how much there are more of each kind.

    slugs: the districts that the draft adds, changes or removes; None to derive everything again.
    Raises IndicatorConflict.
    """
    if slugs is None:
        indicators = await measured_indicators(database, draft.visible)
        sources = await shared_sources(database, draft.visible)
        of_indicators: Document = {}
        of_sources = of_entries = _SHARED
    else:
        old = await _named_by(database, slugs, visible(draft.published))
        new = await _named_by(database, slugs, draft.visible)
        named = sorted(old.metrics.keys() | new.metrics.keys())
        listed = sorted(old.sources | new.sources)
        indicators = await _changed_indicators(database, draft, slugs, old, new)
        sources = await _visible_sources(database, draft, listed, slugs, new.sources)
        of_indicators = {"slug": {"$in": named}}
        ids = [*(f"Indicator:{slug}" for slug in named), *(f"Source:{slug}" for slug in listed)]
        of_sources = {"slug": {"$in": listed}, **_SHARED}
        of_entries = {"id": {"$in": ids}, **_SHARED}
    entries = [search_entry([item], None) for item in (*indicators, *sources)]
    more = Counter[str]()
    for name, scope, rows in (
        ("indicators", of_indicators, indicators),
        ("sources", of_sources, sources),
        ("search", of_entries, entries),
    ):
        more[name] = len(rows) - len(await replace_rows(database, name, draft, scope, rows))
    del more["search"]
    return more


async def replace_rows(
    database: Database, collection: str, draft: Draft, scope: Document, rows: Sequence[Document]
) -> list[Document]:
    """Make `rows` the documents of a draft that match `scope`; writes only what differs, returns what was there."""
    key = DOCUMENT_KEYS[collection]
    found = await database.find(collection, {**scope, **draft.visible})
    old = {row[key]: row for row in found}
    new = {row[key]: row for row in rows}
    ended = [one for one, row in old.items() if one not in new or content_of(row) != content_of(new[one])]
    begun = [row for one, row in new.items() if one not in old or one in ended]
    if begun:
        version = {"from": draft.number, "to": STILL_LIVE}
        await database.insert_many(
            collection, [{**row, "_id": f"{row[key]}@{draft.number}", **version} for row in begun]
        )
    if ended:
        # In scope only: the source of a district has the slug of the one that all districts share.
        older = {**scope, key: {"$in": ended}, **draft.endable}
        await database.update_many(collection, older, {"$set": {"to": draft.number}})
    return found


async def measured_indicators(database: Database, visible: Document) -> list[Document]:
    """The indicators of all metrics that a filter makes visible. Raises IndicatorConflict."""
    rows = await database.aggregate(
        "metrics",
        [
            {"$match": visible},
            {
                "$group": {
                    "_id": "$indicator",
                    "first": {"$min": {"id": "$id", "indicator": {"$first": "$indicators"}}},
                    "districts": {"$addToSet": "$district"},
                    "units": {"$addToSet": _OBSERVED_UNITS},
                    "metric_count": {"$sum": 1},
                    "figure_count": {"$sum": {"$cond": [{"$gt": ["$quantity.unit", None]}, 1, 0]}},
                    "observation_count": {"$sum": "$observation_count"},
                    "observed_figure_count": {"$sum": {"$size": _OBSERVED_UNITS}},
                }
            },
            {"$set": {"district_count": {"$size": "$districts"}, "units": _union("$units")}},
            # With very many districts, their slugs are too large for one document of a reply.
            {"$unset": "districts"},
        ],
    )
    return [_indicator(row["first"]["indicator"], row["units"], {key: row[key] for key in _COUNTS}) for row in rows]


def _union(sets: str) -> Document:
    return {"$reduce": {"input": sets, "initialValue": [], "in": {"$setUnion": ["$$value", "$$this"]}}}


async def _changed_indicators(
    database: Database, draft: Draft, slugs: Set[str], old: "_Named", new: "_Named"
) -> list[Document]:
    """What becomes of the indicators that some districts measured or measure, without those that nobody measures."""
    published = visible(draft.published)
    named = sorted(old.metrics.keys() | new.metrics.keys())
    stored = {row["slug"]: row for row in await database.find("indicators", {"slug": {"$in": named}, **published})}
    others = {"district": {"$nin": sorted(slugs)}, **published}
    indicators: list[Document] = []
    for slug in named:
        known = stored.get(slug, dict.fromkeys(_COUNTS, 0))
        of_others = known["metric_count"] - old.metrics[slug]
        if not of_others + new.metrics[slug]:
            continue
        [first] = await database.find(
            "metrics", {"indicator": slug, **draft.visible}, order=[("id", 1)], limit=1, hint=_BY_INDICATOR
        )
        units = set(new.units[slug])
        # Without figures in other districts, the published units are theirs no more.
        for unit in known.get("units", ()) if known["observed_figure_count"] > old.observed[slug] else ():
            # A unit that these districts did not have is of others; one that they give up, others may have too.
            if unit not in units and unit in old.units[slug]:
                seen = {"indicator": slug, "quantity.unit": unit, **others}
                if not await database.find("observations", seen, _ID, limit=1, hint=_BY_INDICATOR):
                    continue
            units.add(unit)
        counts = {
            "district_count": known["district_count"] - len(old.districts[slug]) + len(new.districts[slug]),
            "metric_count": of_others + new.metrics[slug],
            "figure_count": known["figure_count"] - old.figures[slug] + new.figures[slug],
            "observation_count": known["observation_count"] - old.observations[slug] + new.observations[slug],
            "observed_figure_count": known["observed_figure_count"] - old.observed[slug] + new.observed[slug],
        }
        indicators.append(_indicator(first["indicators"][0], units, counts))
    return indicators


class _Named:
    """What some districts measure, by indicator: how many metrics and observations, in which districts and units.

    figures: how many of the metrics have a figure. observed: how many of the observations have one.
    sources: the slugs of those that they list.
    """

    def __init__(self) -> None:
        self.metrics: Counter[str] = Counter()
        self.figures: Counter[str] = Counter()
        self.observations: Counter[str] = Counter()
        self.observed: Counter[str] = Counter()
        self.districts: defaultdict[str, set[str]] = defaultdict(set)
        self.units: defaultdict[str, set[str]] = defaultdict(set)
        self.sources: set[str] = set()

    def add(self, district: Document) -> None:
        """Take in what one district measures and lists."""
        self.sources |= {source["slug"] for source in district["sources"]}
        initiatives = (initiative for pillar in district["pillars"] for initiative in pillar["initiatives"])
        for metric in (metric for initiative in initiatives for metric in initiative["metrics"]):
            indicator = metric["indicator"]
            self.metrics[indicator] += 1
            self.districts[indicator].add(district["slug"])
            if metric.get("quantity"):
                self.figures[indicator] += 1
            units = [one["quantity"]["unit"] for one in metric["observations"] if one.get("quantity")]
            self.observations[indicator] += len(metric["observations"])
            self.observed[indicator] += len(units)
            self.units[indicator].update(units)


async def _named_by(database: Database, slugs: Set[str], seen: Document) -> _Named:
    named = _Named()
    districts = database.stream(DISTRICTS, {"slug": {"$in": sorted(slugs)}, **seen}, _NAMED, hint=BY_SLUG)
    async for district in districts:
        named.add(district)
    return named


def _indicator(defined: Document, used: Iterable[str | None], counts: Document) -> Document:
    # A release that knew of one unit stored that alone.
    own = defined.get("units", [defined["unit"]] if defined["unit"] else [])
    units = sorted(unit for unit in used if unit is not None) or own
    if not are_of_one_kind(units):
        raise IndicatorConflict(
            f"indicator {defined['slug']!r} would be measured in {' and '.join(units)}; one indicator has one unit, "
            "or several currencies, in all districts: give one of them another slug"
        )
    return {
        **defined,
        "unit": only_one(units),
        "units": units,
        **counts,
        "tokens": list(tokens(defined["name"]["folded"])),
    }


def content_of(row: Document) -> Document:
    """A row without its version."""
    return {key: value for key, value in row.items() if key not in {"_id", "from", "to"}}


async def shared_sources(database: Database, visible: Document) -> list[Document]:
    """Each visible source once, as a row that belongs to no district. Districts that share one describe it alike."""
    stages: list[dict[str, Any]] = [
        {"$match": {**visible, **_OF_DISTRICTS}},
        {"$group": {"_id": "$slug", "first": {"$min": {"district": "$district", "source": "$$ROOT"}}}},
        {"$replaceRoot": {"newRoot": "$first.source"}},
    ]
    return [shared_source(row) for row in await database.aggregate("sources", stages)]


async def _visible_sources(
    database: Database, draft: Draft, listed: Sequence[str], slugs: Set[str], named: Set[str]
) -> list[Document]:
    """Those of some sources that a draft shows, as rows that belong to no district.

    slugs: the districts that the draft adds, changes or removes. named: the sources that it has them list.
    """
    found: list[Document] = []
    for source in listed:
        # Districts of the draft have the newest row, and naming them spares a sharded cluster's other shards.
        district: Document = {"district": {"$in": sorted(slugs)}} if source in named else _OF_DISTRICTS
        # The newest first: they are visible, while old versions may wait to be removed.
        newest: Any = {"order": [("from", -1)], "limit": 1, "hint": BY_SLUG}
        found += await database.find("sources", {"slug": source, **district, **draft.visible}, **newest)
    return list(map(shared_source, found))
