"""Every operator, quantifier, order and page of a list, at every level that has one, against the oracle."""

from collections.abc import AsyncIterator, Iterable, Iterator
from random import Random
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from seeds.building.district import build
from seeds.format.model import District
from tests.support import oracle
from tests.support.api import Api, api_of
from tests.support.data.content import text
from tests.support.oracle import Item
from tests.support.thoroughness import sample

CITIES = [text("广州市", "Guangzhou"), text("深圳市", "Shenzhen"), text("佛山市")]
PROVINCES = [text("广东省", "Guangdong"), text("广东省", "Guangdong"), text("云南省", "Yunnan")]
PILLARS = [
    ("governance", text("城市治理", "Smart governance")),
    ("livelihood", text("民生服务", "Public services")),
    ("economy", text("数字经济", "Digital economy")),
]
INITIATIVES = [
    ("hotline", text("12345热线", "Hotline 12345")),
    ("cloud", text("政务云", "Government Cloud")),
    ("networks", text("5G网络", "5G networks")),
]
# Slug of the indicator, name, unit.
FIGURES = [
    ("terminals", text("感知终端", "Sensing terminals"), "terminal"),
    ("accuracy", text("派单准确率", "Dispatch accuracy"), "percent"),
    ("satisfaction", text("群众满意率", "Public satisfaction"), "percent"),
    ("revenue", text("数字产业收入", "Digital revenue"), "cny"),
]
AWARDS = [
    text("领军城区", "Leading district"),
    text("试点", "Pilot"),
    text("云服务奖", "Cloud prize"),
    text("城市城区奖"),
]
PERIODS = [
    *(None, None),
    {"kind": "YEAR", "edtf": "2024"},
    {"kind": "YEAR", "edtf": "2024~"},
    {"kind": "YEAR", "edtf": "2025"},
    {"kind": "RANGE", "edtf": "2025-33/2025-36"},
    {"kind": "YEAR"},
    {"kind": "RANGE", "edtf": "2024-03/"},
    {"kind": "MONTH", "edtf": "2025-06"},
    {"kind": "RANGE", "edtf": "2025-06-01?/2025-06-30"},
    {"kind": "RANGE", "edtf": "2024-03%/2025-06"},
    {"kind": "RANGE", "edtf": "/2025-06"},
    {"kind": "CUMULATIVE", "edtf": "../2025-06"},
    {"kind": "CUMULATIVE", "edtf": "2025-01/2025-12"},
    {"kind": "RANGE", "edtf": "2024-03/.."},
    {"kind": "RANGE", "edtf": "2024-03/.."},
]
SECOND = {"kind": "PLACE", "position": 2, "of": 21, "scope": "PROVINCE"}
LEADER = {"kind": "LEADING", "of": 5, "scope": "CITY"}
RANKS: list[list[dict[str, Any]]] = [
    [],
    [],
    [{"kind": "PLACE", "position": 1, "of": 11, "scope": "CITY"}],
    [SECOND],
    [{"kind": "PLACE", "position": 3}, SECOND],
    [{"kind": "FIRST", "scope": "NATION"}, {"kind": "BAND", "position": 1, "scope": "NATION"}],
    [LEADER],
    [LEADER, {"kind": "PLACE", "position": 3}],
]


BASES = ("BASELINE", "TARGET", "YEAR_ON_YEAR")


class _Variety:
    """Makes one district with something of everything, and something missing everywhere."""

    def __init__(self, number: int) -> None:
        self.random = Random(number)
        self.number = number

    def district(self) -> dict[str, Any]:
        place = self.number % len(CITIES)
        return {
            "slug": f"d-{self.number}",
            "name": text(f"白云区{self.number}", f"Baiyun {self.number}"),
            "kind": ("DISTRICT", "DISTRICT", "COUNTY")[self.number % 3],
            "country": ("CN", "CN", "AE")[self.number % 3],
            "city": CITIES[place],
            "province": PROVINCES[place],
            "codes": [
                {
                    "scheme": f"scheme-{code}",
                    "value": f"{self.number}",
                    "level": ("DISTRICT", "CITY", "PROVINCE")[code],
                }
                for code in range(self.number % 4)
            ],
            "sources": [
                {"slug": slug, "title": text("通知"), "kind": "OTHER"} for slug in ("bulletin", "notice", "report")
            ],
            "indicators": [{"slug": slug, "name": name, "unit": unit} for slug, name, unit in FIGURES],
            "awards": self.awards("own", self.number % 3),
            "pillars": [self.pillar(slug, name) for slug, name in PILLARS[: self.number % 4]],
        }

    def pillar(self, slug: str, name: dict[str, Any]) -> dict[str, Any]:
        initiatives = self.random.sample(INITIATIVES, self.random.randrange(4))
        return {
            "slug": slug,
            "name": name,
            "awards": self.awards(slug, self.random.randrange(3)),
            "initiatives": [self.initiative(f"{one}-{slug}", name) for one, name in initiatives],
        }

    def initiative(self, slug: str, name: dict[str, Any]) -> dict[str, Any]:
        systems = [
            {
                "slug": f"system-{one}",
                "name": AWARDS[one],
                "status": self.random.choice(("PLANNED", "OPERATING", None)),
            }
            for one in range(self.random.randrange(3))
        ]
        return {
            "slug": slug,
            "name": name,
            "status": self.random.choice(("PLANNED", "IN_PROGRESS", "OPERATING", None)),
            "systems": systems,
            "metrics": [self.metric(f"{slug}-{one}") for one in range(self.random.randrange(5))],
            "awards": self.awards(slug, self.random.randrange(3)),
        }

    def metric(self, slug: str) -> dict[str, Any]:
        indicator, name, unit = self.random.choice(FIGURES)
        moved = self.random.sample(BASES, self.random.randrange(3))
        quantity = {
            "value": self.random.choice(("10", "20.5", "30", "40")),
            "multiplier": 4 if unit == "cny" else 0,
            "comparator": self.random.choice(("EQ", "GT", "APPROX")),
            "unit": unit,
        }
        return {
            "slug": slug,
            "name": name,
            "indicator": indicator,
            "quantity": self.random.choice((quantity, quantity, None)) if moved else quantity,
            "period": self.period(),
            "changes": [self.change(basis) for basis in moved],
            "ranks": self.random.choice(RANKS),
            "status": self.random.choice(("NORMAL", "NORMAL", "ESTIMATED", "TARGET")),
            "citations": self.citations(),
        }

    def change(self, basis: str) -> dict[str, Any]:
        unit, value = self.random.choice((("percent", "5"), ("percent", "12.5"), ("percentage-point", "3")))
        return {
            "basis": basis,
            "direction": self.random.choice(("UP", "DOWN")),
            "quantity": {"value": value, "unit": unit, "comparator": self.random.choice(("EQ", "GT"))},
        }

    def awards(self, holder: str, number: int) -> list[dict[str, Any]]:
        return [
            {
                "slug": f"{holder}-{one}",
                "name": self.random.choice(AWARDS),
                "kind": self.random.choice(("AWARD", "HONOUR", "PILOT")),
                "level": self.random.choice(("CITY", "NATION", "PROVINCE", None)),
                "period": self.period(),
                "streakYears": self.random.choice((None, 1, 2, 3, 6)),
                "ranks": self.random.choice(RANKS),
                "citations": self.citations(),
            }
            for one in range(number)
        ]

    def period(self) -> dict[str, Any] | None:
        period: Any = self.random.choice(PERIODS)
        return period and {**period, "label": text("时期")}

    def citations(self) -> list[dict[str, str]]:
        sources = self.random.choice((("bulletin",), ("notice",), ("report",), ("notice", "report")))
        return [{"source": source, "locator": f"L{self.random.randrange(1, 4)}"} for source in sources]


