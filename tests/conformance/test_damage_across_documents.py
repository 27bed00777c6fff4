"""Both executors agree on wrong values in rows and in the documents that rows refer to.

A document shared by several rows is damaged for all of them.
"""

from collections.abc import AsyncIterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

import pytest
import pytest_asyncio
from graphql import Executor

from loaders.errors import StoreUnavailable
from loaders.model.revisions import Published
from loaders.store.fetch import Fetch, Fetched
from loaders.store.store import Store
from schema.execution.executor import CompiledExecutor
from schema.operation.operation_cache import Operations
from seeds.building.district import build
from seeds.format.model import District
from tests.conformance.test_every_damage import FULL
from tests.support.conformance.answers import ClientRequest, OneAtATime, answer, difference
from tests.support.conformance.damage import REMOVED, like, places, spoil
from tests.support.conformance.stored import Stored
from tests.support.thoroughness import SHARE

# Each of them asks of every row; fields that may be null stand beside such that may not.
SELECTIONS: Final = {
    "metrics": """{ metrics { totalCount nodes {
        slug district { slug strategy { en } few: metrics(first: 2) { status note { zhHans } } }
        pillar { name { text } awards { kind level ranks { of } district { codes { value } } } }
        first: initiative { status systems { status } } second: initiative { pillar { summary { text } } }
        standing { position } least: standing(best: ASC) { percentile } } } }""",
    "awards": """{ awards { edges { cursor node {
        kind period { kind } district { ...D } pillar { summary { en } district { ...D } }
        initiative { status awards { note { en } } pillar { slug } } } } } }
        fragment D on District { strategy { zhHans } city { en } metrics { ranks { position } } }""",
    "search": """{ search(text: "区 revenue economy prize digital") { nodes { kind score node { __typename id
        ... on District { strategy { en } } ... on Metric { status pillar { summary { en } } }
        ... on Award { level initiative { status } } } } } }""",
    "one": '{ node(id: "Initiative:other/economy") { ... on Initiative { district { strategy { en } } } } }',
}
_METRIC: Final = FULL["pillars"][0]["initiatives"][0]["metrics"][0]


def _with_two_metrics(slug: str) -> dict[str, Any]:
    given = deepcopy(FULL)
    given["slug"] = slug
    given["pillars"][0]["initiatives"][0]["metrics"] = [_METRIC, {**_METRIC, "slug": "second"}]
    return given


@dataclass(frozen=True, slots=True)
class Damage:
    """The damage to the last document of one call; without a place, the call fails."""

    call: str
    place: int | None = None
    wrong: Any = None


class Spoiled(OneAtATime):
    """A store that replays known answers, one of them damaged.

    met: the places of each call's last document, and their values as stored. calls: all of them, in their order.
    """

    def __init__(self, store: Store, known: dict[str, Any], damage: Damage | None) -> None:
        super().__init__(store)
        self._known = known
        self._damage = damage
        self.calls: list[str] = []
        self.met: dict[str, Sequence[tuple[str, Any]]] = {}

    async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
        fetched = await super().fetch(fetch, published)
        found = list(places(fetched.documents[-1] if fetched.documents else None))
        call = str(fetch)
        self.calls.append(call)
        self.met[call] = [(kind, deepcopy(holder[key])) for kind, (holder, key) in found]
        if self._damage and call == self._damage.call:
            if self._damage.place is None:
                raise StoreUnavailable("the database cannot be reached")
            spoil(*found[self._damage.place][1], self._damage.wrong)
        return fetched


@pytest_asyncio.fixture(scope="module")
async def two(mongodb_uri: str) -> AsyncIterator[Store]:
    stored = Stored(mongodb_uri)
    given = [_with_two_metrics(slug) for slug in ("full", "other")]
    await stored.publish([build(District.model_validate(one)) for one in given])
    yield Store(stored.database)
    await stored.drop()


class Both:
    """Runs an operation by both executors, on equally damaged stores."""

    def __init__(self, store: Store, text: str) -> None:
        self._store, self._request = store, ClientRequest(text, languages=("en",))
        self._operations = Operations()
        self._known: dict[str, Any] = {}

    async def difference(self, damage: Damage | None = None) -> str | None:
        store, other = (Spoiled(self._store, self._known, damage) for _ in range(2))
        self.expected = await answer(self._operations, self._request, store, Executor)
        found = await answer(self._operations, self._request, other, CompiledExecutor)
        self.met = store.met
        if damage is None and other.calls != store.calls:
            return f"the calls are {other.calls}, not {store.calls}"
        return None if found == self.expected else difference(self.expected.content, found.content) or "languages"


@pytest.mark.parametrize("selection", SELECTIONS)
async def test_both_executors_agree_on_a_damaged_document(two: Store, selection: str) -> None:
    both = Both(two, SELECTIONS[selection])
    assert await both.difference() is None
    whole, met = both.expected, both.met
    assert "errors" not in whole.content
    different: list[str] = []
    spoiled = 0
    for call, kinds in met.items():
        # Of places of one kind the last: it is damaged for as many rows as any other. A quick run takes every second.
        last = {kind: (place, (kind, value)) for place, (kind, value) in enumerate(kinds)}
        for place, (kind, value) in list(last.values())[:: 1 if SHARE >= 1 else 4]:
            for wrong in like(value)[:4]:
                if found := await both.difference(Damage(call, place, wrong)):
                    different.append(f"{kind}: {wrong!r} for {value!r}: {found}")
                if both.expected == whole and wrong is REMOVED:
                    # Nothing reads it.
                    break
                spoiled += both.expected != whole
    assert not different, "\n".join(different)
    assert spoiled > 5


@pytest.mark.parametrize("selection", SELECTIONS)
async def test_a_database_error_in_any_call_discards_all_data(two: Store, selection: str) -> None:
    both = Both(two, SELECTIONS[selection])
    assert await both.difference() is None
    for call in both.met:
        assert await both.difference(Damage(call)) is None
        assert "data" not in both.expected.content
        [error] = both.expected.content["errors"]
        assert error["extensions"] == {"code": "STORE_UNAVAILABLE"}
