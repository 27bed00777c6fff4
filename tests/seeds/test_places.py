"""The data of other places than Baiyun says what its sources say.

Every figure is written out by hand in `tests.support.data.places`, so that an edit of a file that changes one is
seen.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from seeds.commands import BAIYUN, SHIPPED
from seeds.format.checks import check, observations_of
from seeds.format.model import Award, District, Observation, all_ranks
from seeds.format.reader import Record
from seeds.format.shared import SharedDefinitions
from seeds.format.values import Change, Rank
from tests.support.data.places import CHANGES, DIFFERING, FACTS, RANKS


@cache
def districts() -> list[District]:
    found = []
    for path in SHIPPED:
        if path != BAIYUN:
            [record] = SharedDefinitions().records(path)
            assert isinstance(record, Record)
            district = check(record)
            assert isinstance(district, District), district
            found.append(district)
    return found


def stated() -> list[tuple[str, str, Observation]]:
    """Every observation with its district and metric."""
    return [
        (district.slug, metric.slug, observation)
        for district in districts()
        for _, metric, observation in observations_of(district)
    ]


def awards_of(district: District) -> list[Award]:
    """The awards of its initiatives; these districts have no others."""
    return [award for pillar in district.pillars for one in pillar.initiatives for award in one.awards]


def full(quantity: Any) -> str:
    """A figure written out, with the decimals that its source prints."""
    value: Decimal = quantity.value.scaleb(quantity.multiplier)
    return format(
        value.quantize(Decimal(1)) if value == value.to_integral_value() and quantity.multiplier else value, "f"
    )


def lines_of(table: str) -> list[str]:
    return sorted(table.strip().split("\n"))


def test_the_figures_are_those_of_the_sources() -> None:
    found = []
    for district, metric, observation in stated():
        if quantity := observation.quantity:
            words = [f"{district} {metric}:", observation.slug, full(quantity)]
            words += [quantity.comparator] * (quantity.comparator != "EQ")
            words += [quantity.unit, str(observation.period and observation.period.edtf)]
            words += [observation.status] * (observation.status != "NORMAL")
            words += [citation.source for citation in observation.citations]
            found.append(" ".join(words))
    assert sorted(found) == lines_of(FACTS)


def words_of_change(change: Change) -> Iterator[str]:
    yield f"{'+' if change.direction == 'UP' else '-'}{full(change.quantity)} {change.quantity.unit}"
    yield from [change.basis] * (change.basis != "YEAR_ON_YEAR")
    yield from (
        f"{way} {end.comparator} {full(end)}" for way, end in (("from", change.from_), ("to", change.to)) if end
    )
    yield from ["like-for-like"] * change.like_for_like


def test_the_changes_are_those_of_the_sources() -> None:
    found = [
        f"{district} {metric} {observation.slug}: {' '.join(words_of_change(change))}"
        for district, metric, observation in stated()
        for change in observation.changes
    ]
    assert sorted(found) == lines_of(CHANGES)


def words_of_rank(rank: Rank) -> Iterator[str]:
    yield rank.kind
    yield from [str(rank.position)] * (rank.position is not None)
    yield str(rank.scope)
    yield from [f"of {rank.of}"] * (rank.of is not None)
    yield from [f"among {rank.among.original}"] if rank.among else []
    yield from [f"by {rank.basis}"] * (rank.basis is not None)
    yield from [f"streak {rank.streak}"] * (rank.streak is not None)
    assert not (rank.by or rank.tied or rank.edition)


def test_the_ranks_are_those_of_the_sources() -> None:
    ranked = [(f"{district} {metric} {one.slug}", all_ranks(one)) for district, metric, one in stated()]
    ranked += [
        (f"{district.slug} {award.slug}", all_ranks(award))
        for district in districts()
        for award in awards_of(district)
    ]
    found = [f"{thing}: {' '.join(words_of_rank(rank))}" for thing, ranks in ranked for rank in ranks]
    assert sorted(found) == lines_of(RANKS)


def test_sources_that_differ_stand_beside_the_figure() -> None:
    found = [
        f"{district} {metric} {observation.slug}: "
        f"{report.quantity.comparator} {full(report.quantity)} {report.citations[0].source}"
        for district, metric, observation in stated()
        for report in observation.other_reports
    ]
    assert sorted(found) == lines_of(DIFFERING)


@pytest.mark.parametrize("district", districts(), ids=lambda district: district.slug)
def test_every_source_has_an_address_and_a_day_of_reading_and_is_cited(district: District) -> None:
    assert [one.slug for one in district.sources if not (one.url and one.accessed_on)] == []
    observations = [observation for _, _, observation in observations_of(district)]
    evidence = [observation.citations for observation in observations]
    evidence += [award.citations for award in awards_of(district)]
    initiatives = [initiative for pillar in district.pillars for initiative in pillar.initiatives]
    may_cite = [district.strategy, *initiatives, *(system for one in initiatives for system in one.systems)]
    evidence += [one.citations or [] for one in may_cite if one]
    evidence += [report.citations for observation in observations for report in observation.other_reports]
    cited = {citation.source for citations in evidence for citation in citations}
    assert cited == {source.slug for source in district.sources}