DISTRICTS: list[Any] = [build(District.model_validate(_Variety(number).district())) for number in range(16)]


@pytest_asyncio.fixture(scope="module")
async def varied(mongodb_uri: str) -> AsyncIterator[Api]:
    async with api_of(mongodb_uri, DISTRICTS) as api:
        yield api


class FilterCase(NamedTuple):
    """One row of the table; `of_all` where the operator can only select all or nothing."""

    where: dict[str, Any]
    of_all: bool = False

    def __str__(self) -> str:
        return str(self.where).translate(str.maketrans("", "", "{}'"))


def at(path: str, case: Any) -> dict[str, Any]:
    """Write a filter down a path of fields: at("period.start", x) is {"period": {"start": x}}."""
    for name in reversed(path.split(".")):
        case = {name: case}
    return dict(case)


def choices(path: str, one: Any, other: Any, *, always: bool | None = False) -> Iterator[FilterCase]:
    """Every operator of a closed set; always: whether there always is one, None where `exists: false` fits none."""
    yield FilterCase(at(path, {"eq": one}))
    yield FilterCase(at(path, {"ne": one}))
    yield FilterCase(at(path, {"in": [one, other]}))
    yield FilterCase(at(path, {"notIn": [one, other]}))
    yield FilterCase(at(path, {"exists": True}), of_all=bool(always))
    if always is not None:
        yield FilterCase(at(path, {"exists": False}), of_all=always)


def scale(
    path: str, low: Any, high: Any, *, always: bool = False, beside: dict[str, Any] | None = None
) -> list[FilterCase]:
    """Every operator of values that have an order; beside: what must stand next to the value case for."""
    rows = [
        *choices(path, low, high, always=always),
        FilterCase(at(path, {"lt": high})),
        FilterCase(at(path, {"lte": low})),
        FilterCase(at(path, {"gt": low})),
        FilterCase(at(path, {"gte": high})),
        FilterCase(at(path, {"between": [low, high]})),
        FilterCase(at(path, {"gte": low, "lt": high})),
    ]
    if beside is None:
        return rows
    holder, _, name = path.rpartition(".")
    return [FilterCase(at(holder, {name: _value(row.where, path), **beside}), row.of_all) for row in rows]


def _value(where: Any, path: str) -> Any:
    for name in path.split("."):
        where = where[name]
    return where


def quantified(path: str, *items: dict[str, Any], always: bool = False) -> Iterator[FilterCase]:
    """Every quantifier over a list, for conditions on its items; always: whether the list is never empty."""
    for item in items:
        for quantifier in ("some", "none", "every"):
            yield FilterCase(at(path, {quantifier: item}), of_all=item == {} and (always or quantifier == "every"))
    yield FilterCase(at(path, {"some": items[-1], "none": items[0]}), of_all=True)


def combined(one: dict[str, Any], other: dict[str, Any]) -> list[FilterCase]:
    """Every connective, and the neutral filters."""
    return [
        FilterCase({"and": [one, other]}),
        FilterCase({"or": [one, other]}),
        FilterCase({"not": one}),
        FilterCase({"not": {"or": [one, {"not": other}]}}),
        FilterCase({**one, "not": other}),
        FilterCase({"or": [{"and": [one, {"not": other}]}, {"and": [{"not": one}, other]}]}),
        FilterCase({}, of_all=True),
        FilterCase({"and": [{}]}, of_all=True),
        FilterCase({"or": [{}, one]}, of_all=True),
        FilterCase({"not": {}}, of_all=True),
    ]


