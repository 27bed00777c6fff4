"""Read seed files into items that have the fields of the contract: ids, counts and holders are added, nothing else.

An item is a dict with the names of the GraphQL contract. What holds an item is in it (`district`, `pillar`,
`initiative`), and so are its sources and its indicator.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from tests.reference.periods import Days, days_of, is_approximate, is_uncertain
from tests.reference.texts import CHINESE, in_its_language, text_of
from tests.reference.units import define, unit_of

Item: TypeAlias = dict[str, Any]


class _Exact(yaml.CSafeLoader):
    """Reads numbers as decimals with all their digits, and days as texts."""


_Exact.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Exact.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Decimal(loader.construct_scalar(node)))  # type: ignore[arg-type]  # a scalar, by its tag


@dataclass(repr=False)
class Dataset:
    """One published revision: the items of each type, over all districts.

    is_past: whether only the documents of districts are there, and nothing that they share.
    """

    districts: list[Item]
    files: list[Item]
    revision: int = 1
    changes: Item | None = None
    is_past: bool = False
    time: datetime | None = None
    units: list[Item] = field(default_factory=list)
    items: dict[str, list[Item]] = field(default_factory=dict)
    nodes: dict[str, Item] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pillars = [pillar for district in self.districts for pillar in district["pillars"]]
        initiatives = [one for pillar in pillars for one in pillar["initiatives"]]
        metrics = [metric for one in initiatives for metric in one["metrics"]]
        observations = [observation for metric in metrics for observation in metric["observations"]]
        awards = [award for holder in (*self.districts, *pillars, *initiatives) for award in holder["ownAwards"]]
        self.items = {
            "districts": self.districts,
            "pillars": pillars,
            "initiatives": initiatives,
            "metrics": metrics,
            "observations": observations,
            "awards": awards,
        }
        if self.is_past:
            self._keep_districts_only(metrics)
            return
        self.items |= {"indicators": self._indicators(metrics), "sources": self.sources}
        for source in self.sources:
            source["listedBy"] = {
                district["slug"]
                for district in self.districts
                for one in district["sources"]
                if one["slug"] == source["slug"]
            }
        self.nodes = {item["id"]: item for items in self.items.values() for item in items}
        for district in sorted(self.districts, key=lambda one: str(one["slug"])):
            above = self.nodes.get(f"District:{district['partOf']}")
            district |= {"parent": above, "parts": district.get("parts", [])}
            if above:
                above.setdefault("parts", []).append(district)

    def _keep_districts_only(self, metrics: list[Item]) -> None:
        self.nodes = {item["id"]: item for items in self.items.values() for item in items}
        for item in (*self.nodes.values(), *(metric["indicator"] for metric in metrics)):
            item["isPast"] = True

    def _indicators(self, metrics: list[Item]) -> list[Item]:
        """One indicator a slug, described as in the first metric about it by id."""
        found: dict[str, Item] = {}
        for metric in sorted(metrics, key=lambda metric: str(metric["id"])):
            indicator = found.setdefault(metric["indicator"]["slug"], {**metric["indicator"], "metrics": []})
            indicator["metrics"].append(metric)
        for indicator in found.values():
            figures = [one["quantity"] for metric in indicator["metrics"] for one in metric["observations"]]
            used = {figure["unit"]["code"] for figure in figures if figure}
            if used:
                indicator |= _in_units(sorted(used))
            indicator["partOf"] = found.get(indicator["whole"])
        for metric in metrics:
            for one in (metric, *metric["observations"]):
                one["indicator"] = found[metric["indicator"]["slug"]]
        return list(found.values())

    @property
    def sources(self) -> list[Item]:
        """The different sources that districts list, by slug."""
        found = {source["slug"]: source for district in self.districts for source in district["sources"]}
        return [found[slug] for slug in sorted(found)]


def load(paths: Iterable[Path], *, is_past: bool = False) -> Dataset:
    """The revision published by loading files into an empty database."""
    districts: list[Item] = []
    units: list[Item] = []
    read = list(paths)
    for path in list(read):
        shared, counted = path.parent / "indicators.yaml", path.parent / "units.yaml"
        definitions: list[Item] = []
        if counted.exists():
            [found] = parsed(counted)
            define(found["units"])
            read += [] if counted in read else [counted]
        if shared.exists():
            [found] = parsed(shared)
            definitions = [in_its_language(one, found.get("language", CHINESE)) for one in found["indicators"]]
            read += [] if shared in read else [shared]
        for given in parsed(path) if path not in (shared, counted) else ():
            units += define(given.get("units", ()))
            districts.append(district_of(given, definitions))
    files = [{"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in read]
    slugs = sorted(district["slug"] for district in districts)
    changes = {"added": len(slugs), "changed": 0, "removed": 0, "unchanged": 0, "slugs": slugs[:100]}
    return Dataset(districts, files, changes=changes, is_past=is_past, units=units)


def parsed(path: Path) -> Iterator[Item]:
    """The districts of a file, as it writes them."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        yield from (document for document in yaml.load_all(text, _Exact) if document)  # a SafeLoader
    elif path.suffix == ".jsonl":
        yield from (json.loads(line, parse_float=Decimal) for line in text.splitlines() if line)
    else:
        found = json.loads(text, parse_float=Decimal)
        yield from found if isinstance(found, list) else [found]


