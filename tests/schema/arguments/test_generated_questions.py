"""Generated filters, orders and pages of many districts: three hundred, or a hundred in a quick run."""

from collections.abc import AsyncIterator, Iterable, Mapping
from functools import cache
from random import Random
from typing import Any, Final

import pytest
import pytest_asyncio
from graphql import coerce_input_value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from loaders.store.predicates import matches
from schema.arguments.where import predicate_of
from schema.graph.contract import GRAPHQL_SCHEMA
from seeds.building.district import build
from seeds.commands import BAIYUN
from seeds.format.model import District
from seeds.generate import generate
from seeds.inputs import Inputs, check_inputs
from tests.schema.arguments.test_filters import (
    GROUPS,
    ORDERS,
    TYPES,
    at,
    expected_lists,
    flat_query,
    ids,
    nested_lists,
)
from tests.support import oracle
from tests.support.api import Api, api_of
from tests.support.oracle import Item
from tests.support.thoroughness import examples

DISTRICTS: Final = examples(quick=100, thorough=300)
Dict = dict[str, Any]
asked_often = settings(derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@cache
def documents() -> list[Any]:
    """The districts, the same ones each time."""
    inputs = check_inputs([BAIYUN])
    assert isinstance(inputs, Inputs)
    with inputs:
        [template] = inputs.read(frozenset(inputs.hashes))
    random = Random(2026)
    generated = generate(dict(template), DISTRICTS, 2026)
    return [build(District.model_validate(_thinned(district, random))) for district in generated]


def _thinned(district: Dict, random: Random) -> Dict:
    """Leave some of everything out, so that counts differ and lists are empty."""
    pillars = [
        {**pillar, "initiatives": [_thinned_initiative(one, random) for one in _some(pillar["initiatives"], random)]}
        for pillar in _some(district["pillars"], random)
    ]
    return {**district, "pillars": pillars, "awards": _thinned_awards(district["awards"], random)}


def _thinned_initiative(initiative: Dict, random: Random) -> Dict:
    metrics = [_varied(metric, random) for metric in _some(initiative["metrics"], random)]
    return {
        **initiative,
        "systems": _some(initiative["systems"], random),
        "metrics": metrics,
        "awards": _thinned_awards(initiative["awards"], random),
    }


def _thinned_awards(awards: list[Dict], random: Random) -> list[Dict]:
    kept = [award for award in awards if random.random() < 0.7]
    return [{**_varied(award, random), "streakYears": random.choice((None, 1, 2, 3))} for award in kept]


def _varied(item: Dict, random: Random) -> Dict:
    """Another period, and where a rank is claimed, a number of peers, and a place for some."""
    ranks = []
    for rank in item.get("ranks", ()):
        for _ in range(random.randrange(1, 3)):
            place = {"kind": "PLACE", "position": random.randrange(1, 4)} if random.random() < 0.3 else {}
            ranks.append({**rank, **place, "of": random.choice((None, 11, 12, 21))})
    return {**item, "period": _period(random), "ranks": ranks}


def _some(items: list[Dict], random: Random) -> list[Dict]:
    return items if random.random() < 0.5 else [item for item in items if random.random() < 0.5]


def _period(random: Random) -> Dict | None:
    spelled = [edtf for edtf in oracle.DAYS if edtf != "1999"]
    edtf = random.choice((None, None, None, *spelled))
    kinds = {None: "CUMULATIVE", "2024": "YEAR", "2025": "YEAR", "2025-06": "MONTH"}
    if edtf is None and random.random() < 0.5:
        return None
    return {"kind": kinds.get(edtf, "RANGE"), "edtf": edtf, "label": {"zhHans": "时期"}}


@cache
def everything(name: str) -> list[Item]:
    if name == "pillars":
        return [pillar for district in documents() for pillar in district["pillars"]]
    return oracle.flat_list(documents(), name)


@pytest_asyncio.fixture(scope="module")
async def generated(mongodb_uri: str) -> AsyncIterator[Api]:
    async with api_of(mongodb_uri, documents()) as api:
        yield api


# What filters ask of each kind of thing: paths of values that have an order, of closed sets, of names, of objects.
SCALES: Final[Mapping[str, tuple[str, ...]]] = {
    "districts": ("id", "slug", *("pillarCount", "initiativeCount", "metricCount", "awardCount", "totalAwardCount")),
    "pillars": ("id", "slug", "district", "initiativeCount", "awardCount"),
    "initiatives": ("id", "slug", "district", "pillar", "metricCount", "awardCount"),
    "metrics": (
        *("id", "slug", "district", "pillar", "initiative", "indicator", "quantity.unit"),
        *("period.start", "period.end"),
    ),
    "awards": (
        *("id", "slug", "district", "pillar", "initiative", "streakYears"),
        *("period.start", "period.end"),
    ),
    "codes": ("scheme", "value"),
    "systems": ("slug",),
    "citations": ("source", "locator"),
    "ranks": ("position", "of"),
}
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "initiatives": ("status",),
    "metrics": ("status", "quantity.comparator", "period.kind"),
    "awards": ("kind", "level", "period.kind"),
    "codes": ("level",),
    "systems": ("status",),
    "changes": ("basis", "direction", "quantity.comparator"),
    "ranks": ("kind", "scope"),
}
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "districts": ("name", "city", "province"),
    **dict.fromkeys(("pillars", "initiatives", "metrics", "awards", "systems"), ("name",)),
}
OBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "metrics": ("quantity", "period"),
    "awards": ("period",),
    "changes": ("quantity",),
}
LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "districts": ("codes", "pillars", "initiatives", "metrics", "awards"),
    "pillars": ("initiatives", "metrics", "awards"),
    "initiatives": ("systems", "metrics", "awards"),
    "metrics": ("changes", "ranks", "citations"),
    "awards": ("ranks", "citations"),
}
_HOLDERS: Final = {
    "codes": "districts",
    "systems": "initiatives",
    "changes": "metrics",
    "ranks": "metrics",
    "citations": "metrics",
}
# Kinds whose filters have and, or, not.
_CONNECTED: Final = frozenset({"districts", "pillars", "initiatives", "metrics", "awards"})


