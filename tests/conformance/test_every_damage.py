"""Both executors agree on a wrong value in each kind of place of a district, one at a time.

A quick run tries a sample of the wrong values in each place, a thorough one every value.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from copy import deepcopy
from typing import Any, Final

import pytest
import pytest_asyncio
from graphql import Executor, GraphQLObjectType, get_named_type, is_leaf_type

from loaders.model.revisions import Published
from loaders.store.fetch import Fetch, Fetched
from loaders.store.store import Store
from schema.execution.executor import CompiledExecutor
from schema.graph.contract import GRAPHQL_SCHEMA
from schema.operation.operation_cache import Operations
from seeds.building.district import build
from seeds.format.model import District
from tests.support.conformance.answers import ClientRequest, OneAtATime, answer, difference
from tests.support.conformance.damage import REMOVED, WRONG, Sample, like, places, spoil
from tests.support.conformance.stored import Stored
from tests.support.data.content import district, text
from tests.support.limits import FREE
from tests.support.thoroughness import SHARE, sample

_PERIOD: Final = {"kind": "RANGE", "edtf": "2025-01~/2025-09", "label": text("前三季度", "Three quarters")}
_RANK: Final = {
    "position": 2,
    "of": 11,
    "scope": "CITY",
    "area": text("广州", "Guangzhou"),
    "by": text("报", "Paper"),
    "basis": "GROWTH",
    "among": text("区", "Districts"),
    "tied": True,
    "edition": text("第三届", "Third"),
    "streak": 3,
}
_RANGE: Final = {"value": "90.95", "multiplier": 8, "comparator": "RANGE", "maxValue": "100.10", "unit": "cny"}
_PERCENT: Final = {"value": "19.1", "unit": "percent"}
_REPORT: Final = {"kind": "DIFFERS", "quantity": _RANGE, "note": text("注")}
_METRIC: Final = {
    "slug": "revenue",
    "name": text("收入", "Revenue"),
    "quantity": _RANGE,
    "period": _PERIOD,
    "changes": [
        {
            "basis": "YEAR_ON_YEAR",
            "direction": "UP",
            "quantity": _PERCENT,
            "from": _RANGE,
            "to": _PERCENT,
            "likeForLike": True,
            "reference": _PERIOD,
        }
    ],
    "ranks": [_RANK],
    "printed": text("近百亿", "Nearly ten billion"),
    "breaks": text("口径不同", "Another method"),
    "otherReports": [
        {
            "kind": "DIFFERS",
            "quantity": _RANGE,
            "note": text("注"),
            "citations": [{"source": "notice", "locator": "L3"}],
        }
    ],
    "note": text("注", "Note"),
    "citations": [{"source": "notice", "locator": "L1"}],
}
_AWARD: Final = {
    "slug": "prize",
    "name": text("奖", "Prize"),
    "kind": "AWARD",
    "level": "NATION",
    "issuer": text("部", "Ministry"),
    "period": _PERIOD,
    "streakYears": 6,
    "ranks": [_RANK, {"kind": "LEADING"}],
    "note": text("注"),
    "citations": [{"source": "notice", "locator": "L2"}],
}
_INITIATIVE: Final = {
    "slug": "economy",
    "name": text("经济", "Economy"),
    "summary": text("概要", "Summary"),
    "status": "OPERATING",
    "citations": [{"source": "notice", "locator": "L4"}],
    "systems": [
        {
            "slug": "cloud",
            "name": text("云", "Cloud"),
            "summary": text("概要", "Summary"),
            "status": "PLANNED",
            "citations": [{"source": "notice", "locator": "L5"}],
        }
    ],
    "metrics": [_METRIC],
    "awards": [{**_AWARD, "slug": "medal"}],
}
FULL: Final = district(
    "full",
    codes=[{"scheme": "GB/T 2260", "value": "440111", "level": "DISTRICT"}],
    strategy={**text("战略", "Strategy"), "citations": [{"source": "notice", "locator": "L6"}]},
    awards=[_AWARD],
    sources=[
        {
            "slug": "notice",
            "title": text("通知", "Notice"),
            "kind": "OTHER",
            "publisher": text("政府", "Government"),
            "url": "https://example.org/",
            "publishedOn": "2025-09-30",
            "accessedOn": "2025-10-01",
            "language": "zh-Hans",
        }
    ],
    indicators=[
        {"slug": "revenue", "name": text("收入", "Revenue"), "definition": text("定义", "Definition"), "unit": "cny"}
    ],
    pillars=[
        {
            "slug": "digital",
            "name": text("数字", "Digital"),
            "summary": text("概要", "Summary"),
            "initiatives": [_INITIATIVE],
        }
    ],
)
# What leads to other documents, and lists that the parts below go through by themselves.
_LEFT_OUT: Final = frozenset(
    {
        *("Pillar.district", "Initiative.district", "Initiative.pillar", "Metric.district", "Metric.pillar"),
        *("Observation.district", "Observation.pillar", "Observation.initiative", "Observation.metric"),
        *(
            "Metric.initiative",
            "Unit.numerator",
            "Unit.per",
            "Metric.standing",
            "Metric.growth",
            "Award.district",
            "Award.pillar",
            "Award.initiative",
        ),
        *(
            "Indicator.ranking",
            "Indicator.growthRanking",
            "Indicator.partOf",
            "Indicator.districtCount",
            "Indicator.metricCount",
        ),
        *("District.pillars", "District.initiatives", "District.metrics", "District.awards"),
        *("District.parent", "District.parts", "Indicator.partOf"),
        *("Pillar.initiatives", "Pillar.metrics", "Pillar.awards", "Initiative.metrics", "Initiative.awards"),
    }
)
_SEVERAL: Final = {
    **dict.fromkeys(("LocalizedText.text", "Strategy.text"), 'text english: text(lang: ["en"])'),
    **dict.fromkeys(("LocalizedText.language", "Strategy.language"), 'language best: language(lang: ["fr", "en"])'),
    "Period.formatted": 'formatted english: formatted(lang: ["en"])',
    "Quantity.formatted": """
        formatted
        compact: formatted(lang: ["en"], style: COMPACT)
        sourced: formatted(style: SOURCE)
    """,
}
# One that must be there, and one that need not.
_WHOLE_TEXTS: Final = frozenset({"name", "note"})


def everything(type_name: str) -> str:
    """Every field of a type and of what it holds."""
    type_ = GRAPHQL_SCHEMA.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    return " ".join(_fields(type_))


def _fields(type_: GraphQLObjectType) -> Iterable[str]:
    yield "__typename"
    for name, field in type_.fields.items():
        below = get_named_type(field.type)
        if f"{type_.name}.{name}" in _LEFT_OUT:
            continue
        if is_leaf_type(below):
            yield _SEVERAL.get(f"{type_.name}.{name}", name)
        elif below.name == "LocalizedText" and name not in _WHOLE_TEXTS:
            yield f"{name} {{ zhHans text }}"
        else:
            yield f"{name} {{ {everything(below.name)} }}"
        if below.name == "Quantity":
            # Without what is computed, an executor may take another way.
            yield f"plain_{name}: {name} {{ value multiplier comparator maxValue normalized decimals }}"


# As stored, and computed by the database.
PARTS: Final = {
    "district": everything("District"),
    "awards": f"awards {{ {everything('Award')} }}",
    "initiatives": f"pillars {{ {everything('Pillar')} initiatives {{ {everything('Initiative')} }} }}",
    "metrics": f"pillars {{ initiatives {{ metrics {{ {everything('Metric')} }} }} }}",
    "computed awards": f"awards(offset: 0) {{ {everything('Award')} }}",
    "computed initiatives": f"initiatives {{ {everything('Initiative')} n: metricCount(where: {{}}) }}",
    "computed metrics": f"pillars {{ metrics(first: 5) {{ {everything('Metric')} }} }}",
}


class Spoiled(OneAtATime):
    """A store whose document has a wrong value at one place.

    met: the places of the document, and their values as stored.
    """

    place: int | None = None
    wrong: Any = None
    met: Sequence[tuple[str, Any]] = ()

    async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
        fetched = await super().fetch(fetch, published)
        found = list(places(fetched.documents[0]))
        if self.place is None:
            self.met = [(kind, deepcopy(holder[key])) for kind, (holder, key) in found]
        else:
            spoil(*found[self.place][1], self.wrong)
        return fetched


@pytest_asyncio.fixture(scope="module")
async def full(mongodb_uri: str) -> AsyncIterator[Store]:
    stored = Stored(mongodb_uri)
    await stored.publish([build(District.model_validate(FULL))])
    yield Store(stored.database)
    await stored.drop()


class Wrongs:
    """The wrong values to try in a place."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._tried: set[str] = set()
        self._sample = Sample()

    def of(self, kind: str, value: Any) -> tuple[Any, ...]:
        key = _name(kind)
        # What else is wrong with a value is the same wherever a key of its name stands.
        if key in self._tried or "computed" in self._part:
            return like(value)[:3]
        return (*like(value), *WRONG) if SHARE >= 1 else self._sample.of(value, WRONG)

    def were_tried(self, kind: str) -> None:
        self._tried.add(_name(kind))


