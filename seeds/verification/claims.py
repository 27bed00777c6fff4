"""List what a district claims of the figures of one source: each with its unit, period and place in the source."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from loaders.values.units import PER
from seeds.editing.warnings import walk
from seeds.format.checks import observations_of
from seeds.format.model import Award, District, Metric, Observation, all_ranks
from seeds.format.problems import FieldPath
from seeds.format.texts import LocalizedText
from seeds.format.values import Change, Citation, Period, Quantity, Rank
from seeds.verification.numerals import scaled

ClaimKind = Literal["figure", "change", "end", "rank", "band", "peers", "streak"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure that a seed file states. path: its field. name: of the metric or award, with the observation.

    texts: that name, as the file writes it in each language. printed: the source's own words. counted: by the editor.
    unit_names: what a unit of the data set's own is called, by language. edition: of a ranking.
    """

    kind: ClaimKind
    path: FieldPath
    name: str
    texts: tuple[str, ...]
    locators: tuple[str, ...]
    value: Decimal
    power: int = 0
    maximum: Decimal | None = None
    comparator: str = "EQ"
    unit: str | None = None
    period: Period | None = None
    change: Change | None = None
    printed: tuple[str, ...] = ()
    counted: bool = False
    unit_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    edition: tuple[str, ...] = ()

    @property
    def number(self) -> Decimal:
        """The number itself."""
        return scaled(self.value, self.power)


def claims_of(district: District, source: str) -> Iterator[Claim]:
    """Yield the figures that cite a source, in the order of the file."""
    names = {
        unit.code: {tag.partition("-")[0]: tuple(one.values()) for tag, one in unit.names.items()}
        for unit in district.units
    }
    for claim in _claims_of(district, source):
        amount = (claim.unit or "").partition(PER)[0]
        yield replace(claim, unit_names=names[amount]) if amount in names else claim


def _claims_of(district: District, source: str) -> Iterator[Claim]:
    for path, metric, observation in observations_of(district):
        yield from _of_observation(path, metric, observation, source)
    for path, item in walk(district):
        if isinstance(item, Award) and (locators := _locators(item.citations, source)):
            texts = _texts(item.name)
            if item.streak_years is not None:
                place = (*path, "streakYears")
                yield Claim("streak", place, item.slug, texts, locators, Decimal(item.streak_years))
            for place, rank in _ranks(path, item):
                yield from _of_rank(place, item.slug, texts, locators, rank, item.period)


def _of_observation(path: FieldPath, metric: Metric, observation: Observation, source: str) -> Iterator[Claim]:
    name = f"{metric.slug}/{observation.slug}" if metric.observations else metric.slug
    texts = _texts(metric.name)
    for index, report in enumerate(observation.other_reports):
        if locators := _locators(report.citations, source):
            place = (*path, "otherReports", index, "quantity")
            printed = _texts(report.printed)
            yield _figure(place, name, texts, locators, report.quantity, observation.period, printed=printed)
    locators = _locators(observation.citations, source)
    if not locators:
        return
    if observation.quantity:
        yield _figure(
            (*path, "quantity"),
            name,
            texts,
            locators,
            observation.quantity,
            observation.period,
            printed=_texts(observation.printed),
            counted=observation.counted,
        )
    for index, change in enumerate(observation.changes):
        yield from _of_change((*path, "changes", index), name, texts, locators, change, observation.period)
    for place, rank in _ranks(path, observation):
        yield from _of_rank(place, name, texts, locators, rank, observation.period)


def _figure(
    path: FieldPath,
    name: str,
    texts: tuple[str, ...],
    locators: tuple[str, ...],
    quantity: Quantity,
    period: Period | None,
    *,
    kind: ClaimKind = "figure",
    change: Change | None = None,
    printed: tuple[str, ...] = (),
    counted: bool = False,
) -> Claim:
    maximum = None if quantity.max_value is None else scaled(quantity.max_value, quantity.multiplier)
    stated = (quantity.value, quantity.multiplier, maximum, quantity.comparator, quantity.unit)
    return Claim(kind, path, name, texts, locators, *stated, period, change, printed, counted)


def _of_change(
    path: FieldPath,
    name: str,
    texts: tuple[str, ...],
    locators: tuple[str, ...],
    change: Change,
    period: Period | None,
) -> Iterator[Claim]:
    # A change of zero may be in words alone.
    if change.direction != "FLAT":
        yield _figure(
            (*path, "quantity"), name, texts, locators, change.quantity, period, kind="change", change=change
        )
    for key, quantity in (("from", change.from_), ("to", change.to)):
        if quantity:
            yield _figure((*path, key), name, texts, locators, quantity, None, kind="end")


def _ranks(path: FieldPath, ranked: Observation | Award) -> Iterator[tuple[FieldPath, Rank]]:
    for index, rank in enumerate(all_ranks(ranked)):
        yield (*path, "rank") if ranked.rank else (*path, "ranks", index), rank


def _of_rank(
    path: FieldPath,
    name: str,
    texts: tuple[str, ...],
    locators: tuple[str, ...],
    rank: Rank,
    period: Period | None,
) -> Iterator[Claim]:
    if rank.position is not None and rank.kind in {"PLACE", "BAND"}:
        kind: ClaimKind = "rank" if rank.kind == "PLACE" else "band"
        value, edition = Decimal(rank.position), _texts(rank.edition)
        yield Claim(kind, (*path, "position"), name, texts, locators, value, period=period, edition=edition)
    if rank.of is not None:
        yield Claim("peers", (*path, "of"), name, texts, locators, Decimal(rank.of))
    if rank.streak is not None:
        yield Claim("streak", (*path, "streak"), name, texts, locators, Decimal(rank.streak))


def _locators(citations: Iterable[Citation], source: str) -> tuple[str, ...]:
    return tuple(citation.locator for citation in citations if citation.source == source)


def _texts(text: LocalizedText | None) -> tuple[str, ...]:
    return tuple(text.texts.values()) if text else ()