@cache
def sample(kind: str) -> list[Item]:
    """Things that values to ask for are taken from."""
    if kind in _HOLDERS:
        found = [item for holder in everything(_HOLDERS[kind]) for item in holder[kind]]
    else:
        found = everything(kind)
    return Random(kind).sample(found, min(len(found), 400))


@cache
def values_at(kind: str, path: str) -> list[Any]:
    """Some of the values that there are at a path."""
    *objects, name = path.split(".")
    found = set()
    for item in sample(kind):
        at_hand: Any = item
        for key in objects:
            at_hand = at_hand and at_hand[key]
        value = oracle.value_of(at_hand, name) if at_hand else None
        if value is not None:
            found.add(value)
    return Random(path).sample(sorted(found), min(len(found), 12))


def choice(values: list[Any]) -> SearchStrategy[Dict]:
    """One operator of a closed set."""
    one, several = st.sampled_from(values), st.lists(st.sampled_from(values), min_size=1, max_size=3)
    return st.one_of(
        st.fixed_dictionaries({"eq": one}),
        st.fixed_dictionaries({"ne": one}),
        st.fixed_dictionaries({"in": several}),
        st.fixed_dictionaries({"notIn": several}),
        st.fixed_dictionaries({"exists": st.booleans()}),
    )


def scale(values: list[Any]) -> SearchStrategy[Dict]:
    """One operator or two of values that have an order."""
    one = st.sampled_from(values)
    ends = st.lists(one, min_size=2, max_size=2).map(sorted)
    above = {"gt": one, "gte": one}
    below = {"lt": one, "lte": one}
    return st.one_of(
        choice(values),
        st.fixed_dictionaries({"between": ends}),
        *(st.fixed_dictionaries({name: value}) for name, value in {**above, **below}.items()),
        st.fixed_dictionaries({"gte": one, "lt": one}),
        st.fixed_dictionaries({"gt": one, "ne": one}),
    )


