"""Read models: the items of districts as rows in collections of their own, for queries across districts.

A row is the item as in its district, with the objects that its slugs refer to and its search tokens.
"""

from collections.abc import Sequence
from typing import Any, Final, NotRequired, cast

from loaders.documents import (
    Award,
    District,
    Document,
    Indicator,
    Initiative,
    LocalizedText,
    Metric,
    Name,
    Source,
    Version,
)
from loaders.values.folding import fold_all
from loaders.values.tokens import tokens


class SourceRow(Source, Version):
    """One source of one district; `district` is None in the one row of each that all districts share."""

    district: str | None


class InitiativeRow(Initiative, Version):
    """One initiative, with the sources and indicators of its metrics and awards."""

    tokens: list[str]
    sources: list[Source]
    indicators: list[Indicator]


class MetricRow(Metric, Version):
    """One metric, with the sources that it cites and its indicator."""

    tokens: list[str]
    sources: list[Source]
    indicators: list[Indicator]


class AwardRow(Award, Version):
    """One award, with the sources that it cites; `indicators` is empty."""

    tokens: list[str]
    sources: list[Source]
    indicators: list[Indicator]


class SearchText(LocalizedText):
    """A searchable text; `field` is its field in the item."""

    field: str


class SearchRow(Version):
    """The search document of one item: its name and texts; `folded` and `tokens` cover all of them.

    district: None for items that districts share. name: the title if the item is a source.
    """

    id: str
    kind: str
    district: str | None
    name: Name
    texts: list[SearchText]
    folded: str
    name_tokens: list[str]
    tokens: list[str]


class IndicatorRow(Indicator, Version):
    """One indicator, with the number of districts and metrics that use it in a revision.

    figure_count: how many of the metrics have a quantity; missing where a release that did not count them wrote it.
    """

    district_count: int
    metric_count: int
    figure_count: NotRequired[int]
    tokens: list[str]


# Raised by one whenever the rows of an unchanged district come out different. The content hash contains it, so that
# the next load writes every district again.
DERIVATION: Final = 1
# Sort keys of names; search results are ordered otherwise.
_SORT_KEYS: Final = frozenset({"sort_zh", "sort_en"})
SEARCH_FIELDS: Final = ("city", "province", "strategy", "summary", "issuer", "note", "definition", "publisher")


def derive_rows(district: District) -> dict[str, list[Document]]:
    """Derive all rows of one version of a district, by collection."""
    rows = _RowBuilder(district)
    initiatives = [initiative for pillar in district["pillars"] for initiative in pillar["initiatives"]]
    metrics = [metric for initiative in initiatives for metric in initiative["metrics"]]
    awards = [
        award
        for holder in (district, *district["pillars"], *initiatives)
        for award in cast(Document, holder)["awards"]
    ]
    named: list[Any] = [district, *district["pillars"], *initiatives, *metrics, *awards]
    return {
        "sources": [rows.source(source) for source in district["sources"]],
        "initiatives": [rows.item(one, [*one["metrics"], *one["awards"]]) for one in initiatives],
        "metrics": [rows.item(metric, [metric]) for metric in metrics],
        "awards": [rows.item(award, [award]) for award in awards],
        "search": [rows.search(item) for item in named],
    }


class _RowBuilder:
    """Builds the rows of one district's version."""

    def __init__(self, district: District) -> None:
        self._slug = district["slug"]
        self._version = {"from": district["from"], "to": district["to"]}
        self._sources = {source["slug"]: source for source in district["sources"]}
        self._indicators = {indicator["slug"]: indicator for indicator in district["indicators"]}

    def source(self, source: Source) -> Document:
        key = f"{self._slug}/{source['slug']}"
        return {**source, "district": self._slug, **self._versioned(key)}

    def item(self, item: Any, statements: Sequence[Any]) -> Document:
        """The row of an item, with the sources and indicators that its statements (metrics and awards) refer to."""
        cited = {citation["source"] for statement in statements for citation in statement["citations"]}
        measured = {statement["indicator"] for statement in statements if "indicator" in statement}
        return {
            **item,
            "tokens": list(tokens(item["name"]["folded"])),
            "sources": [source for slug, source in self._sources.items() if slug in cited],
            "indicators": [indicator for slug, indicator in self._indicators.items() if slug in measured],
            **self._versioned(item["id"]),
        }

    def search(self, item: Document) -> Document:
        return {**search_entry(item, self._slug), **self._versioned(item["id"])}

    def _versioned(self, key: str) -> Document:
        return {"_id": f"{key}@{self._version['from']}", **self._version}


def search_entry(item: Document, district: str | None) -> Document:
    """Build the search document of an item; `district` is None for items that districts share."""
    name = item["name"] if "name" in item else {**item["title"], "folded": fold_all(_forms(item["title"]))}
    texts = [{**_plain(item[field]), "field": field} for field in SEARCH_FIELDS if item.get(field)]
    texts += [{**_plain(system["name"]), "field": "systems"} for system in item.get("systems", ())]
    folded = name["folded"] + fold_all(form for text in texts for form in _forms(text))
    return {
        "id": item["id"],
        "kind": item["id"].partition(":")[0].upper(),
        "district": district,
        "name": {key: value for key, value in name.items() if key not in _SORT_KEYS},
        "texts": texts,
        "folded": folded,
        "name_tokens": list(tokens(name["folded"])),
        "tokens": list(tokens(folded)),
    }


def _forms(text: Document) -> tuple[str | None, ...]:
    return text["zh_hans"], text["zh_hant"], text["en"]


def _plain(text: Document) -> Document:
    return {key: value for key, value in text.items() if key != "folded"}
