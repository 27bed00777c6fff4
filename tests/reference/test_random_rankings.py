"""The server and the reference agree on rankings, whatever they are asked for."""

from random import Random
from typing import Any, Final

import pytest

from tests.reference.dense import INDICATORS, PERIODS
from tests.reference.operations import Operation
from tests.reference.pair import Pair
from tests.support.thoroughness import examples

pytestmark = pytest.mark.asyncio(loop_scope="module")

_ITEMS: Final = "totalCount leftOutCount leftOut(first: 100) { district { slug } reason } unit { code }"
_SPREAD: Final = "count min max average median certain unit { code }"
_RANKING: Final = f"""query ($slug: String!, $during: String, $asAt: Date, $unit: String, $best: OrderDirection,
    $statuses: [MetricStatus!], $kinds: [PlaceKind!]) {{ indicator(slug: $slug) {{
        ranking(during: $during, asAt: $asAt, unit: $unit, best: $best, statuses: $statuses, kinds: $kinds) {{
            {_ITEMS} period asAt figures {{ {_SPREAD} }}
            nodes {{ position undated certain share observation {{ id status }} metric {{ id }} }} }} }} }}"""
_GROWTH: Final = f"""query ($slug: String!, $from: String!, $to: String!, $kinds: [PlaceKind!]) {{
    indicator(slug: $slug) {{ growthRanking(from: $from, to: $to, kinds: $kinds) {{
        {_ITEMS} nodes {{ position certain district {{ slug }} growth {{ quantity {{ value }} }} }} }} }} }}"""
_STATUSES: Final = ("NORMAL", "ESTIMATED", "PROVISIONAL", "FORECAST", "TARGET")
_KINDS: Final = ("DISTRICT", "COUNTY", "CITY", "ZONE", "TOWN", "REGION")
_PERIODS: Final = (None, None, None, *PERIODS, "2025")
_LISTS: Final = (
    None,
    *([one] for one in _STATUSES),
    ["NORMAL", "PROVISIONAL"],
    [*_STATUSES[:3]],
    ["NORMAL", "TARGET"],
)


def _ranking(random: Random) -> Operation:
    variables: dict[str, Any] = {
        "slug": random.choice(tuple(INDICATORS)),
        "during": random.choice(_PERIODS),
        "asAt": random.choice((None, None, None, "2024-06-30", "2024-12-31")),
        "unit": random.choice((None, None, "cny", "usd")),
        "best": random.choice((None, "ASC", "DESC")),
        "statuses": random.choice(_LISTS),
        "kinds": random.choice((None, None, random.sample(_KINDS, random.randint(0, 5)))),
    }
    return Operation(_RANKING, variables)


def _growth(random: Random) -> Operation:
    kinds = random.choice((None, random.sample(_KINDS, random.randint(0, 5))))
    slug = random.choice(tuple(INDICATORS))
    return Operation(
        _GROWTH, {"slug": slug, "from": "2023", "to": random.choice(("2024", "2024", "2025-01")), "kinds": kinds}
    )


_LISTED: Final = f"""query ($where: FILTER, $by: GroupBy!) {{ LIST(where: $where, first: 1) {{ totalCount aggregate {{
    figures {{ {_SPREAD} }} sum {{ value comparator maxValue unit {{ code }} }}
    groups(by: $by) {{ key count reason figures {{ {_SPREAD} }} sum {{ value comparator maxValue }} }} }} }} }}"""
_BY: Final = ("INDICATOR", "INDICATOR", "YEAR", "UNIT", "STATUS", "DISTRICT", "PILLAR", "KIND")


def _list(random: Random) -> Operation:
    slugs = tuple(INDICATORS)
    edtf = random.choice(PERIODS[:-1])
    conditions: tuple[dict[str, Any], ...] = (
        {"indicator": {"eq": random.choice(slugs)}},
        {"indicator": {"in": random.sample(slugs, 2)}},
        {"period": {"during": edtf}},
        {"period": {"during": edtf}},
        {"quantity": {"unit": {"eq": random.choice(("cny", "cny", "usd", "percent", "node"))}}},
        {"status": {random.choice(("eq", "ne")): random.choice(_STATUSES)}},
        {"status": {"in": random.sample(_STATUSES, 2)}},
        {"or": [{"status": {"eq": one}} for one in random.sample(_STATUSES, random.randint(1, 2))]},
        {"district": {"notIn": [f"dense-{random.randint(0, 11)}"]}},
    )
    first = random.choice(conditions[:2])
    where = {"and": [first, *random.sample(conditions[2:], random.randint(0, 4))]}
    name, type_ = random.choice((("metrics", "MetricFilter"), ("observations", "ObservationFilter")))
    variables = {"where": random.choice((where, where, where, where, {}, None)), "by": random.choice(_BY)}
    variables["where"] = variables["where"] or None
    return Operation(_LISTED.replace("FILTER", type_).replace("LIST", name), variables)


async def test_random_lists_whose_figures_are_put_together(dense_pair: Pair) -> None:
    found = []
    for number in range(examples(quick=25, thorough=250)):
        operation = _list(Random(f"list:{number}"))
        if told := await dense_pair.difference(operation):
            found.append(f"{operation.query[:60]} {operation.variables}: {told[:400]}")
    assert not found, f"{len(found)}:\n" + "\n".join(found[:5])


async def test_random_rankings(dense_pair: Pair) -> None:
    found = []
    for number in range(examples(quick=25, thorough=250)):
        random = Random(f"ranking:{number}")
        operation = (_growth if number % 6 == 5 else _ranking)(random)
        if told := await dense_pair.difference(operation):
            found.append(f"{operation.variables}: {told[:400]}")
    assert not found, f"{len(found)}:\n" + "\n".join(found[:5])