def _part_of(text: tuple[str, int, int]) -> str:
    whole, start, length = text
    start %= len(whole)
    return whole[start : start + length]


def wanted_text(kind: str, path: str) -> SearchStrategy[Dict]:
    """A word or a stretch of a name, in one of its forms; now and then a word that is nowhere."""
    names = [item[path] for item in sample(kind)[:60]]
    forms = sorted({form for name in names for form in name["texts"].values()})
    words = sorted({word for form in forms for word in form.split()})
    stretches = st.tuples(st.sampled_from(forms), st.integers(0, 40), st.integers(1, 4)).map(_part_of)
    wanted = st.one_of(st.sampled_from([*words, "nowhere", "ＤＡＴＡ"]), stretches.filter(oracle.pieces))
    return st.fixed_dictionaries({"contains": wanted})


def figures(kind: str) -> SearchStrategy[Dict]:
    """A comparison of figures, held to one unit beside it."""
    ways: dict[tuple[str, str], set[float]] = {}
    for item in sample(kind):
        if item["quantity"]:
            ways.setdefault(("unit", item["quantity"]["unit"]), set()).add(item["quantity"]["normalized"])
            if kind == "metrics":
                ways.setdefault(("indicator", item["indicator"]), set()).add(item["quantity"]["normalized"])
    return st.one_of(*(_held_to(how, slug, scale(sorted(values))) for (how, slug), values in sorted(ways.items())))


def _held_to(how: str, slug: str, conditions: SearchStrategy[Dict]) -> SearchStrategy[Dict]:
    beside = st.sampled_from(({"eq": slug}, {"in": [slug]}))
    if how == "unit":
        return st.tuples(conditions, beside).map(lambda one: {"quantity": {"unit": one[1], "normalized": one[0]}})
    return st.tuples(conditions, beside).map(lambda one: {"indicator": one[1], "quantity": {"normalized": one[0]}})


def side_by_side(parts: list[Dict]) -> Dict:
    """One filter of several parts: the first of those that ask of the same field."""
    return {name: value for part in reversed(parts) for name, value in part.items()}


def merged(parts: list[Dict]) -> Dict:
    """One filter of several parts, all of which hold."""
    whole = side_by_side(parts)
    return whole if len(whole) == sum(map(len, parts)) else {"and": parts}


def condition_at(path: str, conditions: SearchStrategy[Any]) -> SearchStrategy[Dict]:
    return conditions.map(lambda one: at(path, one))


@cache
def parts_of(kind: str) -> SearchStrategy[Dict]:
    """One condition on an item itself."""
    found = [
        *(condition_at(path, scale(values_at(kind, path))) for path in SCALES.get(kind, ())),
        *(condition_at(path, choice(values_at(kind, path))) for path in CHOICES.get(kind, ())),
        *(condition_at(path, wanted_text(kind, path)) for path in NAMES.get(kind, ())),
        *(condition_at(f"{path}.exists", st.booleans()) for path in OBJECTS.get(kind, ())),
    ]
    if "period" in OBJECTS.get(kind, ()):
        days = sorted({*values_at(kind, "period.start"), *values_at(kind, "period.end"), "1999-01-01", "2026-01-01"})
        found.append(condition_at("period.during", st.sampled_from(sorted(oracle.DAYS))))
        found.append(condition_at("period.covers", st.sampled_from(days)))
    if "quantity" in OBJECTS.get(kind, ()):
        found += [figures(kind)] * 3
    return st.one_of(*found)


@cache
def wheres(kind: str, depth: int = 2) -> SearchStrategy[Dict]:
    """Any filter of a kind of thing; deferred, or its name would be as long as all it may ask."""
    return st.deferred(lambda: _wheres(kind, depth))