def names(path: str, *wanted: str) -> list[FilterCase]:
    return [FilterCase(at(path, {"contains": one})) for one in wanted]


PERCENT = {"unit": {"eq": "percent"}}
_PERIODS = [
    FilterCase({"period": {"exists": True}}),
    FilterCase({"period": {"exists": False}}),
    *choices("period.kind", "YEAR", "MONTH"),
    *scale("period.start", "2024-03-01", "2025-06-01"),
    *scale("period.end", "2024-12-31", "2025-12-31"),
    *(FilterCase({"period": {"during": edtf}}) for edtf in oracle.DAYS if edtf != "1999"),
    *(
        FilterCase({"period": {"covers": day}})
        for day in ("1999-12-31", "2024-03-01", "2024-12-31", "2025-06-30", "2025-07-01", "2026-01-01")
    ),
    *(FilterCase({"period": {name: value}}) for name in ("approximate", "uncertain") for value in (True, False)),
    FilterCase({"not": {"period": {"approximate": True}}}),
    FilterCase({"period": {"uncertain": True, "kind": {"eq": "MONTH"}}}),
    FilterCase({"period": {"covers": "2025-06-30", "kind": {"ne": "YEAR"}}}),
    FilterCase({"not": {"period": {"covers": "2024-06-30"}}}),
    FilterCase({"not": {"period": {"during": "2024-03/"}}}),
]
_RANKS = [
    FilterCase({"rank": {"exists": True}}),
    FilterCase({"rank": {"exists": False}}),
    *choices("rank.kind", "PLACE", "LEADING", always=None),
    *scale("rank.position", 1, 2),
    *scale("rank.of", 5, 11),
    *choices("rank.scope", "CITY", "NATION"),
    FilterCase({"rank": {"kind": {"eq": "PLACE"}, "scope": {"eq": "CITY"}}}),
    *quantified("ranks", {}, {"position": {"lte": 2}}, {"kind": {"eq": "LEADING"}}),
    FilterCase({"ranks": {"some": {"kind": {"eq": "PLACE"}}, "none": {"scope": {"eq": "PROVINCE"}}}}),
]
_CITATIONS = [
    *quantified("citations", {}, {"source": {"eq": "notice"}}, {"locator": {"eq": "L1"}}, always=True),
    *(
        FilterCase({"citations": {"some": row.where}}, row.of_all)
        for row in scale("source", "notice", "report", always=True)
    ),
    *(
        FilterCase({"citations": {"some": row.where}}, row.of_all)
        for row in scale("locator", "L1", "L2", always=True)
    ),
]

