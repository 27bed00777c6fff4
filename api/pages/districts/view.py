"""Arrange a district's data for its page: what stands where, and how many there are of each.

Pure: no I/O. Nothing is computed of figures; their wording is the API's.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

Data = Mapping[str, Any]

MAX_CARDS: Final = 8
# From the largest area to the smallest, and from the strongest claim to the weakest.
SCOPES: Final = ("WORLD", "ASIA_PACIFIC", "NATION", "PROVINCE", "CITY", "DISTRICT")
CLAIM_ROWS: Final = ("only", "first-place", "first-to", "first-batch", "leading", "other-place")
_ROW_OF_KIND: Final[Mapping[str, str]] = {
    "ONLY": "only",
    "FIRST": "first-to",
    "FIRST_BATCH": "first-batch",
    "LEADING": "leading",
}
_BOUNDS: Final = frozenset({"GT", "GTE", "LT", "LTE", "NEAR", "UP_TO", "RANGE"})


class Claim(NamedTuple):
    """A place, a first or an only. of: the metric or the award that it is about."""

    row: str
    scope: str | None
    rank: Data
    of: Data
    citations: Sequence[Data]


class Given(NamedTuple):
    """What a line of a source gave. of: the metric or award; figure: the figure of the metric."""

    kind: Literal["strategy", "latest", "report", "observation", "award"]
    of: Data | None = None
    figure: Data | None = None
    locator: str = ""


class Figure(NamedTuple):
    """A metric with its newest figure, and the initiative and pillar that it belongs to."""

    metric: Data
    initiative: Data
    pillar: Data

    @property
    def latest(self) -> Data | None:
        """The newest figure; None if there is none, or if it could not be read."""
        latest: Data | None = self.metric["latest"]
        return latest

    @property
    def quantity(self) -> Data | None:
        """The number of the newest figure."""
        return self.latest["quantity"] if self.latest else None

    @property
    def is_share(self) -> bool:
        """Whether the number is a share of a whole, in percent."""
        return bool(self.quantity and self.quantity["unit"]["code"] == "percent")


class DistrictView:
    """A district's data, arranged."""

    def __init__(self, district: Data) -> None:
        self._district = district

    @cached_property
    def figures(self) -> Sequence[Figure]:
        """All metrics, in the order of the file."""
        return [
            Figure(metric, initiative, pillar)
            for pillar in self._district["pillars"] or ()
            for initiative in pillar["initiatives"] or ()
            for metric in initiative["metrics"] or ()
            if metric
        ]

    @property
    def indicator_slugs(self) -> Sequence[str]:
        """The indicators that are measured here, each once."""
        return list(dict.fromkeys(figure.metric["indicator"]["slug"] for figure in self.figures))

    @cached_property
    def cards(self) -> Sequence[Figure]:
        """The main figures: the first number of each initiative, then the second, until there are enough."""
        numbers = [figure for figure in self.figures if figure.quantity and not figure.is_share]
        turns = Counter[str]()
        ordered = []
        for place, figure in enumerate(numbers):
            assert figure.latest
            slug = figure.initiative["slug"]
            # What an editor counted in a text is seldom what the text is about.
            ordered.append((figure.latest["counted"] is True, turns[slug], place))
            turns[slug] += 1
        chosen = sorted(place for *_, place in sorted(ordered)[:MAX_CARDS])
        return [numbers[place] for place in chosen]

    @property
    def shares(self) -> Sequence[Figure]:
        """The figures in percent."""
        return [figure for figure in self.figures if figure.is_share]

    def moved(self, direction: str) -> Sequence[tuple[Figure, Data]]:
        """The figures whose newest one rose (UP), fell (DOWN) or stayed (FLAT), each with that change."""
        return [
            (figure, change)
            for figure in self.figures
            for change in (figure.latest or {}).get("changes") or ()
            if change["direction"] == direction
        ]

    @cached_property
    def claims(self) -> Sequence[Claim]:
        """All claims to a place, of metrics and awards, the strongest first."""
        return sorted(self._claims(), key=_strength)

    def _claims(self) -> Iterator[Claim]:
        for figure in self.figures:
            for rank in (figure.latest or {}).get("ranks") or ():
                assert figure.latest
                yield Claim(_row(rank), rank["scope"], rank, figure.metric, figure.latest["citations"])
        for award in self._district["awards"] or ():
            for rank in award["ranks"] or ():
                yield Claim(_row(rank), rank["scope"], rank, award, award["citations"])

    @property
    def scopes(self) -> Sequence[str | None]:
        """The columns of the matrix: the areas that some claim is about; None for an area that isn't told."""
        told = {claim.scope for claim in self.claims}
        return [scope for scope in (*SCOPES, None) if scope in told]

    @property
    def claim_rows(self) -> Sequence[str]:
        """The rows of the matrix that have a claim."""
        told = {claim.row for claim in self.claims}
        return [row for row in CLAIM_ROWS if row in told]

    def claims_at(self, row: str, scope: str | None) -> Sequence[Claim]:
        """The claims of a cell of the matrix."""
        return [claim for claim in self.claims if claim.row == row and claim.scope == scope]

    @cached_property
    def solidity(self) -> Mapping[str, int]:
        """How solid the newest figures are: how many are exact, bounded, dated, counted, and so on."""
        latest = [figure.latest for figure in self.figures if figure.latest]
        numbers = [one["quantity"] for one in latest if one["quantity"]]
        comparators = Counter(number["comparator"] for number in numbers)
        return {
            "figures": len(self.figures),
            "numbers": len(numbers),
            "exact": comparators["EQ"],
            "about": comparators["APPROX"],
            "bounded": sum(comparators[one] for one in _BOUNDS),
            "dated": sum(one["referenceDate"] is not None for one in latest),
            "undated": sum(one["referenceDate"] is None for one in latest),
            "counted": sum(one["counted"] is True for one in latest),
            "missing": len(self.figures) - len(latest),
        }

    @cached_property
    def numbers(self) -> Sequence[tuple[Data, Data]]:
        """All figures that have a number, not the newest alone, each with its metric."""
        return [
            (figure.metric, one)
            for figure in self.figures
            for one in figure.metric["observations"] or ()
            if one and one["quantity"]
        ]

    @property
    def bounds(self) -> Sequence[tuple[Data, Data]]:
        """The figures that are bounds: over, under or between."""
        return [(metric, one) for metric, one in self.numbers if one["quantity"]["comparator"] in _BOUNDS]

    @property
    def approximate(self) -> Sequence[tuple[Data, Data]]:
        """The figures that are about a number."""
        return [(metric, one) for metric, one in self.numbers if one["quantity"]["comparator"] == "APPROX"]

    @property
    def newest_day(self) -> str | None:
        """The day of the newest figure that has one."""
        return max((one.latest["referenceDate"] or "" for one in self.figures if one.latest), default="") or None

    @cached_property
    def sources(self) -> Sequence[tuple[Data, Sequence[Given]]]:
        """Each source with all that it gave."""
        found: dict[str, tuple[Data, list[Given]]] = {}
        for citations, given in self._cited():
            for citation in citations or ():
                source = citation["source"]
                found.setdefault(source["slug"], (source, []))[1].append(given._replace(locator=citation["locator"]))
        return list(found.values())

    def _cited(self) -> Iterator[tuple[Sequence[Data], Given]]:
        if self._district["strategy"]:
            yield self._district["strategy"]["citations"], Given("strategy")
        for figure in self.figures:
            yield from _cited_figures(figure)
        for award in self._district["awards"] or ():
            yield award["citations"], Given("award", award)


def _cited_figures(figure: Figure) -> Iterator[tuple[Sequence[Data], Given]]:
    """The citations of a metric's newest figure, of what else was published of it, and of its other figures."""
    if figure.latest:
        yield figure.latest["citations"], Given("latest", figure.metric, figure.latest)
        for report in figure.latest["otherReports"] or ():
            yield report["citations"], Given("report", figure.metric, report)
    for observation in figure.metric["observations"] or ():
        if observation and not (figure.latest and observation["id"] == figure.latest["id"]):
            yield observation["citations"], Given("observation", figure.metric, observation)


def _row(rank: Data) -> str:
    if rank["kind"] == "PLACE" and rank["position"] == 1:
        return "first-place"
    return _ROW_OF_KIND.get(rank["kind"], "other-place")


def _strength(claim: Claim) -> tuple[int, int]:
    scope = SCOPES.index(claim.scope) if claim.scope in SCOPES else len(SCOPES)
    return scope, CLAIM_ROWS.index(claim.row)