def _wheres(kind: str, depth: int) -> SearchStrategy[Dict]:
    ways = [parts_of(kind)] * 2
    if depth:
        inner = wheres(kind, depth - 1)
        if kind in _CONNECTED:
            several = st.lists(inner, min_size=1, max_size=3)
            ways += [
                st.fixed_dictionaries({"not": inner}),
                st.fixed_dictionaries({"or": several}),
                st.fixed_dictionaries({"and": several}),
            ]
        for name in LISTS.get(kind, ()):
            quantifiers = st.dictionaries(
                st.sampled_from(("some", "none", "every")), wheres(name, depth - 1), min_size=1, max_size=2
            )
            ways.append(condition_at(name, quantifiers))
    return st.lists(st.one_of(*ways), max_size=2).map(merged if kind in _CONNECTED else side_by_side)


@cache
def orders(name: str, *, by_figure: bool = False) -> SearchStrategy[list[Dict]]:
    """Any order of a list: up to four keys."""
    keys = [key for key in ORDERS[name] if by_figure or key != "quantity"]
    ordering = st.fixed_dictionaries(
        {},
        optional={"direction": st.sampled_from(("ASC", "DESC")), "nulls": st.sampled_from(("FIRST", "LAST"))},
    )
    several = st.lists(st.tuples(st.sampled_from(keys), ordering), max_size=4, unique_by=lambda one: one[0])
    return several.map(lambda chosen: [{key: how} for key, how in chosen])


@cache
def questions(name: str) -> SearchStrategy[tuple[Dict, list[Dict]]]:
    """Any filter with any order; figures are ordered by where the filter holds them to one unit."""
    plain = st.tuples(wheres(name), orders(name))
    if name != "metrics":
        return plain
    unit = st.sampled_from(values_at("metrics", "quantity.unit"))
    by_figure = st.tuples(wheres(name), orders(name, by_figure=True), unit).map(
        lambda drawn: ({"and": [drawn[0], {"quantity": {"unit": {"eq": drawn[2]}}}]}, drawn[1])
    )
    return st.one_of(plain, plain, by_figure)


def answered(name: str, where: Dict, order_by: list[Dict]) -> list[Item]:
    found = oracle.chosen(everything(name), where)
    return oracle.ordered(found, order_by, "slug" if name == "districts" else "id")


ENDS = """
query ($where: {type}Filter, $orderBy: [{type}Order!], $size: Int) {{
  start: {name}(where: $where, orderBy: $orderBy, first: $size) {{ ...page }}
  end: {name}(where: $where, orderBy: $orderBy, last: $size) {{ ...page }}
}}
fragment page on {type}Connection {{ totalCount nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage }} }}
"""


def page_as_answered(page: oracle.Page, total: int) -> Dict:
    return {
        "totalCount": total,
        "nodes": [{"id": item["id"]} for item in page.items],
        "pageInfo": {"hasNextPage": page.has_next, "hasPreviousPage": page.has_previous},
    }


async def check_ends(api: Api, name: str, question: tuple[Dict, list[Dict]], size: int) -> None:
    where, order_by = question
    query = ENDS.format(type=TYPES[name], name=name)
    data = await api.data(query, where=where, orderBy=order_by, size=size)
    expected = answered(name, where, order_by)
    assert data == {
        "start": page_as_answered(oracle.page(expected, first=size), len(expected)),
        "end": page_as_answered(oracle.page(expected, last=size), len(expected)),
    }


SIZES: Final = st.integers(1, 100)


@settings(asked_often, max_examples=examples(quick=4, thorough=60))
@given(question=st.deferred(lambda: questions("districts")), size=SIZES)
async def test_any_question_of_districts(generated: Api, question: tuple[Dict, list[Dict]], size: int) -> None:
    await check_ends(generated, "districts", question, size)


@settings(asked_often, max_examples=examples(quick=4, thorough=50))
@given(question=st.deferred(lambda: questions("initiatives")), size=SIZES)
async def test_any_question_of_initiatives(generated: Api, question: tuple[Dict, list[Dict]], size: int) -> None:
    await check_ends(generated, "initiatives", question, size)