def _name(kind: str) -> str:
    """The last key of a place's path."""
    return kind.rpartition(".")[2]


def test_a_sample_meets_every_wrong_value_of_every_type_of_place() -> None:
    document: Any = build(District.model_validate(FULL))
    sample = Sample()
    met: dict[str, set[str]] = {}
    stored = {}
    for _, (holder, key) in places(document):
        value = holder[key]
        kind = type(value).__name__
        stored[kind] = value
        chosen = sample.of(value, WRONG)
        assert chosen[0] is REMOVED
        met.setdefault(kind, set()).update(map(repr, chosen))
        met.setdefault("anywhere", set()).update(map(repr, chosen))
    assert set(stored) == {"str", "bool", "int", "float", "Decimal", "dict", "list", "NoneType"}
    assert met["anywhere"] >= set(map(repr, WRONG))
    for kind, value in stored.items():
        assert len(met[kind]) >= len({*map(repr, like(value))}), kind


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=pytest.mark.slow if "computed" in part else ()) for part in PARTS]
)
async def test_both_executors_agree_on_a_wrong_value(full: Store, part: str) -> None:
    operations, store = Operations(FREE), Spoiled(full)
    request = ClientRequest(f'{{ district(slug: "full") {{ {PARTS[part]} }} }}', languages=("zh-Hant",))
    whole = await answer(operations, request, store, Executor)
    assert "errors" not in whole.content
    assert await answer(operations, request, store, CompiledExecutor) == whole
    different: list[str] = []
    spoiled, wrongs = 0, Wrongs(part)
    # A quick run spoils one place of every sixth name; those of other names have values of the same types.
    chosen = sample(enumerate(store.met), lambda one: _name(one[1][0]))
    for place, (kind, value) in chosen if SHARE >= 1 else chosen[::6]:
        store.place = place
        for store.wrong in wrongs.of(kind, value):
            expected = await answer(operations, request, store, Executor)
            found = await answer(operations, request, store, CompiledExecutor)
            if found != expected:
                where = difference(expected.content, found.content)
                different.append(f"{kind}: {store.wrong!r} for {value!r}: {where or found.languages}")
            if expected == whole and store.wrong is REMOVED:
                # Nothing reads it.
                break
            spoiled += expected != whole
            wrongs.were_tried(kind)
    assert not different, "\n".join(different)
    assert spoiled > 10
