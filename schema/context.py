"""What one request carries: the revision it reads, its languages, and its loaders."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from loaders.documents import Document, Revision
from loaders.fetch import Fetch, Fetched
from loaders.store import Published
from schema.plan import WHOLE_DISTRICT
from schema.shape import shape_districts


class Store(Protocol):
    """The wall to `loaders.store`; tests may put a small twin behind it."""

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


@dataclass(slots=True)
class Context:
    """One request. Every read of it sees one revision: the one that was published when it first asked."""

    store: Store
    languages: Sequence[str] = ()
    _published: asyncio.Future[Published] | None = None
    _districts: DataLoader[str, Document | None] | None = field(default=None, repr=False)

    async def published(self) -> Published:
        """Read the pointer, once a request."""
        if self._published is None:
            self._published = asyncio.ensure_future(self.store.published())
        return await asyncio.shield(self._published)

    async def fetch(self, fetch: Fetch, revision: int | None = None) -> Fetched:
        """Run a fetch as of the request's revision, or of an older one that a cursor names."""
        if revision is None:
            revision = (await self.published()).revision
        return await self.store.fetch(fetch, revision)

    async def district(self, slug: str) -> Document | None:
        """Load a whole district; however many are asked for at once, in one call."""
        if self._districts is None:
            self._districts = DataLoader(load_fn=self._load_districts)
        return await self._districts.load(slug)

    async def _load_districts(self, slugs: list[str]) -> list[Document | None]:
        fetched = await self.fetch(Fetch("districts", {"slug": {"$in": slugs}}))
        shape_districts(WHOLE_DISTRICT, fetched.documents)
        found = {document["slug"]: document for document in fetched.documents}
        return [found.get(slug) for slug in slugs]


Info: TypeAlias = StrawberryInfo[Context, None]