@settings(asked_often, max_examples=examples(quick=4, thorough=60))
@given(question=st.deferred(lambda: questions("metrics")), size=SIZES)
async def test_any_question_of_metrics(generated: Api, question: tuple[Dict, list[Dict]], size: int) -> None:
    await check_ends(generated, "metrics", question, size)


@settings(asked_often, max_examples=examples(quick=4, thorough=50))
@given(question=st.deferred(lambda: questions("awards")), size=SIZES)
async def test_any_question_of_awards(generated: Api, question: tuple[Dict, list[Dict]], size: int) -> None:
    await check_ends(generated, "awards", question, size)


def _slugs(most: int) -> SearchStrategy[list[str]]:
    slugs = [district["slug"] for district in documents()]
    return st.lists(st.sampled_from(slugs), min_size=1, max_size=most, unique=True)


@st.composite
def walks(draw: st.DrawFn) -> Dict:
    """A list of a few districts' items in some order, and steps to and fro in it."""
    name = draw(st.sampled_from(("districts", "initiatives", "metrics", "awards")))
    of_few = at("slug" if name == "districts" else "district", {"in": draw(_slugs(12))})
    where, order_by = draw(st.tuples(parts_of(name) | st.just({}), orders(name)))
    steps = draw(st.lists(st.tuples(st.booleans(), st.integers(1, 30)), min_size=2, max_size=7))
    return {"name": name, "where": {"and": [of_few, where]}, "orderBy": order_by, "steps": steps}


@settings(asked_often, max_examples=examples(quick=4, thorough=60))
@given(walk=st.deferred(walks))
async def test_any_paging_forward_and_backward(generated: Api, walk: Dict) -> None:
    name, where, order_by = walk["name"], walk["where"], walk["orderBy"]
    expected = answered(name, where, order_by)
    met: list[Dict] = []
    for forward, size in walk["steps"]:
        edge = met[-1 if forward else 0] if met else None
        size_name, cursor_name = ("first", "after") if forward else ("last", "before")
        arguments = {size_name: size, cursor_name: edge and edge["cursor"]}
        connection = (await generated.data(flat_query(name), where=where, orderBy=order_by, **arguments))[name]
        page = oracle.page(expected, **{size_name: size, cursor_name: edge and edge["node"]["id"]})
        assert [one["node"]["id"] for one in connection["edges"]] == ids(page.items)
        info = connection["pageInfo"]
        assert (info["hasNextPage"], info["hasPreviousPage"]) == (page.has_next, page.has_previous)
        assert connection["totalCount"] == len(expected)
        met = connection["edges"] or met


@st.composite
def betweens(draw: st.DrawFn) -> Dict:
    """A page between two items of a list, from one end of the stretch or the other."""
    walk = draw(walks())
    size = draw(st.sampled_from(("first", "last")))
    return {**walk, "ends": draw(st.tuples(st.integers(0, 99), st.integers(0, 99))), size: draw(st.integers(1, 40))}


@settings(asked_often, max_examples=examples(quick=4, thorough=40))
@given(case=st.deferred(betweens))
async def test_any_page_between_two_cursors(generated: Api, case: Dict) -> None:
    name, arguments = case["name"], {"where": case["where"], "orderBy": case["orderBy"]}
    edges = (await generated.data(flat_query(name), first=100, **arguments))[name]["edges"]
    if not edges:
        return
    after, before = (edges[end % len(edges)] for end in case["ends"])
    size = {key: case[key] for key in ("first", "last") if key in case}
    cursors = {"after": after["cursor"], "before": before["cursor"]}
    connection = (await generated.data(flat_query(name), **arguments, **size, **cursors))[name]
    expected = answered(name, case["where"], case["orderBy"])
    page = oracle.page(expected, after=after["node"]["id"], before=before["node"]["id"], **size)
    assert [one["node"]["id"] for one in connection["edges"]] == ids(page.items)


@st.composite
def nested_questions(draw: st.DrawFn) -> Dict:
    """A question of a list inside a few districts, and inside what they hold."""
    name = draw(st.sampled_from(("initiatives", "metrics", "awards")))
    where, order_by = draw(questions(name))
    page = draw(
        st.fixed_dictionaries({}, optional={"first": st.integers(1, 12), "offset": st.integers(0, 12)}),
    )
    return {"name": name, "slugs": draw(_slugs(4)), "where": where, "orderBy": order_by, "page": page}