METRICS = [
    *combined({"status": {"eq": "NORMAL"}}, {"rank": {"exists": True}}),
    *scale("id", "Metric:d-10/hotline-governance-0", "Metric:d-7/cloud-livelihood-0", always=True),
    *scale("slug", "cloud-governance-0", "hotline-livelihood-1", always=True),
    *names("name", "终", "终端", "感知終端", "ACCURACY", "Dispatch 准确", "ｓａｔｉｓｆａｃｔｉｏｎ"),
    FilterCase({"name": {"contains": "派单率"}}, of_all=True),
    FilterCase({"name": {"contains": "dispatch terminals"}}, of_all=True),
    *scale("district", "d-2", "d-7", always=True),
    *scale("pillar", "governance", "livelihood", always=True),
    *scale("initiative", "cloud-governance", "hotline-livelihood", always=True),
    *scale("indicator", "accuracy", "revenue", always=True),
    FilterCase({"quantity": {"exists": True}}),
    FilterCase({"quantity": {"exists": False}}),
    *scale("quantity.unit", "cny", "percent"),
    *scale("quantity.normalized", 20.5, 40, always=True, beside=PERCENT),
    *scale("quantity.normalized", 10, 30.0, always=True, beside={"unit": {"in": ["terminal"]}}),
    FilterCase({"indicator": {"eq": "revenue"}, "quantity": {"unit": {"eq": "cny"}, "normalized": {"gte": 3e5}}}),
    FilterCase(
        {
            "quantity": {**PERCENT, "normalized": {"gt": 20.5}},
            "not": {"quantity": {"normalized": {"eq": 30}, **PERCENT}},
        }
    ),
    *choices("quantity.comparator", "GT", "APPROX"),
    *_PERIODS,
    *quantified("changes", {}, {"basis": {"eq": "BASELINE"}}, {"direction": {"eq": "UP"}}),
    *(
        FilterCase({"changes": {"some": row.where}}, row.of_all)
        for row in choices("basis", "TARGET", "BASELINE", always=True)
    ),
    *(
        FilterCase({"changes": {"some": row.where}}, row.of_all)
        for row in choices("direction", "UP", "FLAT", always=True)
    ),
    *quantified("changes", {"quantity": {"unit": {"eq": "percent"}}}, {"quantity": {"comparator": {"eq": "GT"}}}),
    *quantified("changes", {"quantity": {**PERCENT, "normalized": {"gte": 12.5}}}),
    *_RANKS,
    *choices("status", "NORMAL", "ESTIMATED"),
    *_CITATIONS,
]
AWARDED = [
    *combined({"kind": {"eq": "PILOT"}}, {"streakYears": {"gte": 2}}),
    *scale("id", "Award:d-10/own-0", "Award:d-7/governance-0", always=True),
    *scale("slug", "economy-0", "own-0", always=True),
    *names("name", "领", "領軍", "pilot", "云", "雲服務", "Prize cloud"),
    *scale("district", "d-2", "d-7", always=True),
    *scale("pillar", "governance", "livelihood"),
    *scale("initiative", "cloud-livelihood", "hotline-governance"),
    *choices("kind", "AWARD", "PILOT", always=True),
    *choices("level", "CITY", "NATION"),
    *scale("streakYears", 2, 6),
    *_PERIODS,
    *_RANKS,
    *_CITATIONS,
]
INITIATED = [
    *combined({"status": {"eq": "OPERATING"}}, {"metricCount": {"gte": 2}}),
    *scale("id", "Initiative:d-10/hotline-governance", "Initiative:d-7/cloud-livelihood", always=True),
    *scale("slug", "cloud-governance", "hotline-livelihood", always=True),
    *names("name", "网", "热线", "熱線", "12345", "5g", "5G 网络", "CLOUD", "云"),
    *scale("district", "d-2", "d-7", always=True),
    *scale("pillar", "governance", "livelihood", always=True),
    *choices("status", "PLANNED", "OPERATING"),
    *quantified("systems", {}, {"status": {"eq": "PLANNED"}}, {"status": {"exists": False}}),
    *quantified("systems", {"slug": {"eq": "system-1"}}, {"name": {"contains": "试"}}),
    *(FilterCase({"systems": {"some": row.where}}) for row in scale("slug", "system-0", "system-1")[:3]),
    *(FilterCase({"systems": {"some": row.where}}) for row in choices("status", "PLANNED", "OPERATING")),
    *scale("metricCount", 1, 3, always=True),
    *scale("awardCount", 1, 2, always=True),
    *quantified("metrics", {}, {"status": {"eq": "NORMAL"}}, {"name": {"contains": "accuracy"}}),
    *quantified(
        "metrics", {"quantity": {**PERCENT, "normalized": {"gt": 20}}}, {"period": {"end": {"gte": "2025-01-01"}}}
    ),
    *quantified(
        "metrics",
        {"changes": {"every": {"direction": {"eq": "UP"}}}},
        {"citations": {"some": {"locator": {"eq": "L1"}}}},
    ),
    *quantified("awards", {}, {"kind": {"eq": "PILOT"}}, {"level": {"exists": False}}),
    *quantified("awards", {"rank": {"position": {"lte": 2}}}, {"streakYears": {"ne": 2}}),
]
PILLARED = [
    *combined({"slug": {"eq": "governance"}}, {"initiativeCount": {"gte": 2}}),
    *scale("id", "Pillar:d-10/governance", "Pillar:d-7/economy", always=True),
    *scale("slug", "governance", "livelihood", always=True),
    *names("name", "治", "民生服務", "SMART", "economy 数字"),
    *scale("district", "d-2", "d-7", always=True),
    *scale("initiativeCount", 1, 3, always=True),
    *scale("awardCount", 1, 2, always=True),
    *quantified(
        "initiatives", {}, {"status": {"eq": "OPERATING"}}, {"metrics": {"some": {"rank": {"exists": True}}}}
    ),
    *quantified("metrics", {}, {"status": {"eq": "ESTIMATED"}}, {"quantity": {**PERCENT, "normalized": {"gt": 20}}}),
    *quantified("awards", {}, {"kind": {"eq": "PILOT"}}, {"name": {"contains": "云"}}),
]
DISTRICTED = [
    *combined({"city": {"contains": "广州"}}, {"metricCount": {"gte": 4}}),
    *scale("id", "District:d-2", "District:d-7", always=True),
    *scale("slug", "d-2", "d-7", always=True),
    *names("name", "白云 7", "ＢＡＩＹＵＮ 3", "區 12", "Baiyun 1"),
    *names("city", "广", "廣州", "shenzhen", "佛山市"),
    *names("province", "云", "雲南", "guangdong"),
    *quantified("codes", {}, {"scheme": {"eq": "scheme-1"}}, {"value": {"gt": "3"}}),
    *quantified(
        "codes", {"level": {"eq": "PROVINCE"}}, {"level": {"in": ["CITY", "DISTRICT"]}, "value": {"ne": "5"}}
    ),
    *scale("pillarCount", 1, 3, always=True),
    *scale("initiativeCount", 2, 4, always=True),
    *scale("metricCount", 4, 8, always=True),
    *scale("awardCount", 1, 2, always=True),
    *scale("totalAwardCount", 2, 8, always=True),
    *quantified("pillars", {}, {"slug": {"eq": "economy"}}, {"name": {"contains": "治"}}),
    *quantified(
        "initiatives", {}, {"status": {"eq": "PLANNED"}}, {"systems": {"none": {"status": {"eq": "OPERATING"}}}}
    ),
    *quantified("metrics", {}, {"status": {"eq": "ESTIMATED"}}, {"quantity": {**PERCENT, "normalized": {"gt": 30}}}),
    *quantified("awards", {}, {"kind": {"eq": "PILOT"}}, {"level": {"exists": False}}),
]
TABLES = {"districts": DISTRICTED, "initiatives": INITIATED, "metrics": METRICS, "awards": AWARDED}
TYPES = {"districts": "District", "initiatives": "Initiative", "metrics": "Metric", "awards": "Award"}
COUNTS = {"initiatives": "initiativeCount", "metrics": "metricCount", "awards": "awardCount"}
HOLDERS = {
    "initiatives": ("districts", "pillars"),
    "metrics": ("districts", "pillars", "initiatives"),
    "awards": ("districts", "pillars", "initiatives"),
}

