"""The data of other places than Baiyun says what its sources say.

Every figure is written out here by hand, so that an edit of a file that changes one is seen.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any, Final

import pytest

from seeds.commands import BAIYUN, SHIPPED
from seeds.format.checks import check, observations_of
from seeds.format.model import Award, District, Observation, all_ranks
from seeds.format.reader import Record
from seeds.format.shared import SharedDefinitions
from seeds.format.values import Change, Rank

# District and metric: observation, figure, comparator unless it is EQ, unit, period, status unless it is NORMAL.
FACTS: Final = """
longgang gdp: 2022-q1-q3 329755000000 cny 2022-01/2022-09
longgang gdp: 2024-h1 250099000000 cny 2024-40
longgang primary-value-added: 2022-q1-q3 119000000 cny 2022-01/2022-09
longgang secondary-value-added: 2022-q1-q3 216900000000 cny 2022-01/2022-09
longgang tertiary-value-added: 2022-q1-q3 112736000000 cny 2022-01/2022-09
longgang retail-sales: 2022-q1-q3 105234000000 cny 2022-01/2022-09
longgang services-above-scale: 2022-m1-m8 71693000000 cny 2022-01/2022-08
longgang data-records: 2025-h1 29200000000 record 2025-40
longgang data-service-calls: main 1262000000 GT call 2025-40
longgang large-model-applications: main 47 application /2025-06
longgang video-applications: main 77 application /2025-06
longgang agents: main 141 agent /2025-06
longgang agent-uses: main 26000 GT use /2025-06
longgang model-calls: main 200000 GT call /2025-06
longgang instant-approval-matters: 2023 86 matter 2023
longgang instant-approval-cases: 2023 1150000 GT case 2023
longgang enterprise-subsidies: 2023 93000000 GT cny 2023
guangming government-fibre: 2022 210 APPROX kilometre 2022
guangming fibre-points: 2022 100 point 2022
guangming projects-reviewed: 2023 36 project 2023
guangming reviewed-project-value: 2023 286000000 APPROX cny 2023
guangming sensing-devices: 2023 11416 device 2023
guangming video-channels: 2023 42209 video-channel 2023
guangming data-records: 2024 2800000000 GT record 2024
guangming data-base-area: 2024 156 square-kilometre 2024
guangming building-models: 2024 135 model 2024
guangming catalogue-batches: 2024 2 batch 2024
guangming catalogue-items: 2024 18900 item 2024
suzhou-industrial-park gdp: 2023 368600000000 cny 2023
suzhou-industrial-park budget-revenue: 2023 41110000000 cny 2023
suzhou-industrial-park industrial-output: 2023 650940000000 cny 2023
suzhou-industrial-park fixed-investment: 2023 59290000000 cny 2023
suzhou-industrial-park retail-sales: 2023 117310000000 cny 2023
suzhou-industrial-park tertiary-value-added: 2023 191180000000 cny 2023
suzhou-industrial-park services-share-of-gdp: 2023 51.9 percent 2023
suzhou-industrial-park trade: 2023 606970000000 cny 2023
suzhou-industrial-park foreign-capital-used: 2023 1950000000 usd 2023
suzhou-industrial-park biomedicine-output: 2023 152300000000 cny 2023
suzhou-industrial-park nanotechnology-output: 2023 155700000000 cny 2023
suzhou-industrial-park ai-output: 2023 100600000000 cny 2023
suzhou-industrial-park high-tech-share: 2023 73.9 percent 2023
suzhou-industrial-park high-tech-enterprises: 2023-end 2800 NEAR enterprise 2023-12-31
suzhou-industrial-park unicorns: 2023-end 218 enterprise 2023-12-31
suzhou-industrial-park headquarters: 2023-end 212 headquarters 2023-12-31
suzhou-industrial-park regional-headquarters: 2023-end 67 headquarters 2023-12-31
suzhou-industrial-park city-level-headquarters: 2023-end 149 headquarters 2023-12-31
suzhou-industrial-park city-level-headquarters-share: 2023-end 30 APPROX percent 2023-12-31
suxiang-cooperation-zone industrial-output: 2023 45840000000 cny 2023
suxiang-cooperation-zone high-tech-share: 2023 63.9 percent 2023
dubai rta-digital-revenue: 2020 2655000000 aed 2020
dubai rta-digital-revenue: 2021 3500000000 aed 2021
dubai rta-digital-transactions: 2020 527146000 transaction 2020
dubai rta-digital-transactions: 2021 676000000 transaction 2021
dubai rta-registered-users: 2020 2162000 user 2020
dubai rta-registered-users: 2021 2000000 GT user 2021
dubai rta-active-users: 2021 1000000 NEAR user 2021
dubai rta-customer-happiness: 2020 96.2 percent 2020
dubai rta-app-downloads: 2020 6136000 download 2020
dubai rta-app-downloads: 2021 6100000 download 2021
dubai rta-digital-share: 2020 91 GT percent 2020
dubai rta-digital-adoption-index: 2021 95.2 percent 2021
dubai dubainow-services: 2019-10 88 service 2019-10
dubai dubainow-services: 2023 170 GT service 2023
dubai dubainow-organisations: 2019-10 15 organisation 2019-10
dubai dubainow-organisations: 2023 35 GT organisation 2023
dubai dubainow-transaction-value: 2019-10 4000000000 GT aed /2019-10
dubai dubainow-transaction-value: 2023 12000000000 GT aed /2023
dubai dubainow-transactions: 2022-h1 2100000 transaction 2022-40
dubai dubainow-transactions: 2023-h1 2600000 APPROX transaction 2023-40
dubai dubainow-transactions-total: 2023 23000000 GT transaction /2023
dubai services-digitised: 2023 99.5 percent 2023
dubai digital-transaction-share: 2023 87 percent 2023
dubai government-apps: 2023 120 GT application 2023
seoul digital-safety-budget: 2025 51300000000 krw 2025
seoul intelligent-camera-share: 2024-end 33 percent 2024-12-31
seoul intelligent-camera-share: 2025-end-forecast 57 APPROX percent 2025-12-31 FORECAST
seoul intelligent-camera-share: 2026-target 100 percent 2026 TARGET
seoul camera-network-districts: 2021 15 district 2021
seoul camera-network-districts: 2024-target 25 district 2024 TARGET
seoul public-wifi-points: 2021-04 22431 point 2021-04
seoul public-wifi-points-planned: 2023-target 11030 point 2023 TARGET
seoul smart-city-pilots: 2021 2 pilot 2021
seoul smart-city-pilots: 2025-target 15 pilot 2025 TARGET
"""

# District, metric, observation: sign and figure, unit, basis unless it is YEAR_ON_YEAR, and what else is said.
CHANGES: Final = """
longgang gdp 2022-q1-q3: +2.5 percent
longgang gdp 2024-h1: +9.0 percent
longgang primary-value-added 2022-q1-q3: +30.9 percent
longgang secondary-value-added 2022-q1-q3: +4.0 percent
longgang tertiary-value-added 2022-q1-q3: -0.4 percent
longgang industrial-value-added 2022-q1-q3: +2.3 percent
longgang retail-sales 2022-q1-q3: +5.4 percent
longgang services-above-scale 2022-m1-m8: +6.3 percent
longgang fixed-investment 2022-q1-q3: +22.0 percent
longgang service-time-limits 2023: -46.6 percent UNSPECIFIED
longgang instant-approval-time 2023: -77.78 percent UNSPECIFIED
suzhou-industrial-park gdp 2023: +5.9 percent
suzhou-industrial-park budget-revenue 2023: +6.1 percent like-for-like
suzhou-industrial-park industrial-output 2023: +0.1 percent
suzhou-industrial-park fixed-investment 2023: +25.3 percent
dubai rta-digital-revenue 2021: +32 percent
dubai rta-digital-transactions 2021: +28 percent
dubai dubainow-transactions 2023-h1: +24 percent from EQ 2100000 to APPROX 2600000
seoul digital-safety-budget 2025: +6300000000 krw
"""

# District, metric and observation or award: kind, position, scope, and what else is said.
RANKS: Final = """
longgang industrial-district-rank main: PLACE 1 NATION among 工业区 streak 6
longgang r1-deployment main: FIRST NATION among 行政单位
longgang data-management-maturity-pilot: FIRST_BATCH NATION of 10
longgang data-management-maturity-pilot: ONLY PROVINCE
suzhou-industrial-park regional-headquarters 2023-end: PLACE 1 PROVINCE by LEVEL
suzhou-industrial-park city-level-headquarters 2023-end: PLACE 1 CITY by LEVEL
"""

# District, metric, observation: what other sources say of the same.
DIFFERING: Final = """
dubai rta-digital-revenue 2020: EQ 2600000000 virgin-radio-rta-2020
dubai rta-digital-transactions 2020: EQ 527000000 virgin-radio-rta-2020
dubai rta-digital-transactions 2020: EQ 528057108 dubai-city-guide-rta-2020
dubai rta-app-downloads 2020: GT 6130000 virgin-radio-rta-2020
dubai rta-digital-share 2020: EQ 99.83 dubai-city-guide-rta-2020
"""


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
    yield from [f"among {rank.among.zh_hans}"] if rank.among else []
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
    evidence += [report.citations for observation in observations for report in observation.other_reports]
    cited = {citation.source for citations in evidence for citation in citations}
    assert cited == {source.slug for source in district.sources}
