"""What was published before, and what changed since: docs/guide/past.md.

The past is the documents of districts: each resolver of a field that needs another document is refused below it.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tests.reference.changes import district_events
from tests.reference.data import Dataset, Item, load, parsed
from tests.reference.errors import BadInput
from tests.reference.figures import standing_figures
from tests.reference.ids import check_id
from tests.reference.pages import CURSOR
from tests.reference.values import list_of

# What stands for the paths of a change, of which only is compared whether there are any.
SOME_PATHS: Final = ("a path of the reference",)
_DEFAULT, _MAX = 20, 100


@dataclass(repr=False)
class History:
    """The revisions that were published, oldest first, each with the events of its load.

    kept: the oldest revision that can still be read.
    """

    moments: list[Dataset] = field(default_factory=list)
    events: list[list[Item]] = field(default_factory=list)
    kept: int = 0

    @classmethod
    def read(
        cls, loads: Sequence[Sequence[Path]], numbers: Sequence[int], times: Sequence[datetime], kept: int
    ) -> "History":
        """The history of loads, each of which removed what its files no longer had."""
        history, before = cls(kept=kept), dict[str, Item]()
        for paths, number, time in zip(loads, numbers, times, strict=True):
            moment = load(paths, is_past=True)
            after = {one["slug"]: one for path in paths if path.name != "indicators.yaml" for one in parsed(path)}
            events = list(district_events(before, after))
            kinds = [event["kind"] for event in events]
            counts = {kind.lower(): kinds.count(kind) for kind in ("ADDED", "CHANGED", "REMOVED")}
            same = len(after) - counts["added"] - counts["changed"]
            slugs = [event["slug"] for event in events[:100]]
            moment.changes = {**counts, "unchanged": same, "slugs": slugs}
            moment.revision, moment.time = number, time
            history.moments.append(moment)
            history.events.append(events)
            before = after
        return history

    @property
    def newest(self) -> int:
        """The number of the published revision."""
        return self.moments[-1].revision

    def as_of(self, moment: Mapping[str, Any]) -> Dataset:
        """What was published at a moment. Raises BadInput."""
        if "revision" in moment:
            if moment["revision"] > self.newest:
                raise BadInput("not published yet")
            found = [one for one in self.moments if one.revision <= moment["revision"]]
        else:
            time = datetime.fromisoformat(moment["time"])
            found = [one for one in self.moments if one.time and one.time <= time]
        if not found or found[-1].revision < self.kept:
            raise BadInput("nothing was published then, or it is no longer kept")
        return found[-1]

    def node(self, text: str, moment: Mapping[str, Any]) -> Any:
        """What had an id at a moment. Raises BadInput."""
        dataset = self.as_of(moment)
        check_id(text)
        if text.partition(":")[0] in {"Indicator", "Source"}:
            raise BadInput("in no district")
        return dataset.nodes.get(text)

    def updates(self, since: int, first: int | None, after: str | None) -> Item:
        """A page of the changes after a revision. Raises BadInput."""
        size = _DEFAULT if first is None else first
        if not 1 <= size <= _MAX:
            raise BadInput("a size beyond 1 to 100")
        if not self.kept <= since <= self.newest:
            raise BadInput("not published yet, or no longer kept")
        place = [since, "~"] if after is None else _place(after, since)
        changes = [one for one in self._changes() if [one["revision"], one["slug"]] > place]
        page, has_more = changes[:size], len(changes) > size
        ends = [_cursor([one["revision"], one["slug"]], since) for one in page]
        return {
            "nodes": page,
            "edges": [{"cursor": cursor, "node": one} for cursor, one in zip(ends, page, strict=True)],
            "pageInfo": {
                "hasNextPage": has_more,
                "hasPreviousPage": after is not None,
                "startCursor": ends[0] if ends else None,
                "endCursor": ends[-1] if has_more else _cursor([self.newest, "~"], since),
            },
        }

    def _changes(self) -> Iterator[Item]:
        for moment, events in zip(self.moments, self.events, strict=True):
            for event in events:
                yield {
                    **event,
                    "revision": moment.revision,
                    "cursor": f"{moment.revision}:{event['slug']}",
                    "paths": list(SOME_PATHS) if event["kind"] == "CHANGED" else [],
                    "district": moment.nodes.get(f"District:{event['slug']}"),
                }


def _cursor(place: list[Any], since: int) -> str:
    return f"{CURSOR}{json.dumps([since, place])}"


def _place(cursor: str, since: int) -> list[Any]:
    if not cursor.startswith(CURSOR):
        raise BadInput("no cursor")
    of, place = json.loads(cursor.removeprefix(CURSOR))
    if of != since:
        raise BadInput("a cursor of another since")
    return list(place)


def _always(_: Item) -> bool:
    return True


def _is_ranked(metric: Item) -> bool:
    """Whether a metric's latest figure stands for its district in a ranking."""
    slug = metric["indicator"]["slug"]
    own = [one for one in list_of(metric["district"], "metrics") if one["indicator"]["slug"] == slug]
    figures = standing_figures({**metric["indicator"], "metrics": own})
    return any(one is metric["latest"] for _, _, one in figures)


# The fields that other documents than that of the district answer, with the items that have something there.
ELSEWHERE: Final[Mapping[str, Mapping[str, Callable[[Item], Any]]]] = {
    "District": {"parent": lambda one: one["partOf"], "parts": _always},
    "Pillar": {"district": _always},
    "Initiative": dict.fromkeys(("district", "pillar"), _always),
    "Metric": {
        **dict.fromkeys(("district", "pillar", "initiative", "growth"), _always),
        "standing": _is_ranked,
    },
    "Observation": dict.fromkeys(("district", "pillar", "initiative", "metric"), _always),
    "Award": {
        "district": _always,
        "pillar": lambda one: one["pillar"],
        "initiative": lambda one: one["initiative"],
    },
    "Indicator": {
        "partOf": lambda one: one["whole"],
        **dict.fromkeys(("districtCount", "metricCount", "ranking", "growthRanking"), _always),
    },
    "Dataset": {"sources": _always},
}


def kept_apart(resolve: Callable[..., Any] | None, name: str, is_there: Callable[[Item], Any]) -> Callable[..., Any]:
    """A resolver that refuses an item of the past what is in another document."""

    def resolve_now(item: Item, info: Any, **arguments: Any) -> Any:
        if not item.get("isPast"):
            return resolve(item, info, **arguments) if resolve else item.get(name)
        if is_there(item):
            raise BadInput("not in the document of the district")
        return None

    return resolve_now
