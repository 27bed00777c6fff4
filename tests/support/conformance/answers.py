"""The answers of executors, and their differences.

Executors are compared on the same documents in the same order: otherwise the timing of the database would decide
which of two errors comes first, and which fields a null keeps from being read.
"""

import asyncio
import pickle
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson
from graphql import Executor

from loaders.documents import Document
from loaders.errors import StoreError
from loaders.model.revisions import Published, Revision
from loaders.mongo.explain import ExplainSummary
from loaders.store.changes import ChangeKind, DistrictVersions
from loaders.store.fetch import Fetch, Fetched
from loaders.store.store import Store
from schema.base.context import Context
from schema.base.request import Request
from schema.operation.operation_cache import Operations
from schema.operation.runner import RequestError, run
from tests.support.servers import without_cost

# More turns of the event loop than anything takes that waits for no I/O.
_QUIET: Final = 50


@dataclass(frozen=True, slots=True)
class ClientRequest:
    """A request: an operation, its variables, its name where there are several, and the accepted languages."""

    text: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes that a client gets, and the languages of the texts in them."""

    body: bytes
    languages: Sequence[str]

    @property
    def content(self) -> Any:
        return without_cost(orjson.loads(self.body))


class OneAtATime:
    """A store that answers one call at a time, and repeated calls from memory.

    Of the waiting calls it answers the first in the order of their texts. A database may answer them in any order.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = asyncio.Lock()
        self._known: dict[str, bytes | StoreError] = {}
        self._waiting: list[str] = []

    async def published(self) -> Published:
        found: Published = await self._answer("published", self._store.published)
        return found

    def known_published(self) -> Published | None:
        return None

    async def revision(self, number: int) -> Revision | None:
        found: Revision | None = await self._answer(f"revision {number}", lambda: self._store.revision(number))
        return found

    async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
        found: Fetched = await self._answer(
            f"{fetch} {published.revision}", lambda: self._store.fetch(fetch, published)
        )
        return found

    async def newest_published(self) -> Published:
        return await self.published()

    async def changes(self, revision: int) -> Mapping[str, ChangeKind]:
        found: Mapping[str, ChangeKind] = await self._answer(
            f"changes {revision}", lambda: self._store.changes(revision)
        )
        return found

    async def versions(self, slug: str, revision: int) -> DistrictVersions:
        found: DistrictVersions = await self._answer(
            f"versions {slug} {revision}", lambda: self._store.versions(slug, revision)
        )
        return found

    async def find_past(self, fetch: Fetch, published: Published) -> Document | None:
        found: Document | None = await self._answer(
            f"past {fetch} {published.revision}", lambda: self._store.find_past(fetch, published)
        )
        return found

    async def fetch_past(self, fetch: Fetch, published: Published) -> Fetched:
        found: Fetched = await self._answer(
            f"of the past {fetch} {published.revision}", lambda: self._store.fetch_past(fetch, published)
        )
        return found

    async def revision_at(self, time: datetime, published: Published) -> int | None:
        found: int | None = await self._answer(f"at {time}", lambda: self._store.revision_at(time, published))
        return found

    async def explain(self, fetch: Fetch, published: Published) -> ExplainSummary:
        raise NotImplementedError

    async def _answer(self, call: str, ask: Callable[[], Awaitable[Any]]) -> Any:
        self._waiting.append(call)
        try:
            while True:
                async with self._turn:
                    # Whatever follows from the answer before this one comes first.
                    for _ in range(_QUIET):
                        await asyncio.sleep(0)
                    if call == min(self._waiting):
                        return await self._known_answer(call, ask)
        finally:
            self._waiting.remove(call)

    async def _known_answer(self, call: str, ask: Callable[[], Awaitable[Any]]) -> Any:
        if call not in self._known:
            try:
                self._known[call] = pickle.dumps(await ask())
            except StoreError as error:
                self._known[call] = error
        known = self._known[call]
        if isinstance(known, StoreError):
            raise known
        # A copy of its own for each request: what is fetched is shaped in place.
        return pickle.loads(known)


async def answer(
    operations: Operations, question: ClientRequest, store: OneAtATime | Store, executor_class: type[Executor[Any]]
) -> Answer:
    """Execute a request on a store by an executor."""
    request = Request(question.text, question.variables, question.name)
    try:
        response = await run(operations, request, Context(store, question.languages), executor_class=executor_class)
    except RequestError as error:
        response = error.response
    return Answer(orjson.dumps(response.body()), response.languages)


def difference(one: Any, other: Any, at: str = "") -> str | None:
    """The first difference between two answers, in the order of the first; None if they are equal."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one:
            if key not in other:
                return f"{at}.{key} is missing"
            if found := difference(one[key], other[key], f"{at}.{key}"):
                return found
        return None if list(one) == list(other) else f"{at} has the keys {list(other)}, not {list(one)}"
    if isinstance(one, list) and isinstance(other, list):
        for number, pair in enumerate(zip(one, other, strict=False)):
            if found := difference(*pair, f"{at}[{number}]"):
                return found
        return f"{at} has {len(other)} items, not {len(one)}" if len(one) != len(other) else None
    return None if (type(one), one) == (type(other), other) else f"{at} is {other!a}, not {one!a}"