FLAT = """
query ($where: {type}Filter, $orderBy: [{type}Order!], $first: Int, $after: String, $last: Int, $before: String) {{
  {name}(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {{
    totalCount edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
  }}
}}
"""
# One kind of list in everything that has it, at three levels of one answer.
NESTED = """
query ($where: {type}Filter, $orderBy: [{type}Order!], $first: Int, $offset: Int! = 0, $districts: DistrictFilter) {{
  districts(first: 100, where: $districts) {{
    nodes {{ {lists} pillars {{ {lists} initiatives {{ {initiative_lists} }} }} }}
  }}
}}
"""
LISTS = """
id count: {count}(where: $where)
items: {name}(where: $where, orderBy: $orderBy, first: $first, offset: $offset) {{ id }}
"""
# One question inside quantifiers of everything that has such a list.
QUANTIFIED = """
query ($some: DistrictFilter, $none: DistrictFilter, $every: DistrictFilter, $own: InitiativeFilter) {
  some: districts(where: $some, first: 100) { nodes { id } }
  none: districts(where: $none, first: 100) { nodes { id } }
  every: districts(where: $every, first: 100) { nodes { id } }
  own: initiatives(where: $own, first: 100) { nodes { id } }
}
"""


def flat_query(name: str) -> str:
    return FLAT.format(type=TYPES[name], name=name)


def nested_query(name: str) -> str:
    lists = LISTS.format(name=name, count=COUNTS[name])
    return NESTED.format(type=TYPES[name], lists=lists, initiative_lists="id" if name == "initiatives" else lists)


def ids(items: Iterable[Item]) -> list[str]:
    return [item["id"] for item in items]


def holders_of(districts: Iterable[Item], name: str) -> list[Item]:
    """Everything that has a list of a name, level by level; `districts` as documents or as answered."""
    found = list(districts)
    pillars = [pillar for district in found for pillar in district["pillars"]]
    initiatives = [initiative for pillar in pillars for initiative in pillar["initiatives"]]
    return [*found, *pillars, *(initiatives if name != "initiatives" else ())]


async def whole_list(api: Api, name: str, **arguments: Any) -> tuple[list[str], int]:
    """The ids of a whole flat list, and its total count; page by page."""
    found: list[str] = []
    after = None
    while True:
        connection = (await api.data(flat_query(name), first=100, after=after, **arguments))[name]
        found += [edge["node"]["id"] for edge in connection["edges"]]
        after = connection["pageInfo"]["endCursor"]
        if not connection["pageInfo"]["hasNextPage"]:
            return found, connection["totalCount"]


async def nested_lists(api: Api, name: str, **variables: Any) -> list[tuple[str, list[str], int]]:
    """Each holder of a list with the ids of its items and how many it counts."""
    data = await api.data(nested_query(name), **variables)
    holders = holders_of(data["districts"]["nodes"], name)
    return [(holder["id"], ids(holder["items"]), holder["count"]) for holder in holders]


def expected_lists(
    districts: Iterable[Item], name: str, where: Any = None, order_by: Any = None, **page: Any
) -> list[tuple[str, list[str], int]]:
    """What `nested_lists` is to find."""
    return [
        (
            holder["id"],
            ids(oracle.nested(holder, name, where, order_by, **page)),
            len(oracle.nested(holder, name, where)),
        )
        for holder in holders_of(oracle.flat_list(districts, "districts"), name)
    ]


async def check_flat(api: Api, name: str, case: FilterCase) -> None:
    every = oracle.flat_list(DISTRICTS, name)
    expected = ids(oracle.chosen(every, case.where))
    assert await whole_list(api, name, where=case.where) == (expected, len(expected))
    assert case.of_all or 0 < len(expected) < len(every), f"{len(expected)} of {len(every)}: the row tells nothing"


async def check_below(api: Api, name: str, case: FilterCase) -> None:
    """A question of lists inside documents, of their counts, and inside quantifiers over them."""
    assert await nested_lists(api, name, where=case.where) == expected_lists(DISTRICTS, name, case.where)
    wheres: dict[str, Any] = {
        "some": {"pillars": {"some": {name: {"some": case.where}}}},
        "none": {name: {"none": case.where}},
        "every": {"initiatives": {"every": {name: {"some": case.where}}}} if name != "initiatives" else {},
        "own": {name: {"every": case.where}} if name != "initiatives" else {},
    }
    data = await api.data(QUANTIFIED, **wheres)
    for key, where in wheres.items():
        flat = "initiatives" if key == "own" else "districts"
        assert ids(data[key]["nodes"]) == ids(oracle.answer(DISTRICTS, flat, where, None)), where


def rows(table: Iterable[FilterCase]) -> list[Any]:
    return [pytest.param(row, id=str(row)) for row in table]


OPERATORS = frozenset(
    {
        *("eq", "ne", "in", "notIn", "exists", "lt", "lte", "gt", "gte", "between", "contains", "during", "covers"),
        *("some", "none", "every", "and", "or", "not"),
    }
)


def some_rows(table: Iterable[FilterCase]) -> list[Any]:
    """In a quick run every field once at the least, and every operator and combination of operators."""
    return rows(sample(table, fields_of, operators_of))


def rows_below(table: Iterable[FilterCase]) -> list[Any]:
    """In a quick run every operator and combination of operators; whole lists are asked for each field."""
    return rows(sample(table, operators_of))


def fields_of(case: FilterCase) -> tuple[str, ...]:
    return tuple(step for step in _steps(case.where) if step not in OPERATORS)


def operators_of(case: FilterCase) -> tuple[str, ...]:
    return tuple(step for step in _steps(case.where) if step in OPERATORS)


