"""The server and the reference agree on random operations. `make fuzz` runs more of them."""

import ast
from pathlib import Path
from random import Random

import pytest

from tests.reference.comparison import contained
from tests.reference.drawing import Pool, Values
from tests.reference.operations import Operation
from tests.reference.pair import Pair
from tests.reference.shrink import shrunk
from tests.support.thoroughness import examples

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEED, COUNT, SHOWN = 20251122, examples(quick=16, thorough=200), 5
# The modules of the reference that may import the server.
_BOTH_SIDES = {"server_side.py", "fuzz.py", "conftest.py"}


async def test_random_operations(pair: Pair) -> None:
    found: list[str] = []
    for number in range(COUNT):
        operation = pair.generator.operation(f"{SEED}:{number}")
        if told := await pair.difference(operation):
            if len(found) < SHOWN:
                operation = await shrunk(pair, operation)
                told = await pair.difference(operation) or told
            found.append(f"{SEED}:{number} {operation.query} {operation.variables or ''}\n    {told[:300]}")
    assert not found, f"{len(found)} of {COUNT}:\n" + "\n".join(found)


async def test_an_answer_is_contained_in_the_answer_of_more(pair: Pair) -> None:
    found = []
    for number in range(examples(quick=4, thorough=60)):
        operation = pair.generator.operation(f"more:{number}")
        more = pair.generator.with_more(operation)
        less, whole = await pair.ours(operation), await pair.ours(more)
        if not less.errors and not whole.errors and not contained(less.data, whole.data):
            found.append(f"{operation.query}\n    {more.query}")
    assert not found, "\n".join(found)


async def test_random_searches_give_the_same_in_the_same_order(pair: Pair) -> None:
    query = """query ($text: String!, $match: SearchMatch, $kinds: [SearchKind!], $first: Int) {
        search(text: $text, match: $match, kinds: $kinds, first: $first) {
            totalCount isComplete pageInfo { hasNextPage } nodes { kind node { id } } } }"""
    pool = Pool(pair.dataset, pair.history)
    found = []
    for number in range(examples(quick=4, thorough=50)):
        random = Random(f"search:{number}")
        values = Values(random, pool, lambda _, value: value)
        kinds = random.sample(["DISTRICT", "PILLAR", "INITIATIVE", "METRIC", "AWARD", "INDICATOR", "SOURCE"], 3)
        variables = {
            "text": random.choice((" ", "", " ")).join(values.words() for _ in range(random.randint(1, 3)))[:200],
            "match": random.choice(("ANY", "ANY", "ALL")),
            "kinds": random.choice((None, None, kinds)),
            "first": random.choice((3, 20, 100)),
        }
        operation = Operation(query, variables)
        ours = await pair.ours(operation)
        if ours.data and not ours.data["search"]["isComplete"]:
            # Of many terms, what is found is right, and in order.
            every = pair.reference(Operation(query, {**variables, "first": 100})).data["search"]["nodes"]
            rest = iter(every)
            told = None if len(every) == 100 or all(one in rest for one in ours.data["search"]["nodes"]) else "order"
        else:
            told = await pair.once(operation)
        if told:
            found.append(f"{variables}: {told[:300]}")
    assert not found, f"{len(found)}:\n" + "\n".join(found[:SHOWN])


async def test_paging_through_a_search_gives_every_item_once_in_order(pair: Pair) -> None:
    query = "query ($first: Int, $after: String) { search(text: %s, first: $first, after: $after) { %s } }"
    fields = "totalCount pageInfo { hasNextPage endCursor } nodes { node { id } }"
    for text in ('"热线"', '"Smart"', '"一"', '"smart data 平台"', '"白云区智慧热线工单"'):
        found, after = [], None
        while True:
            answered = await pair.ours(Operation(query % (text, fields), {"first": 7, "after": after}))
            page = answered.data["search"]
            found += [node["node"]["id"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        expected = pair.reference(Operation(query % (text, fields), {"first": 100})).data["search"]
        assert found[:100] == [node["node"]["id"] for node in expected["nodes"]]
        assert len(found) == len(set(found)) == expected["totalCount"]


async def test_pages_follow_each_other_on_both_sides(pair: Pair) -> None:
    found: list[str] = []
    for number in range(examples(quick=3, thorough=40)):
        found += await pair.walk(pair.generator.walk(f"walk:{number}"))
    assert not found, "\n".join(found)


async def test_the_reference_imports_nothing_of_the_server() -> None:
    ours = {"api", "bench", "loaders", "schema", "seeds"}
    for path in Path(__file__).parent.glob("*.py"):
        if path.name in _BOTH_SIDES or path.name.startswith("test_"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in names} & ours, f"{path.name} imports {names}"
