"""The context of one request: the revision it reads, its languages, its loaders, and what it records about itself."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeAlias, TypeVar, cast

from graphql import GraphQLError, GraphQLResolveInfo
from strawberry.types import Info as StrawberryInfo

from loaders.documents import Document
from loaders.lru_cache import LruCache
from loaders.model.revisions import Published, Revision
from loaders.mongo.explain import ExplainSummary
from loaders.store.changes import ChangeKind, DistrictVersions
from loaders.store.fetch import Fetch, Fetched
from loaders.store.pipeline import split_rows
from loaders.values.units import NO_UNITS, EveryOwnUnit, Unit, own_units
from schema.base.batching import Load, Loader
from schema.base.errors import BadUserInput
from schema.base.languages import preferred

T = TypeVar("T")


class Store(Protocol):
    """The interface to `loaders.store.store`, which tests can implement in memory."""

    def known_published(self) -> Published | None:
        """The published revision if it is known without a read."""
        ...

    async def published(self) -> Published:
        """Read the pointer to the published revision."""
        ...

    async def revision(self, number: int) -> Revision | None:
        """Read the record of a revision; None if there is none."""
        ...

    async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
        """Run a fetch as of a revision."""
        ...

    async def explain(self, fetch: Fetch, published: Published) -> ExplainSummary:
        """Report how the database executes a fetch."""
        ...


class ChangeLog(Store, Protocol):
    """A store that also reports what each revision changed."""

    @property
    def history(self) -> int:
        """Grows whenever the data turns out to be of another history, as after a restore."""
        ...

    async def newest_published(self) -> Published:
        """Read the pointer from the primary."""
        ...

    async def wait_for_other(self, revision: int, history: int) -> Published:
        """Wait until a revision other than this one, or another history, is published."""
        ...

    async def changes(self, revision: int) -> Mapping[str, ChangeKind]:
        """The districts that a revision changed, by slug, with the kind of change."""
        ...

    async def versions(self, slug: str, revision: int) -> DistrictVersions:
        """A district before and after a revision that changed it."""
        ...

    async def find_past(self, fetch: Fetch, published: Published) -> Document | None:
        """Find what was in one district at any revision that is kept; None if there was nothing."""
        ...

    async def revision_at(self, time: datetime, published: Published) -> int | None:
        """The newest revision that was published at a time, by the database's clock; None if none is kept."""
        ...

    async def fetch_past(self, fetch: Fetch, published: Published) -> Fetched:
        """Run a fetch that selects one district, as of any past revision."""
        ...


class Replay(Protocol):
    """Runs one read of a replay when its turn has come."""

    def __call__(self, points: int, read: Callable[[], Awaitable[T]]) -> Awaitable[T]:
        """Return what `read` returns; points: what it costs."""
        ...


async def _replay_at_once(points: int, read: Callable[[], Awaitable[T]]) -> T:
    return await read()


async def _at_once() -> None:
    """Wait for nothing."""


