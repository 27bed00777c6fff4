"""The Baiyun data says what its sources say.

Every figure is written out here by hand, so that an edit of the file that changes one is seen.
"""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from seeds.commands import BAIYUN
from seeds.format.checks import check
from seeds.format.model import Award, District, Initiative, Metric, Pillar, System
from seeds.format.reader import Record
from seeds.format.shared import SharedDefinitions
from seeds.format.texts import LocalizedText
from seeds.format.values import Period, Quantity, Rank
from tests.support.data.baiyun import (
    FACTS,
    HONOURS,
    LAST_LINE,
    NEWSPAPER,
    PILLARS,
    SOURCE,
    Fact,
    Figure,
    Honour,
    Place,
    When,
)


@pytest.fixture(scope="module")
def baiyun() -> District:
    [record] = SharedDefinitions().records(BAIYUN)
    assert isinstance(record, Record)
    district = check(record)
    assert isinstance(district, District)
    return district


def initiatives(district: District) -> list[Initiative]:
    return [initiative for pillar in district.pillars for initiative in pillar.initiatives]


def metrics(district: District) -> list[tuple[str, Metric]]:
    return [(owner.slug, metric) for owner in initiatives(district) for metric in owner.metrics]


def awards(district: District) -> list[tuple[str, Award]]:
    owners: list[District | Pillar | Initiative] = [district, *district.pillars, *initiatives(district)]
    return [(owner.slug, award) for owner in owners for award in owner.awards]


def figure(quantity: Quantity | None) -> Figure | None:
    if quantity is None:
        return None
    assert quantity.max_value is None
    return (str(quantity.value), quantity.multiplier, quantity.comparator, quantity.unit)


def when(period: Period | None) -> When | None:
    return (period.kind, period.edtf) if period else None


def place(rank: Rank | None) -> Place | None:
    if rank is None:
        return None
    assert rank.of is None
    return (rank.kind, rank.position, rank.scope, rank.area.texts["en"] if rank.area else None)


def fact(owner: str, metric: Metric) -> Fact:
    assert len(metric.changes) <= 1 and metric.citations is not None and len(metric.citations) == 1
    moves = [
        (change.basis, change.direction, str(change.quantity.value), change.quantity.unit)
        for change in metric.changes
    ]
    move = moves[0] if moves else None
    source, locator = metric.citations[0].source, metric.citations[0].locator
    quantity, period, rank = figure(metric.quantity), when(metric.period), place(metric.rank)
    return Fact(locator, owner, metric.slug, quantity, period, move, rank, source)


def honour(owner: str, award: Award) -> Honour:
    return Honour(
        tuple(citation.locator for citation in award.citations),
        owner,
        award.slug,
        award.kind,
        award.level,
        when(award.period),
        award.streak_years,
        place(award.rank),
    )


def texts(value: object) -> Iterator[LocalizedText]:
    if isinstance(value, LocalizedText):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, BaseModel):
        for item in vars(value).values():
            yield from texts(item)


@pytest.mark.parametrize("expected", FACTS, ids=lambda expected: expected.slug)
def test_a_metric_says_what_its_source_says(baiyun: District, expected: Fact) -> None:
    found = [fact(owner, metric) for owner, metric in metrics(baiyun) if metric.slug == expected.slug]
    assert found == [expected]


@pytest.mark.parametrize("expected", HONOURS, ids=lambda expected: expected.slug)
def test_an_award_says_what_the_notice_says(baiyun: District, expected: Honour) -> None:
    found = [honour(owner, award) for owner, award in awards(baiyun) if award.slug == expected.slug]
    assert found == [expected]


def test_the_file_has_no_figure_or_award_beyond_the_tables(baiyun: District) -> None:
    assert [metric.slug for _, metric in metrics(baiyun)] == [expected.slug for expected in FACTS]
    assert [award.slug for _, award in awards(baiyun)] == [expected.slug for expected in HONOURS]