def _steps(where: Any) -> list[str]:
    """The keys of a filter, in the order in which they are written."""
    if isinstance(where, list):
        return [step for one in where for step in _steps(one)]
    return [step for key, below in where.items() for step in (key, *_steps(below))] if isinstance(where, dict) else []


@pytest.mark.parametrize("case", some_rows(DISTRICTED))
async def test_a_filter_of_districts(varied: Api, case: FilterCase) -> None:
    await check_flat(varied, "districts", case)


@pytest.mark.parametrize("case", some_rows(INITIATED))
async def test_a_filter_of_initiatives(varied: Api, case: FilterCase) -> None:
    await check_flat(varied, "initiatives", case)


@pytest.mark.parametrize("case", some_rows(METRICS))
async def test_a_filter_of_metrics(varied: Api, case: FilterCase) -> None:
    await check_flat(varied, "metrics", case)


@pytest.mark.parametrize("case", some_rows(AWARDED))
async def test_a_filter_of_awards(varied: Api, case: FilterCase) -> None:
    await check_flat(varied, "awards", case)


@pytest.mark.parametrize("case", rows_below(INITIATED))
async def test_a_filter_of_initiatives_below_something(varied: Api, case: FilterCase) -> None:
    await check_below(varied, "initiatives", case)


@pytest.mark.parametrize("case", rows_below(METRICS))
async def test_a_filter_of_metrics_below_something(varied: Api, case: FilterCase) -> None:
    await check_below(varied, "metrics", case)


@pytest.mark.parametrize("case", rows_below(AWARDED))
async def test_a_filter_of_awards_below_something(varied: Api, case: FilterCase) -> None:
    await check_below(varied, "awards", case)


@pytest.mark.parametrize("case", some_rows(PILLARED))
async def test_a_filter_of_pillars_inside_a_quantifier(varied: Api, case: FilterCase) -> None:
    wheres = {quantifier: {"pillars": {quantifier: case.where}} for quantifier in ("some", "none", "every")}
    data = await varied.data(QUANTIFIED, **wheres)
    for quantifier, where in wheres.items():
        expected = ids(oracle.answer(DISTRICTS, "districts", where, None))
        assert ids(data[quantifier]["nodes"]) == expected, quantifier


async def test_a_run_of_chinese_characters_stands_together(varied: Api) -> None:
    """城市 and 市城 are both in 城市城区奖, 市城市 is not."""
    where = {"name": {"contains": "市城市"}}
    assert await whole_list(varied, "awards", where={"name": {"contains": "市城区"}}) != ([], 0)
    assert await whole_list(varied, "awards", where=where) == ([], 0)
    assert await nested_lists(varied, "awards", where=where) == expected_lists(DISTRICTS, "awards", where)


ORDERS = {
    "districts": ["slug", "name", "pillarCount", "initiativeCount", "metricCount", "awardCount", "totalAwardCount"],
    "initiatives": ["slug", "name", "district", "pillar", "metricCount", "awardCount"],
    "metrics": [
        *("slug", "name", "district", "pillar", "initiative", "indicator"),
        *("quantity", "periodStart", "periodEnd", "rankPosition"),
    ],
    "awards": [
        *("slug", "name", "district", "pillar", "initiative"),
        *("streakYears", "periodStart", "periodEnd", "rankPosition"),
    ],
}
ORDERINGS = [{"direction": direction, "nulls": nulls} for direction in ("ASC", "DESC") for nulls in ("FIRST", "LAST")]
SEVERAL_KEYS: list[tuple[str, list[dict[str, Any]]]] = [
    ("districts", [{"pillarCount": {}}, {"metricCount": {"direction": "DESC"}}]),
    ("districts", [{"awardCount": {"direction": "DESC"}}, {"pillarCount": {}}, {"slug": {"direction": "DESC"}}]),
    ("initiatives", [{"pillar": {"direction": "DESC"}}, {"metricCount": {}}]),
    ("initiatives", [{"awardCount": {}}, {"district": {"direction": "DESC"}}, {"slug": {}}]),
    ("metrics", [{"rankPosition": {"nulls": "FIRST"}}, {"periodEnd": {"direction": "DESC"}}]),
    ("metrics", [{"periodStart": {"direction": "DESC", "nulls": "FIRST"}}, {"periodEnd": {}}]),
    ("metrics", [{"indicator": {}}, {"rankPosition": {"direction": "DESC"}}, {"periodStart": {"nulls": "FIRST"}}]),
    (
        "metrics",
        [{"pillar": {}}, {"initiative": {"direction": "DESC"}}, {"district": {}}, {"periodEnd": {}}, {"slug": {}}],
    ),
    ("awards", [{"streakYears": {"direction": "DESC"}}, {"rankPosition": {}}]),
    ("awards", [{"name": {"lang": "en", "nulls": "FIRST"}}, {"name": {"direction": "DESC"}}]),
    ("awards", [{"pillar": {"nulls": "FIRST"}}, {"initiative": {"direction": "DESC", "nulls": "FIRST"}}]),
    ("awards", [{"periodEnd": {}}, {"streakYears": {"nulls": "FIRST"}}, {"district": {"direction": "DESC"}}]),
]


def orders() -> list[Any]:
    """Every key with each direction and place of nulls, then several keys; in a quick run each of them once."""
    single = [(name, [{key: ordering}]) for name, keys in ORDERS.items() for key in keys for ordering in ORDERINGS]
    single += [(name, [{"name": {"lang": "en", **ordering}}]) for name in ORDERS for ordering in ORDERINGS]
    return [
        pytest.param(name, order, id=f"{name}-{order}".translate(str.maketrans("", "", "{}[]'")))
        for name, order in [*sample(single, _list_and_key, _direction_and_nulls), *SEVERAL_KEYS]
    ]


