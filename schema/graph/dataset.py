"""The dataset as a whole: its revision, what the last load changed, its sources."""

from datetime import datetime
from typing import Final, cast

import strawberry
from strawberry import Parent, field

from loaders.documents import Document
from loaders.model.revisions import Counts as StoredCounts
from loaders.store.fetch import Fetch, SortKey
from schema.base.context import Info
from schema.base.errors import BadUserInput
from schema.graph.sources import Source
from schema.planning.plan import plan_item
from schema.planning.selection import SelectionReader
from schema.retrieval.nodes import IS_SHARED
from schema.types.scalars import Revision
from schema.types.units import Unit, document_of


@strawberry.type(description="How much the published revision holds.")
class DatasetCounts:
    """See `loaders.model.revisions.Counts`."""

    districts: int = field(description="How many districts there are.")
    pillars: int = field(description="How many pillars all districts have.")
    initiatives: int = field(description="How many initiatives all districts have.")
    metrics: int = field(description="How many metrics all districts have.")
    observations: int = field(description="How many figures all metrics have.")
    awards: int = field(description="How many awards all districts have, at every level.")
    sources: int = field(description="How many different sources are cited.")


@strawberry.type(description="What a load changed, in districts.")
class DatasetChanges:
    """See `loaders.model.revisions.LoadChanges`."""

    added: int = field(description="How many districts were new.")
    changed: int = field(description="How many districts have changed.")
    removed: int = field(description="How many districts were taken out.")
    unchanged: int = field(description="How many districts were loaded without a change.")
    slugs: list[str] = field(description="The slugs of those that differ, the first hundred in order.")


@strawberry.type(description="A file that was read by a load.")
class DatasetFile:
    """See `loaders.model.revisions.FileDigest`."""

    name: str = field(description="What the file is called, without its folder.")
    sha256: str = field(description="The SHA-256 of its bytes, which is written in hexadecimal.")


# In a list that is not paged.
MAX_SOURCES: Final = 1_000
_NOTHING: StoredCounts = {
    "districts": 0,
    "pillars": 0,
    "initiatives": 0,
    "metrics": 0,
    "observations": 0,
    "awards": 0,
    "sources": 0,
}


@strawberry.type(description="The dataset as it is read by this request.")
class Dataset:
    """Its instances are revisions as stored, or empty before the first load."""

    @field(description="The published revision: 0 before the first load.")
    @staticmethod
    def revision(document: Parent[Document]) -> Revision:
        """Read the revision's number."""
        return Revision(document["_id"] if document else 0)

    @field(description="When it was loaded; null before the first load.")
    @staticmethod
    def loaded_at(document: Parent[Document]) -> datetime | None:
        """Read the time of the load."""
        return document["loaded_at"] if document else None

    @field(description="How much it holds.")
    @staticmethod
    def counts(document: Parent[Document]) -> DatasetCounts:
        """Read the counts."""
        return cast(DatasetCounts, document["counts"] if document else _NOTHING)

    @field(description="What the load that made it changed; null before the first load.")
    @staticmethod
    def changes(document: Parent[Document]) -> DatasetChanges | None:
        """Read what changed."""
        return cast(DatasetChanges, document["changes"]) if document else None

    @field(description="The files that were read by the load.")
    @staticmethod
    def files(document: Parent[Document]) -> list[DatasetFile]:
        """Read the files."""
        return cast(list[DatasetFile], document["files"] if document else [])

    @field(description="The BCP 47 tags of the languages that texts are in: those of most districts first.")
    @staticmethod
    def languages(document: Parent[Document]) -> list[str]:
        """Read the languages, which a release that had three languages in all did not keep."""
        return document.get("languages", []) if document else []

    @field(
        description="The units that the districts count by themselves, beside those that every dataset has, by code."
    )
    @staticmethod
    async def units(document: Parent[Document], info: Info) -> list[Unit]:
        """The units as they are published now. Refused of the past."""
        info.context.refuse_past(info)
        await info.context.published()
        return [document_of(unit) for unit in info.context.own_units.values()]

    @field(
        description="Every source that a published district lists, by slug.",
        deprecation_reason=f"It is not paged, and an error with more than {MAX_SOURCES}; use the root field sources.",
    )
    @staticmethod
    async def sources(document: Parent[Document], info: Info) -> list[Source]:
        """Read the sources of the revision. Raises BadUserInput if they are too many."""
        if not document:
            return []
        info.context.refuse_past(info)
        plan = plan_item(SelectionReader.of(info._raw_info), "Source", [info._raw_info.field_nodes])
        by_slug = (SortKey("slug"),)
        fetch = Fetch("sources", IS_SHARED, order=by_slug, limit=MAX_SOURCES + 1, project=plan.project)
        published = (await info.context.published()).at(document["_id"])
        found = (await info.context.store.fetch(fetch, published)).documents
        if len(found) > MAX_SOURCES:
            raise BadUserInput(f'there are more than {MAX_SOURCES} sources; page through the root field "sources"')
        return cast(list[Source], found)
