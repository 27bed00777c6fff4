"""Compare two versions of a district's document: which paths differ, which metrics and which observations. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

from loaders.documents import Document
from loaders.model.observations import said_once
from loaders.store.changes import ChangeKind, DistrictVersions
from loaders.values.comparison import find_differences
from schema.base.names import field_name

# The metrics or observations of a district, by their slugs within it.
_Items: TypeAlias = dict[tuple[str, ...], Document]

# The numbers of a version; the same keys of a change are its figures.
_VERSION: Final = frozenset({("from",), ("to",)})
# The fields of texts in languages whose tags are no field names.
_FIELDS: Final = {"zh-Hans": "zhHans", "zh-Hant": "zhHant"}
# Derived values and the bookkeeping of versions: differences in them are not reported.
_DERIVED: Final = frozenset(
    {
        *("_id", "hash", "tokens", "folded", "normalized", "decimals", "derived", "held_by"),
        *("sort_zh", "sort_en"),
        *("pillar_count", "initiative_count", "metric_count", "award_count", "total_award_count"),
        *("observation_count", "languages", "reference_date", "latest", "best_rank", "ranked_as"),
    }
)


def paths_changed(versions: DistrictVersions) -> list[str]:
    """The paths of the fields that differ, with slugs for list items; empty if the district was added or removed."""
    before, after = versions
    return [] if before is None or after is None else list(_paths(_said_once(before), _said_once(after)))


def metrics_changed(revision: int, slug: str, versions: DistrictVersions) -> Iterator[Document]:
    """The metrics of a district that a revision changed, as events, by slug."""
    return _items_changed(f"{revision}:{slug}", revision, "metric_id", *map(_metrics, versions))


def observations_changed(revision: int, slug: str, versions: DistrictVersions) -> Iterator[Document]:
    """The observations of a district that a revision changed, as events, by the metric's slug and their own."""
    return _items_changed(f"{revision}:{slug}", revision, "observation_id", *map(_observations, versions))


def _items_changed(at: str, revision: int, id_key: str, olds: _Items, news: _Items) -> Iterator[Document]:
    for slugs in sorted({*olds, *news}):
        old, new = olds.get(slugs), news.get(slugs)
        paths = list(_paths(_said_once(old), _said_once(new))) if old and new else []
        if paths or not (old and new):
            yield {
                "cursor": "/".join((at, *slugs)),
                "revision": revision,
                "kind": _kind_of_change(old, new),
                "slugs": slugs,
                id_key: (new or old)["id"],  # type: ignore[index]  # there is one of them
                "paths": paths,
                "quantity_before": old and old["quantity"],
                "quantity_after": new and new["quantity"],
                "before": old,
                "after": new,
            }


def _kind_of_change(old: Document | None, new: Document | None) -> ChangeKind:
    if old is None:
        return "ADDED"
    return "REMOVED" if new is None else "CHANGED"


def _said_once(document: Any) -> Any:
    """A district, or a part of it, without what its metrics say twice."""
    if isinstance(document, list):
        return [_said_once(one) for one in document]
    if not isinstance(document, dict):
        return document
    if "observations" in document:
        return said_once(document)
    below = {key: _said_once(document[key]) for key in ("pillars", "initiatives", "metrics") if key in document}
    return document | below


def _paths(old: Any, new: Any) -> Iterator[str]:
    for path, _, _ in find_differences(old, new, ignored=_DERIVED):
        if path[:1] in _VERSION:
            continue
        yield ".".join(field_name(step) if isinstance(step, str) else str(step) for step in _fields(path))


def _fields(path: Sequence[str | int]) -> Iterator[str | int]:
    """The steps of a path by fields: a text in one language is `zhHans`, `en`, `zhHant` or its tag."""
    for before, step in zip((None, *path), path, strict=False):
        if step != "texts":
            yield _FIELDS.get(step, step) if before == "texts" and isinstance(step, str) else step


def _metrics(document: Document | None) -> _Items:
    if document is None:
        return {}
    initiatives = (one for pillar in document["pillars"] for one in pillar["initiatives"])
    return {(metric["slug"],): metric for initiative in initiatives for metric in initiative["metrics"]}


def _observations(document: Document | None) -> _Items:
    # A release that kept none stored metrics without observations.
    return {
        (*slugs, observation["slug"]): observation
        for slugs, metric in _metrics(document).items()
        for observation in metric.get("observations", ())
    }
