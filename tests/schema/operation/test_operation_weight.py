"""What operations weigh by their own account is what they hold, also as they grow, and is bounded."""

import gc
import sys
import tracemalloc
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from graphql import get_introspection_query

from loaders.model.revisions import Published
from loaders.store.fetch import Fetch, Fetched
from schema.base.context import Context
from schema.base.request import Request
from schema.operation.operation_cache import MAX_PART, Operations
from schema.operation.runner import run
from schema.planning.computed import SLOT_PREFIX
from tests.support.data.content import contents
from tests.support.limits import FREE
from tests.support.servers import ROOT
from tests.support.thoroughness import examples

MAX_BYTES = 2_000_000
# The account may be this much more than what is held, and no less.
FACTOR = 2.0
# Of 12 variables, each combination selects other nodes.
INCLUDES = 12
SELECTION = "slug name { text }"
QUERIES = ROOT / "bench" / "queries"


def a_field_for_each(
    number: range, field: str, *, around: str = 'district(slug: "a") { @ }', before: str = ""
) -> str:
    """An operation with a field for each number, which stands for #, inside another field."""
    fields = " ".join(field.replace("#", str(each)) for each in number)
    return f"{before} {{ {around.replace('@', fields)} }}"


F = "fragment F on Metric { id slug name { text en } quantity { value formatted } } query"
SHAPES = {
    "everything of a district": (QUERIES / "full.graphql").read_text().replace("String!", 'String! = "a"'),
    "introspection": get_introspection_query(),
    "aliases": a_field_for_each(range(300), "a#: slug"),
    "computed lists": a_field_for_each(range(1, 61), "a#: metrics(first: #) { slug name { text } }"),
    "plans": a_field_for_each(range(40), f'a#: district(slug: "a") {{ {SELECTION} }}', around="@"),
    "a field again and again": a_field_for_each(range(300), "slug id totalAwardCount"),
    "values": a_field_for_each(
        range(90), '{ slug: { eq: "m#" } }', around="metrics(where: { or: [@] }) { nodes { slug } }"
    ),
    "a fragment in many places": a_field_for_each(range(60), "a#: metrics { ...F }", before=F),
    "sizes in variables": a_field_for_each(
        range(60), "a#: metrics(first: $n) { slug }", before="query ($n: Int = 1)"
    ),
    "tiny": "{ __typename }",
}


class OneDistrict:
    """A store with one district, whose lists with arguments are empty."""

    district = {**next(iter(contents(["a"]))), "id": "District:a", "from": 1}

    async def published(self) -> Published:
        return Published(1, 0)

    async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
        slots: dict[str, list[Any]] = {key: [] for key in fetch.project or () if key.startswith(SLOT_PREFIX)}
        return Fetched([{**deepcopy(self.district), **slots}])


@pytest.fixture
def traced() -> Iterator[None]:
    """Memory is traced in this process; everything that is kept apart from operations is there already."""
    # What other tests have left needn't be looked through each time.
    gc.freeze()
    tracemalloc.start()
    yield
    tracemalloc.stop()
    gc.unfreeze()


def held() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


async def execute(operations: Operations, text: str, variables: dict[str, Any] | None = None) -> None:
    store: Any = OneDistrict()
    await run(operations, Request(text, variables), Context(store))


async def warm_up(*texts: str) -> None:
    """Fill what the process keeps apart from operations."""
    for text in texts:
        await execute(Operations(FREE), text, dict.fromkeys((f"v{number}" for number in range(INCLUDES)), True))


def variant(number: int) -> str:
    """A text of its own."""
    declared = " ".join(f"$v{each}: Boolean! = false" for each in range(INCLUDES))
    included = " ".join(f'district(slug: "a") @include(if: $v{each}) {{ {SELECTION} }}' for each in range(INCLUDES))
    return f"query Q{number}({declared}) {{ {included} }}"


# By default, the smallest and one that holds what is hardest to foresee.
DEFAULT_SHAPES = {"tiny", "computed lists"}


@pytest.mark.parametrize(
    "shape", [pytest.param(one, marks=() if one in DEFAULT_SHAPES else pytest.mark.slow) for one in SHAPES]
)
@pytest.mark.usefixtures("traced")
async def test_an_operation_weighs_what_it_holds(shape: str) -> None:
    times = 50 if shape == "tiny" else 2
    texts = [f"{SHAPES[shape]} # {number}" for number in range(times)]
    await warm_up(texts[0])
    least = sys.maxsize
    # What else this process allocates meanwhile, or keeps for good, isn't allocated each time.
    for _ in range(3):
        operations = Operations(FREE)
        before = held()
        for text in texts:
            await execute(operations, text)
        least = min(held() - before, least)
        assert len(operations._operations) == times
        if least <= operations.weight:
            break
    assert least <= operations.weight <= FACTOR * least


@pytest.mark.slow
@pytest.mark.usefixtures("traced")
async def test_thousands_of_variants_of_one_operation_weigh_no_more_than_the_bound() -> None:
    text = variant(0)
    await warm_up(text)
    operations = Operations(FREE, max_bytes=MAX_BYTES)
    before = held()
    for number in range(examples(quick=200, thorough=600)):
        await execute(operations, text, {f"v{bit}": bool(number + 1 >> bit & 1) for bit in range(INCLUDES)})
        assert operations.weight <= MAX_PART * MAX_BYTES
    operation = operations.get(text, None)
    assert len(operation.templates) > 1
    assert held() - before <= operations.weight <= FACTOR * (held() - before)


@pytest.mark.slow
@pytest.mark.usefixtures("traced")
async def test_operations_that_grow_take_the_place_of_others() -> None:
    await warm_up(variant(0))
    operations = Operations(FREE, max_bytes=MAX_BYTES)
    before = held()
    for number in range(60):
        variables = {f"v{bit}": bool(number * 7 + 1 >> bit & 1) for bit in range(INCLUDES)}
        await execute(operations, variant(number % 20), variables)
        assert operations.weight <= MAX_BYTES
    assert operations.weight > MAX_BYTES / 2
    assert held() - before <= operations.weight <= FACTOR * (held() - before)
