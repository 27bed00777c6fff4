"""What one request carries: the revision it reads, its languages, its loaders, and what it tells about itself."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol, TypeAlias, cast

from graphql import GraphQLError, GraphQLResolveInfo
from strawberry.types import Info as StrawberryInfo

from loaders.documents import Document
from loaders.model.revisions import Published, Revision
from loaders.mongo.explain import ExplainSummary
from loaders.store.changes import ChangeKind, DistrictVersions
from loaders.store.fetch import Fetch, Fetched
from loaders.store.pipeline import split_rows
from schema.base.batching import Load, Loader
from schema.base.errors import BadUserInput
from schema.base.languages import preferred


class Store(Protocol):
    """The wall to `loaders.store.store`; tests may put a small twin behind it."""

    def known_published(self) -> Published | None:
        """What is published, where that is known without asking."""
        ...

    async def published(self) -> Published:
        """Read the pointer."""
        ...

    async def revision(self, number: int) -> Revision | None:
        """Read what a load changed."""
        ...

    async def sources(self, revision: int) -> list[Document]:
        """Read the different sources."""
        ...

    async def fetch(self, fetch: Fetch, revision: int) -> Fetched:
        """Run a fetch as of a revision."""
        ...

    async def explain(self, fetch: Fetch, revision: int) -> ExplainSummary:
        """Tell how the database answers a fetch."""
        ...


class Log(Store, Protocol):
    """A store that tells what each revision changed, too."""

    async def wait_for_other(self, revision: int) -> Published:
        """Wait until something else is published."""
        ...

    async def changes(self, revision: int) -> Mapping[str, ChangeKind]:
        """What a revision did to which districts."""
        ...

    async def versions(self, slug: str, revision: int) -> DistrictVersions:
        """A district before a revision that changed it, and in it."""
        ...

    async def fetch_past(self, fetch: Fetch, revision: int) -> Fetched:
        """Run a fetch on districts, of which there is one, as of any revision that there has been."""
        ...


@dataclass(slots=True)
class Context:
    """One request. Every read of it sees one revision: the one that was published when it first asked.

    languages: by preference, as the request accepts them. tags: of the forms of a text to try for them. served: the
    tags of the texts it was given. known: what is published, where that is known. explanations, completions: by root
    field, how the database answered and how documents were completed; None, and empty, unless asked for.
    last_event: the cursor after which a subscription goes on, whatever its arguments say.
    is_past: whether of the revision no more is at hand than districts as documents.
    only_validates: whether the answer tells what the operation would cost, and nothing is run.
    templates: the plans of the operation's places (`schema.planning.plan`).
    refused: see `schema.planning.selection.Operation`.
    root_fields: what the operation is called by.
    cost: in points; None as long as it is not known.
    """

    store: Store
    languages: tuple[str, ...] = ()
    served: set[str] = field(default_factory=set)
    explanations: dict[str, list[ExplainSummary]] | None = None
    completions: dict[str, set[str]] = field(default_factory=dict)
    last_event: str | None = None
    is_past: bool = False
    only_validates: bool = False
    templates: dict[Any, Any] = field(default_factory=dict, repr=False)
    refused: dict[str, GraphQLError] = field(default_factory=dict, repr=False)
    root_fields: tuple[str, ...] = ()
    cost: int | None = None
    loaders: dict[Any, Loader] = field(default_factory=dict, repr=False)
    tags: tuple[str, ...] = field(init=False)
    known: Published | None = None
    _published: asyncio.Future[Published] | None = None
    _pinned: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the languages once."""
        self.tags = preferred(self.languages)

    async def published(self, at_least: int = 0) -> Published:
        """What the request sees as published: what was known when it began, or else the pointer, read once.

        at_least: a revision that a server has shown already; where `known` is older, the pointer is read.
        """
        if self.known and self.known.revision >= at_least:
            return self.known
        if self._published is None:
            self._published = asyncio.ensure_future(self.store.published())
        return await asyncio.shield(self._published)

    @property
    def log(self) -> Log:
        """The store, for subscriptions."""
        return cast(Log, self.store)

    @property
    def is_shareable(self) -> bool:
        """Whether the answer is that of everyone who asks the same: nothing was told to this request alone."""
        return self.explanations is None and not self.only_validates

    @property
    def is_past_known(self) -> bool:
        """Whether the pointer was read although something was known: what was known is out of date."""
        return self.known is not None and self._published is not None

    async def revision(self, info: "Info") -> int:
        """The revision that a field reads: that of the nearest connection around it, else the published one."""
        path = tuple(info._raw_info.path.as_list())
        for length in range(len(path), 0, -1):
            if (pinned := self._pinned.get(path[:length])) is not None:
                return pinned
        return (await self.published()).revision

    def pin(self, info: "Info", revision: int) -> None:
        """Let everything under a connection read the revision of its cursor, or the published one."""
        self._pinned[tuple(info._raw_info.path.as_list())] = revision

    def loader(self, place: tuple[Any, ...], load: Load) -> Loader:
        """The loader of a place of the operation, which loads together whatever the place asks for."""
        if place not in self.loaders:
            self.loaders[place] = Loader(load)
        return self.loaders[place]

    def give_up(self) -> None:
        """End what is being read, since nobody awaits it any more."""
        if self._published is not None:
            self._published.cancel()
        for loader in self.loaders.values():
            loader.give_up()

    def refuse_past(self) -> None:
        """Raise BadUserInput where what a field reads may be gone."""
        if self.is_past:
            raise BadUserInput("of a revision this old, only what its districts themselves hold is at hand")

    async def fetch(self, info: "Info", fetch: Fetch) -> Fetched:
        """Run a fetch for a field, as of the field's revision."""
        self.refuse_past()
        revision = await self.revision(info)
        if self.explanations is not None:
            explained = await self.store.explain(fetch, revision)
            self.explanations.setdefault(root_of(info), []).append(explained)
        return await self.store.fetch(fetch, revision)

    async def fetch_all(self, info: "Info", fetches: Sequence[Fetch]) -> list[Fetched]:
        """Run several fetches for a field, in one call."""
        first, *others = fetches
        also = {f"also:{number}": fetch for number, fetch in enumerate(others)}
        fetched = await self.fetch(info, replace(first, extras={**first.extras, **also}))
        return [fetched, *(split_rows(fetch, fetched.extras[name]) for name, fetch in also.items())]


Info: TypeAlias = StrawberryInfo[Context, None]
# Resolvers of ours don't look at the field that Strawberry keeps in its Info.
_NO_FIELD: Final[Any] = None


def info_of(raw: GraphQLResolveInfo[Context]) -> Info:
    """The Info of a field that Strawberry doesn't resolve."""
    return StrawberryInfo(_raw_info=raw, _field=_NO_FIELD)


def root_of(info: Info) -> str:
    """The response key of the root field that a field is under."""
    path = info._raw_info.path
    while path.prev is not None:
        path = path.prev
    return str(path.key)
