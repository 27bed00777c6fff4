"""Warn of coverage that shrank: metrics and observations that an earlier version of a district had."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from loaders.documents import Document
from loaders.errors import HistoryPruned
from loaders.model.observations import MAIN
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare
from loaders.store.store import Store
from seeds.editing.warnings import EditorWarning, warn
from seeds.format.checks import metrics_of
from seeds.format.model import District
from seeds.format.reader import Location


class NotPublished(Exception):
    """The revision to compare with was never published, or is no longer kept."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The observations of each metric of some districts, as an earlier version had them. name: of that version."""

    name: str
    districts: dict[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)

    def add(self, district: District) -> None:
        """Add a district of an earlier file."""
        self.districts[district.slug] = {
            metric.slug: frozenset(one.slug for one in metric.all_observations) for _, metric in metrics_of(district)
        }


async def published_coverage(database: Database, revision: int | None, slugs: Iterable[str]) -> Coverage:
    """The coverage of some districts in a published revision; None for the newest. Raises NotPublished."""
    store = Store(database)
    newest = await store.published()
    published = newest if revision is None else _at(newest, revision)
    coverage = Coverage(f"revision {published.revision}")
    for slug in slugs:
        whole = Fetch("districts", Compare("slug", "eq", slug), limit=1)
        try:
            found = await store.find_past(whole, published)
        except HistoryPruned as pruned:
            raise NotPublished(
                f"revision {published.revision} is no longer kept; the oldest is {pruned.kept}"
            ) from None
        if found is not None:
            coverage.districts[slug] = _stored(found)
    return coverage


def _at(newest: Published, revision: int) -> Published:
    if revision < 1 or revision > newest.revision or not newest.is_published(revision):
        raise NotPublished(f"revision {revision} was not published; the newest is {newest.revision}")
    return newest.at(revision)


def _stored(district: Document) -> Mapping[str, frozenset[str]]:
    return {
        # A release that kept no observations stored the figure alone.
        metric["slug"]: frozenset(one["slug"] for one in metric.get("observations", ({"slug": MAIN},)))
        for pillar in district["pillars"]
        for initiative in pillar["initiatives"]
        for metric in initiative["metrics"]
    }


def lost_coverage(location: Location, district: District, before: Coverage) -> Iterator[EditorWarning]:
    """Yield a warning for each metric or observation that a district had before and lacks now."""
    metrics = {metric.slug: (path, metric) for path, metric in metrics_of(district)}
    for slug, observations in before.districts.get(district.slug, {}).items():
        if slug not in metrics:
            yield warn(
                "lost-coverage",
                location,
                (),
                f"metric {slug!r} is in {before.name} and no longer here; restore it, or load without it on purpose",
            )
            continue
        path, metric = metrics[slug]
        for name in sorted(observations - {one.slug for one in metric.all_observations}):
            yield warn(
                "lost-coverage",
                location,
                path,
                f"observation {name!r} of {slug!r} is in {before.name} and no longer here; restore it, or load "
                "without it on purpose",
            )