def district_of(given: Item, shared: Iterable[Item] = ()) -> Item:
    """A district with all its items. shared: definitions of indicators that the files of its folder share."""
    given = in_its_language(given, given.get("language", CHINESE))
    slug = given["slug"]
    district: Item = {"__typename": "District", "id": f"District:{slug}", "slug": slug}
    sources = {source["slug"]: _source(source) for source in given.get("sources", ())}
    indicators = {one["slug"]: _indicator(one) for one in (*shared, *given.get("indicators", ()))}
    district |= {
        "name": text_of(given["name"]),
        "kind": given.get("kind", "DISTRICT"),
        "partOf": given.get("parent"),
        "country": given["country"],
        "city": text_of(given.get("city")),
        "province": text_of(given.get("province")),
        "codes": given.get("codes", []),
        "sources": list(sources.values()),
    }
    builder = _Builder(district, sources, indicators)
    strategy = text_of(given.get("strategy"))
    district["strategy"] = strategy and {**strategy, "citations": builder.citations(strategy)}
    district["ownAwards"] = builder.awards(given, None, None)
    district["pillars"] = [builder.pillar(pillar) for pillar in given.get("pillars", ())]
    listed = _listed_indicators(district, given.get("indicators", ()), indicators)
    master = district["name"]["master"]
    found = set(_languages([district, listed]))
    district["languages"] = [master, *sorted(found - {master})]
    return district


def _listed_indicators(district: Item, own: Iterable[Item], known: dict[str, Item]) -> list[Item]:
    """The indicators of a file, those of others that its metrics use, and those that these are parts of."""
    metrics = [metric for pillar in district["pillars"] for one in pillar["initiatives"] for metric in one["metrics"]]
    waiting = [one["slug"] for one in own] + [metric["indicator"]["slug"] for metric in metrics]
    found: dict[str, Item] = {}
    while waiting:
        slug = waiting.pop()
        if slug in known and slug not in found:
            found[slug] = known[slug]
            waiting += [known[slug]["whole"]] if known[slug]["whole"] else []
    return list(found.values())


def _languages(value: Any, seen: frozenset[int] = frozenset()) -> Iterator[str]:
    """The languages of all texts in something, but for the names of units."""
    if id(value) in seen or not isinstance(value, dict | list):
        return
    if isinstance(value, dict) and "translations" in value:
        yield from value["texts"]
        return
    below = value if isinstance(value, list) else [one for key, one in value.items() if key not in {"unit", "units"}]
    for one in below:
        yield from _languages(one, seen | {id(value)})


def languages_of(districts: Iterable[Item]) -> list[str]:
    """The languages of districts, those of most of them first."""
    counted = Counter(tag for district in districts for tag in district["languages"])
    return sorted(counted, key=lambda tag: (-counted[tag], tag))


