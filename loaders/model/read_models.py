"""Read models: the items of districts as rows in collections of their own, for queries across districts.

A row is the item as in its district, with the objects that its slugs refer to and its search tokens.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, TypedDict, cast

from loaders.documents import (
    Award,
    District,
    Document,
    Indicator,
    Initiative,
    Metric,
    Observation,
    PeriodKind,
    Source,
    Version,
)
from loaders.texts import LocalizedText, Name
from loaders.values.edtf import parse_edtf
from loaders.values.folding import fold_all
from loaders.values.tokens import search_tokens, tokens


class SourceRow(Source, Version):
    """One source of one district."""

    district: str


class PublishedPeriod(TypedDict):
    """The days of when a source was published, as a period has them; which of them it was is unknown."""

    kind: PeriodKind
    start: str | None
    end: str | None
    start_is_open: bool
    end_is_open: bool


class SharedSourceRow(Source, Version):
    """One source, whichever districts list it, with what filters read; `district` is None."""

    district: None
    title_folded: str
    publisher_folded: str | None
    published_period: PublishedPeriod | None
    tokens: list[str]


class InitiativeRow(Initiative, Version):
    """One initiative, with the sources that it, its systems, metrics and awards cite, and its metrics' indicators."""

    tokens: list[str]
    sources: list[Source]
    indicators: list[Indicator]


class MetricRow(Metric, Version):
    """One metric, with the sources that its observations cite and its indicator."""

    tokens: list[str]
    sources: list[Source]
    indicators: list[Indicator]


class ObservationRow(Observation, Version):
    """One observation, with the sources that it cites and its indicator."""

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


class SearchItem(TypedDict):
    """What a search reads of one item: its name (the title of a source) and texts; `folded` covers both.

    length: of the name, in code points.
    """

    id: str
    length: int
    name: Name
    texts: list[SearchText]
    folded: str


class SearchRow(Version):
    """The search document of the items of one kind in a district, or of one item that districts share.

    One for many items, since they have most tokens in common: the indexes of tokens have a third of the entries.
    rank: where the document stands in the order of results. items: in the order of results.
    name_tokens: of the items' names. tokens: of their other texts, without those that the same item has in its name.
    """

    id: str
    kind: str
    district: str | None
    rank: str
    items: list[SearchItem]
    name_tokens: list[str]
    tokens: list[str]


class IndicatorRow(Indicator, Version):
    """One indicator, with the number of districts, metrics and observations that use it in a revision.

    figure_count: how many of the metrics have a quantity. observed_figure_count: how many of the observations.
    """

    district_count: int
    metric_count: int
    figure_count: int
    observation_count: int
    observed_figure_count: int
    tokens: list[str]


# Raised by one whenever what is derived of unchanged districts comes out different. The content hash contains it, so
# that the next load writes every district again.
DERIVATION: Final = 7
# Sort keys of names; search results are ordered otherwise.
_SORT_KEYS: Final = frozenset({"sort_zh", "sort_en"})
SEARCH_FIELDS: Final = ("city", "province", "strategy", "summary", "issuer", "note", "definition", "publisher")
# In the order of results.
SEARCH_KINDS: Final = ("DISTRICT", "PILLAR", "INITIATIVE", "METRIC", "AWARD", "INDICATOR", "SOURCE")


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
        "initiatives": [rows.named(one, _statements(one)) for one in initiatives],
        "metrics": [rows.named(metric, metric["observations"]) for metric in metrics],
        "observations": [rows.item(one, [one]) for one in _observations(metrics)],
        "awards": [rows.named(award, [award]) for award in awards],
        "search": rows.search(named),
    }


def _observations(metrics: Iterable[Metric]) -> Iterator[Observation]:
    return (observation for metric in metrics for observation in metric["observations"])