def test_four_pillars_hold_fifteen_initiatives(baiyun: District) -> None:
    found = {pillar.slug: [item.slug for item in pillar.initiatives] for pillar in baiyun.pillars}
    assert found == PILLARS
    assert list(found) == list(PILLARS)
    assert len(initiatives(baiyun)) == 15


def test_the_district_is_known_by_its_public_codes(baiyun: District) -> None:
    assert baiyun.city and baiyun.province and baiyun.country == "CN"
    names = (baiyun.name, baiyun.city, baiyun.province)
    assert [(name.original, name.texts["en"]) for name in names] == [
        ("白云区", "Baiyun District"),
        ("广州市", "Guangzhou"),
        ("广东省", "Guangdong"),
    ]
    assert [(code.scheme, code.value, code.level) for code in baiyun.codes] == [
        ("GB/T 2260", "440111", "DISTRICT"),
        ("GB/T 2260", "440100", "CITY"),
        ("ISO 3166-2", "CN-GD", "PROVINCE"),
    ]


def test_only_work_that_the_notice_calls_under_way_is_in_progress(baiyun: District) -> None:
    items: list[Initiative | System] = []
    for initiative in initiatives(baiyun):
        items += [initiative, *initiative.systems]
    assert [item.slug for item in items if item.status == "IN_PROGRESS"] == [
        "culture-tourism",
        "culture-tourism-platform",
        "smart-city-exhibition-hall",
        "smart-city-operation-centre",
    ]


def test_every_citation_points_at_a_line_of_the_notice_or_at_the_newspaper(baiyun: District) -> None:
    of_2020 = {fact.slug for fact in FACTS if fact.source == NEWSPAPER}
    cited: list[Metric | Award] = [metric for _, metric in metrics(baiyun) if metric.slug not in of_2020]
    cited += [award for _, award in awards(baiyun)]
    lines = {f"L{number}" for number in range(1, LAST_LINE + 1)}
    for item in cited:
        assert item.citations
        assert {citation.source for citation in item.citations} == {SOURCE}
        assert {citation.locator for citation in item.citations} <= lines


def test_the_notice_claims_no_address_and_no_date(baiyun: District) -> None:
    [source, newspaper] = baiyun.sources
    assert (source.slug, source.kind, source.language) == (SOURCE, "GOVERNMENT_NOTICE", "zh")
    assert (source.url, source.published_on, source.accessed_on) == (None, None, None)
    assert (newspaper.slug, newspaper.kind, newspaper.when_published) == (NEWSPAPER, "NEWS", "2020-11-14")


def test_every_text_has_english_and_leaves_traditional_script_to_the_loader(baiyun: District) -> None:
    found = list(texts(baiyun))
    assert baiyun.name in found and baiyun.pillars[0].initiatives[0].metrics[0].note in found
    assert [text for text in found if set(text.texts) != {"zh-Hans", "en"}] == []


def test_a_figure_that_an_editor_counted_says_so(baiyun: District) -> None:
    counted = [
        metric.slug for _, metric in metrics(baiyun) if metric.note and "Counted by" in metric.note.texts["en"]
    ]
    assert counted == [metric.slug for _, metric in metrics(baiyun) if metric.counted]
    assert counted == [
        "safety-lists",
        "rebuilt-incubators",
        "elderly-supervision-tiers",
        "leased-intellectual-property",
        "identifier-resolution-nodes",
    ]


def test_slugs_are_unique_within_the_district(baiyun: District) -> None:
    kinds = [
        [pillar.slug for pillar in baiyun.pillars],
        [initiative.slug for initiative in initiatives(baiyun)],
        [system.slug for initiative in initiatives(baiyun) for system in initiative.systems],
        [metric.slug for _, metric in metrics(baiyun)],
        [award.slug for _, award in awards(baiyun)],
    ]
    assert [len(slugs) for slugs in kinds] == [4, 15, 30, 33, 7]
    assert [len(set(slugs)) for slugs in kinds] == [4, 15, 30, 33, 7]