@dataclass(repr=False)
class _Builder:
    """Builds the items of one district."""

    district: Item
    sources: dict[str, Item]
    indicators: dict[str, Item]

    def pillar(self, given: Item) -> Item:
        pillar = self._item("Pillar", given)
        pillar |= {"name": text_of(given["name"]), "summary": text_of(given.get("summary"))}
        pillar["ownAwards"] = self.awards(given, pillar, None)
        pillar["initiatives"] = [self.initiative(one, pillar) for one in given.get("initiatives", ())]
        return pillar

    def initiative(self, given: Item, pillar: Item) -> Item:
        initiative = self._item("Initiative", given)
        initiative |= {
            "pillar": pillar,
            "name": text_of(given["name"]),
            "summary": text_of(given.get("summary")),
            "status": given.get("status"),
            "citations": self.citations(given),
            "systems": [
                {
                    **one,
                    "name": text_of(one["name"]),
                    "summary": text_of(one.get("summary")),
                    "citations": self.citations(one),
                }
                for one in given.get("systems", ())
            ],
        }
        initiative["metrics"] = [self._metric(one, initiative) for one in given.get("metrics", ())]
        initiative["ownAwards"] = self.awards(given, pillar, initiative)
        return initiative

    def citations(self, given: Item) -> list[Item]:
        return [{**one, "source": self.sources[one["source"]]} for one in given.get("citations", ())]

    def awards(self, holder: Item, pillar: Item | None, initiative: Item | None) -> list[Item]:
        found = []
        for given in holder.get("awards", ()):
            award = self._item("Award", given) | {"name": text_of(given["name"])} | self._statement(given)
            award["heldBy"] = "INITIATIVE" if initiative else "PILLAR" if pillar else "DISTRICT"
            award |= {"pillar": pillar, "initiative": initiative, "kind": given["kind"], "level": given.get("level")}
            award |= {"issuer": text_of(given.get("issuer")), "streakYears": given.get("streakYears")}
            found.append(award)
        return found

    def _metric(self, given: Item, initiative: Item) -> Item:
        metric = self._item("Metric", given)
        written = given.get("observations") or [{**given, "slug": "main"}]
        units = [one["quantity"]["unit"] for one in written if one.get("quantity")]
        own = {"slug": given["slug"], "name": given["name"], "unit": units[0] if units else None}
        metric |= {
            "name": text_of(given["name"]),
            "pillar": initiative["pillar"],
            "initiative": initiative,
            "indicator": self.indicators.get(str(given.get("indicator", given["slug"]))) or _indicator(own),
        }
        metric["observations"] = [self._observation(one, metric) for one in written]
        latest: Item | None = None
        for one in metric["observations"]:
            is_later = latest is None or (one["referenceDate"] or "") >= (latest["referenceDate"] or "")
            if one["status"] not in {"FORECAST", "TARGET"} and is_later:
                latest = one
        of_latest = dict.fromkeys(("quantity", "period", "status", "note"))
        of_latest |= {"changes": [], "ranks": [], "citations": []}
        # In place, as its observations refer to it.
        metric |= {"latest": latest, **{name: (latest or of_latest)[name] for name in of_latest}}
        return metric

    def _observation(self, given: Item, metric: Item) -> Item:
        above = {key: metric[key] for key in ("district", "pillar", "initiative", "indicator")}
        observation = {
            "__typename": "Observation",
            "id": f"Observation:{metric['district']['slug']}/{metric['slug']}/{given['slug']}",
            "slug": given["slug"],
            **above,
            "metric": metric,
            **self._statement(given),
            "quantity": _quantity(given.get("quantity")),
            "changes": [_change(change) for change in given.get("changes", ())],
            "status": given.get("status", "NORMAL"),
            "printed": text_of(given.get("printed")),
            "counted": given.get("counted", False),
            "breaks": text_of(given.get("breaks")),
            "otherReports": [self._report(one) for one in given.get("otherReports", ())],
        }
        published = [one["source"].get("publishedOn") for one in observation["citations"]]
        end = observation["period"]["end"] if observation["period"] else None
        return observation | {"referenceDate": end or min(filter(None, published), default=None)}

    def _report(self, given: Item) -> Item:
        return {
            "kind": given["kind"],
            "quantity": _quantity(given["quantity"]),
            "printed": text_of(given.get("printed")),
            "note": text_of(given.get("note")),
            "citations": self.citations(given),
        }

    def _item(self, type_name: str, given: Item) -> Item:
        slug = given["slug"]
        global_id = f"{type_name}:{self.district['slug']}/{slug}"
        return {"__typename": type_name, "id": global_id, "slug": slug, "district": self.district}

    def _statement(self, given: Item) -> Item:
        return {
            "period": _period(given.get("period")),
            "ranks": [_rank(one) for one in given.get("ranks") or ([given["rank"]] if given.get("rank") else [])],
            "note": text_of(given.get("note")),
            "citations": self.citations(given),
        }