def _statements(initiative: Initiative) -> list[Any]:
    return [initiative, *initiative["systems"], *_observations(initiative["metrics"]), *initiative["awards"]]


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

    def named(self, item: Any, statements: Sequence[Any]) -> Document:
        """The row of an item that has a name."""
        return {**self.item(item, statements), "tokens": list(tokens(item["name"]["folded"]))}

    def item(self, item: Any, statements: Sequence[Any]) -> Document:
        """The row of an item, with the sources and indicators that its statements, such as observations, refer to."""
        reports = [*statements, *(one for statement in statements for one in statement.get("other_reports", ()))]
        cited = {citation["source"] for report in reports for citation in report["citations"]}
        measured = {statement["indicator"] for statement in statements if "indicator" in statement}
        return {
            **item,
            "sources": [source for slug, source in self._sources.items() if slug in cited],
            "indicators": [indicator for slug, indicator in self._indicators.items() if slug in measured],
            **self._versioned(item["id"]),
        }

    def search(self, items: Iterable[Document]) -> list[Document]:
        """One row for each kind; the items come kind by kind."""
        entries = [search_entry(list(own), self._slug) for _, own in groupby(items, _kind)]
        return [{**entry, **self._versioned(entry["id"])} for entry in entries]

    def _versioned(self, key: str) -> Document:
        return {"_id": f"{key}@{self._version['from']}", **self._version}


def search_entry(items: Sequence[Document], district: str | None) -> Document:
    """Build the search document of the items of one kind in a district; of one item if `district` is None."""
    kind = _kind(items[0])
    place = SEARCH_KINDS.index(kind.upper())
    found = sorted(map(_search_item, items), key=lambda item: (item["length"], item["id"]))
    in_names = [search_tokens(item["name"]["folded"]) for item in found]
    in_texts = [search_tokens(item["folded"]) - named for item, named in zip(found, in_names, strict=True)]
    return {
        "id": found[0]["id"] if district is None else f"{kind}:{district}",
        "kind": kind.upper(),
        "district": district,
        "rank": f"{place}/{found[0]['length']:04}/{found[0]['id']}" if district is None else f"{place}/{district}",
        "items": found,
        "name_tokens": sorted(frozenset[str]().union(*in_names)),
        "tokens": sorted(frozenset[str]().union(*in_texts)),
    }


def shared_source(source: Document) -> Document:
    """The row that all districts share of a source, made of the row of one of them."""
    folded, publisher = fold_all(_forms(source["title"])), source["publisher"]
    return {
        **source,
        "district": None,
        "title_folded": folded,
        "publisher_folded": publisher and fold_all(_forms(publisher)),
        "published_period": source["published"] and _published_period(source["published"]),
        "tokens": list(tokens(folded)),
    }


def _published_period(edtf: str) -> PublishedPeriod:
    span = parse_edtf(edtf)
    return {
        "kind": span.kind,
        "start": span.start,
        "end": span.end,
        "start_is_open": span.start_is_open,
        "end_is_open": span.end_is_open,
    }


def _search_item(item: Document) -> Document:
    name = item["name"] if "name" in item else {**item["title"], "folded": fold_all(_forms(item["title"]))}
    texts = [{**_plain(item[field]), "field": field} for field in SEARCH_FIELDS if item.get(field)]
    texts += [{**_plain(system["name"]), "field": "systems"} for system in item.get("systems", ())]
    others = (one for one in item.get("observations", ()) if one["slug"] != item["latest"] and one["note"])
    texts += [{**_plain(one["note"]), "field": "note"} for one in others]
    return {
        "id": item["id"],
        "length": len(name["texts"][name["master"]]),
        "name": {key: value for key, value in name.items() if key not in _SORT_KEYS},
        "texts": texts,
        "folded": name["folded"] + fold_all(form for text in texts for form in _forms(text)),
    }


def _kind(item: Document) -> str:
    kind: str = item["id"].partition(":")[0]
    return kind


def _forms(text: Document) -> Iterable[str]:
    forms: Mapping[str, str] = text["texts"]
    return forms.values()


def _plain(text: Document) -> Document:
    return {key: text[key] for key in LocalizedText.__annotations__}