@dataclass(slots=True)
class Context:
    """The context of one request. All its reads see one revision: the one published at its first read.

    languages: accepted language ranges, by preference. tags: the language tags to try for them, best first.
    wording: the tag of the language that figures are worded in.
    served: the tags of the texts in the response. known: the published revision, if known without a read.
    explanations, completions: by root field, how the database executed commands and how documents were completed;
    None and empty unless the request asked for them.
    replay: runs the reads of a subscription that begins in the past.
    turn: waits until what was read may be computed with.
    last_event: the cursor after which a subscription resumes; overrides its arguments.
    is_past: whether only the documents of districts are left of the revision.
    only_validates: whether the response reports the cost of the operation without executing it.
    templates: the plans of the operation's selection sets (`schema.planning.plan`).
    refused: see `schema.planning.selection.SelectionReader`.
    root_fields: the names of the operation's root fields, for logs and metrics.
    cost: in points; None until it is known.
    """

    store: Store
    languages: tuple[str, ...] = ()
    served: set[str] = field(default_factory=set)
    explanations: dict[str, list[ExplainSummary]] | None = None
    completions: dict[str, set[str]] = field(default_factory=dict)
    replay: Replay = field(default=_replay_at_once, repr=False)
    turn: Callable[[], Awaitable[None]] = field(default=_at_once, repr=False)
    last_event: str | None = None
    is_past: bool = False
    only_validates: bool = False
    templates: LruCache[Any, Any] = field(default_factory=LruCache, repr=False)
    refused: dict[str, GraphQLError] = field(default_factory=dict, repr=False)
    root_fields: tuple[str, ...] = ()
    cost: int | None = None
    loaders: dict[Any, Loader] = field(default_factory=dict, repr=False)
    tags: tuple[str, ...] = field(init=False)
    known: Published | None = None
    _published: asyncio.Future[Published] | None = None
    _own_units: EveryOwnUnit | None = None
    _pinned: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    # The revisions of `_pinned`: each figure looks whether one is older.
    _pinned_revisions: set[int] = field(default_factory=set)
    _past: set[tuple[str | int, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Read the languages once."""
        self.tags = preferred(self.languages)

    async def published(self, at_least: int = 0) -> Published:
        """The revision that the request reads as published: `known`, or else the pointer, read once.

        at_least: a revision that a server has served before; if `known` is older, the pointer is read.
        """
        if self.known and self.known.revision >= at_least:
            return self.known
        if self._published is None:
            self._published = asyncio.ensure_future(self.store.published())
        return await asyncio.shield(self._published)

    @property
    def own_units(self) -> Mapping[str, Unit]:
        """The units that the data set counts by itself, by code; none before anything was read.

        They are those of the published revision, so an older one may have others (`EveryOwnUnit`).
        """
        read = self._published
        published = read.result() if read and read.done() and not read.cancelled() else self.known
        if published is None:
            return NO_UNITS
        if self._own_units is None:
            self._own_units = own_units(published.units)
        reads_older = self.is_past or not self._pinned_revisions <= {published.revision}
        return MappingProxyType(self._own_units) if reads_older else self._own_units

    @property
    def log(self) -> ChangeLog:
        """The store, for subscriptions."""
        return cast(ChangeLog, self.store)

    @property
    def is_shareable(self) -> bool:
        """Whether the response may be served to every request with the same key."""
        return self.explanations is None and not self.only_validates

    @property
    def is_past_known(self) -> bool:
        """Whether the pointer was read although `known` was set, because `known` was out of date."""
        return self.known is not None and self._published is not None

    async def revision(self, info: "Info") -> int:
        """The revision that a field reads: that of the nearest enclosing connection, else the published one."""
        path = tuple(info._raw_info.path.as_list())
        for length in range(len(path), 0, -1):
            if (pinned := self._pinned.get(path[:length])) is not None:
                return pinned
        return (await self.published()).revision

    async def published_for(self, info: "Info") -> Published:
        """What is published, to read the revision of a field with."""
        return (await self.published()).at(await self.revision(info))

    def pin(self, info: "Info", revision: int, *, is_past: bool = False) -> None:
        """Make every field below a connection read this revision. is_past: and nothing but districts' documents."""
        path = tuple(info._raw_info.path.as_list())
        self._pinned[path] = revision
        self._pinned_revisions.add(revision)
        if is_past:
            self._past.add(path)

    def loader(self, place: tuple[Any, ...], load: Load) -> Loader:
        """The loader of one field of the operation, created on first use; it batches the field's loads."""
        if place not in self.loaders:
            self.loaders[place] = Loader(load)
        return self.loaders[place]

    def cancel_reads(self) -> None:
        """Cancel the reads under way, whose results are no longer needed."""
        if self._published is not None:
            self._published.cancel()
        for loader in self.loaders.values():
            loader.cancel()

    def refuse_past(self, info: "Info") -> None:
        """Raise BadUserInput if the data that a field reads may have been deleted."""
        if self.is_past:
            raise BadUserInput("a revision this old keeps only the documents of its districts")
        if self._past:
            path = tuple(info._raw_info.path.as_list())
            if any(path[:length] in self._past for length in range(1, len(path) + 1)):
                raise BadUserInput(
                    f'"{info._raw_info.field_name}" is not in the document of the district, which is all that is '
                    "kept of the past; ask for it as of now"
                )

    async def fetch(self, info: "Info", fetch: Fetch) -> Fetched:
        """Run a fetch for a field, as of the field's revision."""
        self.refuse_past(info)
        published = await self.published_for(info)
        if self.explanations is not None:
            explained = await self.store.explain(fetch, published)
            self.explanations.setdefault(root_of(info), []).append(explained)
        fetched = await self.store.fetch(fetch, published)
        await self.turn()
        return fetched

    async def fetch_all(self, info: "Info", fetches: Sequence[Fetch]) -> list[Fetched]:
        """Run several fetches for a field, in one command."""
        first, *others = fetches
        also = {f"also:{number}": fetch for number, fetch in enumerate(others)}
        fetched = await self.fetch(info, replace(first, extras={**first.extras, **also}))
        return [fetched, *(split_rows(fetch, fetched.extras[name]) for name, fetch in also.items())]


Info: TypeAlias = StrawberryInfo[Context, None]
# Our resolvers don't use the field that Strawberry keeps in its Info.
_NO_FIELD: Final[Any] = None


def info_of(raw: GraphQLResolveInfo[Context]) -> Info:
    """The Info of a field that is not resolved by Strawberry."""
    return StrawberryInfo(_raw_info=raw, _field=_NO_FIELD)


def root_of(info: Info) -> str:
    """The response key of the root field above a field."""
    path = info._raw_info.path
    while path.prev is not None:
        path = path.prev
    return str(path.key)