def _indicator(given: Item) -> Item:
    return {
        "__typename": "Indicator",
        "id": f"Indicator:{given['slug']}",
        "slug": given["slug"],
        "name": text_of(given["name"]),
        "definition": text_of(given.get("definition")),
        "periodType": given.get("periodType"),
        "whole": given.get("partOf"),
        "direction": given.get("direction"),
        **_in_units(sorted(given.get("units", ())) or [one for one in (given.get("unit"),) if one]),
    }


def _in_units(codes: list[str]) -> Item:
    units = [unit_of(code) for code in codes]
    return {"unit": units[0] if len(units) == 1 else None, "units": units}


def _source(given: Item) -> Item:
    own = {"__typename": "Source", "id": f"Source:{given['slug']}"}
    published = given.get("published") or given.get("publishedOn")
    day = published.rstrip("~?%") if published else ""
    when = {"published": published, "publishedOn": day if len(day) == 10 else None}
    return {**given, **own, **when, "title": text_of(given["title"]), "publisher": text_of(given.get("publisher"))}


def _change(given: Item) -> Item:
    ends = {name: _quantity(given.get(name)) for name in ("quantity", "from", "to")}
    return {"likeForLike": False, **given, **ends, "reference": _period(given.get("reference"))}


def _rank(given: Item) -> Item:
    texts = {name: text_of(given.get(name)) for name in ("area", "by", "among", "edition")}
    return {"kind": "PLACE", "tied": False, **given, **texts}


def _quantity(given: Item | None) -> Item | None:
    if given is None:
        return None
    value, multiplier = Decimal(given["value"]), given.get("multiplier", 0)
    return {
        "value": value,
        "multiplier": multiplier,
        "comparator": given.get("comparator", "EQ"),
        "maxValue": Decimal(given["maxValue"]) if "maxValue" in given else None,
        "normalized": float(f"{value}e{multiplier}"),
        "decimals": len(str(value).partition(".")[2]),
        "unit": unit_of(given["unit"]),
    }


def _period(given: Item | None) -> Item | None:
    if given is None:
        return None
    days = days_of(given["edtf"]) if "edtf" in given else Days(None, None)
    kind = given["kind"] if given["kind"] == "CUMULATIVE" or "edtf" not in given else days.kind
    ends = {"start": days.start, "end": days.end, "startIsOpen": days.start_is_open, "endIsOpen": days.end_is_open}
    edtf = given.get("edtf", "")
    sureness = {"approximate": is_approximate(edtf), "uncertain": is_uncertain(edtf)}
    return {**given, "kind": kind, **ends, **sureness, "label": text_of(given["label"])}


def parsed_metrics(given: Item | None) -> Item:
    """The metrics of a district by slug, as its file writes them, with where they stand."""
    return {
        metric["slug"]: {**metric, "place": (pillar["slug"], initiative["slug"])}
        for pillar in (given or {}).get("pillars", ())
        for initiative in pillar.get("initiatives", ())
        for metric in initiative.get("metrics", ())
    }


def parsed_observations(given: Item | None) -> dict[tuple[str, str], Item]:
    """The observations of a district by the slugs of their metrics and their own, with where they stand."""
    return {
        (name, one["slug"]): {**one, "place": metric["place"], "indicator": metric.get("indicator", name)}
        for name, metric in parsed_metrics(given).items()
        for one in metric.get("observations") or [{**_figure_of(metric), "slug": "main"}]
    }


def _figure_of(metric: Item) -> Item:
    return {key: value for key, value in metric.items() if key not in {"slug", "name"}}