@settings(asked_often, max_examples=examples(quick=5, thorough=80))
@given(case=st.deferred(nested_questions))
async def test_any_question_of_lists_inside_documents(generated: Api, case: Dict) -> None:
    name, where, order_by, page = case["name"], case["where"], case["orderBy"], case["page"]
    few = [district for district in documents() if district["slug"] in case["slugs"]]
    found = await nested_lists(
        generated, name, where=where, orderBy=order_by, districts={"slug": {"in": case["slugs"]}}, **page
    )
    assert found == expected_lists(few, name, where, order_by, **page)


AGGREGATE = """
query ($where: {type}Filter, $by: GroupBy!, $first: Int!) {{
  {name}(where: $where, first: 1) {{ aggregate {{ counts(by: $by, first: $first) {{ key count }} {figures} }} }}
}}
"""
FIGURES: Final = "figures { unit { code } count min max average median certain }"


@st.composite
def aggregates(draw: st.DrawFn) -> Dict:
    """What to count a list by, and whether to ask for the spread of its figures."""
    name = draw(st.sampled_from(("districts", "initiatives", "metrics", "awards")))
    where = draw(wheres(name))
    about = draw(st.none() | st.sampled_from(values_at("metrics", "indicator"))) if name == "metrics" else None
    return {
        "name": name,
        "where": {"and": [where, {"indicator": {"eq": about}}]} if about else where,
        "by": draw(st.sampled_from(GROUPS[name])),
        "first": draw(st.integers(1, 100)),
        "figures": about is not None,
    }


@settings(asked_often, max_examples=examples(quick=4, thorough=50))
@given(case=st.deferred(aggregates))
async def test_any_aggregate(generated: Api, case: Dict) -> None:
    name, where, by, first = case["name"], case["where"], case["by"], case["first"]
    query = AGGREGATE.format(type=TYPES[name], name=name, figures=FIGURES if case["figures"] else "")
    response = await generated.run(query, where=where, by=by, first=first)
    found = response.data[name]["aggregate"]  # type: ignore[index]  # figures alone may be null
    expected = oracle.chosen(everything(name), where)
    assert found["counts"] == oracle.counts(expected, by, first)
    is_refused = case["figures"] and oracle.mixed(expected) is not None
    assert [error["path"][-1] for error in response.errors] == ["figures"] * is_refused
    if case["figures"] and not is_refused:
        assert _without_unit(found["figures"]) == pytest.approx(_without_unit(oracle.spread(expected)))


def _without_unit(spread: Dict | None) -> Dict | None:
    return spread and {key: value for key, value in spread.items() if key != "unit"}


async def test_most_generated_filters_choose_something_but_not_everything() -> None:
    """The strategies are useful: few filters select nothing or everything."""
    for name in ("districts", "initiatives", "metrics", "awards"):
        assert _telling(everything(name)[:200], _drawn(name)) > 0.4, name


def _telling(items: list[Item], filters: Iterable[Dict]) -> float:
    found = [len(oracle.chosen(items, where)) for where in filters]
    return sum(0 < number < len(items) for number in found) / len(found)


def _drawn(name: str) -> list[Dict]:
    drawn: list[Dict] = []

    @settings(asked_often, max_examples=60, database=None)
    @given(where=wheres(name))
    def draw(where: Dict) -> None:
        drawn.append(where)

    draw()
    return drawn


@asked_often
@given(wheres("metrics"))
def test_a_filter_holds_in_the_worker_of_what_it_finds_in_the_database(where: Dict) -> None:
    filter_type: Any = GRAPHQL_SCHEMA.type_map["MetricFilter"]
    predicate = predicate_of(filter_type, coerce_input_value(where, filter_type), "where")
    for metric in sample("metrics"):
        assert matches(predicate, metric) == oracle.holds(metric, where)