def _list_and_key(order: tuple[str, list[dict[str, Any]]]) -> tuple[str, ...]:
    return (order[0], *order[1][0])


def _direction_and_nulls(order: tuple[str, list[dict[str, Any]]]) -> str:
    return str(*order[1][0].values())


def narrowed(order_by: Any) -> dict[str, Any]:
    """A filter that restricts ordered figures to one unit, or to none."""
    if not any("quantity" in key for key in order_by):
        return {}
    return {"indicator": {"eq": "accuracy"}}


async def walked(api: Api, name: str, size: int, *, backward: bool, **arguments: Any) -> list[str]:
    """The ids of a whole flat list, paged from either end."""
    found: list[str] = []
    cursor = None
    while True:
        page = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        connection = (await api.data(flat_query(name), **arguments, **page))[name]
        met = [edge["node"]["id"] for edge in connection["edges"]]
        found = met + found if backward else found + met
        info = connection["pageInfo"]
        assert info["hasNextPage" if backward else "hasPreviousPage"] == (cursor is not None)
        cursor = info["startCursor" if backward else "endCursor"]
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            return found


@pytest.mark.parametrize(("name", "order_by"), orders())
async def test_an_order_of_a_flat_list_paged_from_both_ends(varied: Api, name: str, order_by: Any) -> None:
    where = narrowed(order_by)
    expected = ids(oracle.answer(DISTRICTS, name, where, order_by))
    size = max(2, len(expected) // 4)
    for backward in (False, True):
        assert await walked(varied, name, size, backward=backward, where=where, orderBy=order_by) == expected


@pytest.mark.parametrize(("name", "order_by"), [row for row in orders() if row.values[0] != "districts"])
async def test_an_order_of_lists_inside_documents(varied: Api, name: str, order_by: Any) -> None:
    where = narrowed(order_by)
    expected = expected_lists(DISTRICTS, name, where, order_by)
    assert await nested_lists(varied, name, where=where, orderBy=order_by) == expected


async def test_pages_continue_when_the_sort_key_is_selected_in_another_form(varied: Api) -> None:
    query = """query ($after: String) {
      metrics(orderBy: [{indicator: {direction: DESC}}, {periodEnd: {}}], first: 20, after: $after) {
        nodes { id indicator { slug } citations { source { slug } } } pageInfo { endCursor }
      }
    }"""
    order_by: list[dict[str, dict[str, str]]] = [{"indicator": {"direction": "DESC"}}, {"periodEnd": {}}]
    first = (await varied.data(query))["metrics"]
    second = (await varied.data(query, after=first["pageInfo"]["endCursor"]))["metrics"]
    expected = oracle.answer(DISTRICTS, "metrics", None, order_by)[:40]
    assert ids([*first["nodes"], *second["nodes"]]) == ids(expected)


PAGES = [
    {"first": 1},
    {"first": 2, "offset": 1},
    {"first": 100},
    {"offset": 1},
    {"offset": 3},
    {"first": 1, "offset": 2},
    {"first": 3, "offset": 50},
]


@pytest.mark.parametrize("page", PAGES, ids=str)
@pytest.mark.parametrize(
    ("name", "where", "order_by"),
    [
        ("initiatives", {}, None),
        ("initiatives", {"metrics": {"some": {}}}, [{"metricCount": {"direction": "DESC"}}]),
        ("metrics", {}, None),
        ("metrics", {"status": {"eq": "NORMAL"}}, None),
        ("metrics", {"rank": {"exists": False}}, [{"periodEnd": {"nulls": "FIRST"}}]),
        ("awards", {}, None),
        ("awards", {}, [{"streakYears": {"direction": "DESC"}}]),
    ],
)
async def test_a_page_of_lists_inside_documents(varied: Api, name: str, where: Any, order_by: Any, page: Any) -> None:
    expected = expected_lists(DISTRICTS, name, where, order_by, **page)
    assert await nested_lists(varied, name, where=where, orderBy=order_by, **page) == expected


GROUPS = {
    "districts": ["CITY", "PROVINCE"],
    "initiatives": ["DISTRICT", "PILLAR", "STATUS"],
    "metrics": ["DISTRICT", "PILLAR", "UNIT", "YEAR", "STATUS", "INDICATOR"],
    "awards": ["DISTRICT", "PILLAR", "YEAR", "LEVEL", "KIND"],
}


@pytest.mark.parametrize(("name", "by"), [(name, by) for name, keys in GROUPS.items() for by in keys])
async def test_counts_by_each_key(varied: Api, name: str, by: str) -> None:
    query = f"""query ($where: {TYPES[name]}Filter, $by: GroupBy!) {{
      {name}(where: $where, first: 1) {{ aggregate {{ counts(by: $by) {{ key count }} }} }}
      few: {name}(where: $where, first: 1) {{ aggregate {{ counts(by: $by, first: 2) {{ key count }} }} }}
    }}"""
    wheres: list[dict[str, Any]] = [{}, TABLES[name][0].where, {"slug": {"eq": "nowhere"}}]
    for where in wheres:
        found = oracle.answer(DISTRICTS, name, where, None)
        data = await varied.data(query, where=where, by=by)
        assert data[name]["aggregate"]["counts"] == oracle.counts(found, by)
        assert data["few"]["aggregate"]["counts"] == oracle.counts(found, by, 2)


SPREAD = """query ($where: MetricFilter) {
  metrics(where: $where, first: 1) { aggregate { figures { unit { code } count min max average median certain } } }
}"""


@pytest.mark.parametrize(
    "where",
    [
        {"indicator": {"eq": "terminals"}, "period": {"exists": False}},
        {"indicator": {"eq": "accuracy"}, "period": {"during": "2024"}},
        {"indicator": {"eq": "revenue"}, "period": {"during": "2025"}, "status": {"ne": "ESTIMATED"}},
        {"indicator": {"in": ["satisfaction"]}, "period": {"during": "2025"}, "quantity": {**PERCENT}},
        {"quantity": {"exists": False}},
        {"slug": {"eq": "nowhere"}},
    ],
    ids=str,
)
async def test_the_spread_of_figures_that_compare(varied: Api, where: Any) -> None:
    items = oracle.answer(DISTRICTS, "metrics", where, None)
    assert oracle.mixed(items) is None
    expected = oracle.spread(items)
    found = (await varied.data(SPREAD, where=where))["metrics"]["aggregate"]["figures"]
    assert (found and found.pop("unit")) == (expected and expected.pop("unit"))
    assert found == pytest.approx(expected)


# What a list is narrowed to where figures are compared without a unit beside.
CANDIDATES: list[dict[str, Any]] = [
    {},
    {"quantity": {"unit": {"in": ["percent", "cny"]}}},
    {"indicator": {"eq": "revenue"}},
    {"indicator": {"in": ["accuracy", "satisfaction"]}},
    {"indicator": {"in": ["accuracy", "revenue"]}},
    {"not": {"quantity": {"unit": {"ne": "percent"}}}},
    {"slug": {"eq": "nowhere"}},
]
LARGE: dict[str, Any] = {"quantity": {"normalized": {"gt": 20}}}


def refusal(what: str, candidates: Any) -> str | None:
    """How the refusal of figures of several units begins; None where there is one unit at most."""
    units = oracle.units(oracle.answer(DISTRICTS, "metrics", candidates, None))
    return f'"{what}" would compare figures of several units: {", ".join(sorted(units))};' if len(units) > 1 else None


def is_as(expected: str | None, message: str | None) -> bool:
    return message is None if expected is None else (message or "").startswith(expected)


async def refused(api: Api, query: str, **variables: Any) -> str | None:
    """The message of a refusal, None where there is an answer."""
    response = await api.run(query, **variables)
    assert {error["extensions"]["code"] for error in response.errors} <= {"BAD_USER_INPUT"}
    return response.errors[0]["message"] if response.errors else None


@pytest.mark.parametrize("candidates", CANDIDATES, ids=str)
async def test_figures_of_several_units_are_not_compared(varied: Api, candidates: Any) -> None:
    where = {"and": [candidates, LARGE]}
    message = await refused(varied, flat_query("metrics"), where=where)
    expected = refusal("where", candidates)
    assert is_as(expected, message)
    if not expected:
        found = ids(oracle.answer(DISTRICTS, "metrics", where, None))
        assert await whole_list(varied, "metrics", where=where) == (found, len(found))


@pytest.mark.parametrize("candidates", CANDIDATES, ids=str)
async def test_figures_of_several_units_are_not_ordered(varied: Api, candidates: Any) -> None:
    order_by = [{"quantity": {"direction": "DESC", "nulls": "FIRST"}}]
    message = await refused(varied, flat_query("metrics"), where=candidates, orderBy=order_by)
    expected = refusal("orderBy", candidates)
    assert is_as(expected, message)
    if not expected:
        found = ids(oracle.answer(DISTRICTS, "metrics", candidates, order_by))
        assert await whole_list(varied, "metrics", where=candidates, orderBy=order_by) == (found, len(found))


@pytest.mark.parametrize("candidates", [*CANDIDATES, {"indicator": {"eq": "accuracy"}}], ids=str)
async def test_figures_that_do_not_compare_have_no_spread(varied: Api, candidates: Any) -> None:
    message = await refused(varied, SPREAD, where=candidates)
    mixed = oracle.mixed(oracle.answer(DISTRICTS, "metrics", candidates, None))
    what, values = mixed or ("", [])
    expected = mixed and f'"figures" would compare figures of several {what}: {", ".join(values)}'
    assert is_as(expected, message)


@pytest.mark.parametrize("candidates", CANDIDATES, ids=str)
@pytest.mark.parametrize("order_by", [None, [{"quantity": {}}]], ids=str)
async def test_figures_of_several_units_are_not_compared_inside_a_document(
    varied: Api, candidates: Any, order_by: Any
) -> None:
    where = candidates if order_by else {"and": [candidates, LARGE]}
    for district in DISTRICTS:
        one = {"slug": {"eq": district["slug"]}}
        lists = [oracle.nested(holder, "metrics", candidates) for holder in holders_of([district], "metrics")]
        message = await refused(varied, nested_query("metrics"), where=where, orderBy=order_by, districts=one)
        assert (message is not None) == any(len(oracle.units(found)) > 1 for found in lists), district["slug"]
        if message is None:
            expected = expected_lists([district], "metrics", where, order_by)
            assert await nested_lists(varied, "metrics", where=where, orderBy=order_by, districts=one) == expected


async def test_inside_a_quantifier_a_comparison_of_figures_needs_its_unit_beside(varied: Api) -> None:
    for beside in ({}, {"indicator": {"eq": "revenue"}}):
        message = await refused(varied, flat_query("districts"), where={"metrics": {"some": {**beside, **LARGE}}})
        assert message and message.startswith('"where" compares figures inside some, none or every without one unit')
        assert "percent" in message
