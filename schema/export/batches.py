"""Read the rows of a flat file: all items of a list that match a filter, by their key, in batches of one revision.

Each batch is a separate read that begins after the last id, so nothing is held open for slow clients. If the revision
is deleted meanwhile, the file ends; it never mixes revisions.
"""

from collections.abc import Sequence
from typing import Any, Final

from graphql import GraphQLInputObjectType, get_named_type

from loaders.documents import Document
from loaders.model.revisions import Published
from loaders.store.fetch import TOTAL, Extra, Fetch, Fetched, SortKey, after
from loaders.store.predicates import TRUE, Compare, Predicate, all_of
from schema.arguments.where import compares_unpinned_figures, predicate_of, without_figure_comparisons
from schema.base.context import Context, Store
from schema.export.export_rows import PART_OF, Record, record_writer
from schema.export.file_languages import FileLanguages
from schema.export.url_filters import coerce_filter
from schema.graph.contract import GRAPHQL_SCHEMA
from schema.retrieval.aggregates import mixed_units_error, units_of
from schema.retrieval.flat_lists import FLAT_LISTS, UNITS_KEY
from schema.retrieval.listed_sources import by_slugs

EXPORTS: Final = ("observations", "metrics", "awards", "initiatives", "districts", "indicators", "sources")
WHERE: Final = "where"
# Rows of one read: the maximum, and the first read's number, as the size of rows is not known before it.
BATCH_SIZE: Final = 200
FIRST_BATCH_SIZE: Final = 25


class RevisionGone(Exception):
    """The revision of a file was deleted, because it was superseded too long ago."""


def filter_type(name: str) -> GraphQLInputObjectType:
    """The filter input of a list: the type of its `where` argument."""
    assert GRAPHQL_SCHEMA.query_type is not None
    type_ = get_named_type(GRAPHQL_SCHEMA.query_type.fields[name].args[WHERE].type)
    assert isinstance(type_, GraphQLInputObjectType)
    return type_


def where_of(name: str, given: Any, *, is_locked: bool = False) -> Predicate:
    """Read the filter of a list as GraphQL reads it from variables.

    is_locked: whether errors don't suggest names. Raises WrongParameter, BadUserInput.
    """
    type_ = filter_type(name)
    return predicate_of(type_, coerce_filter(type_, given, WHERE, is_locked=is_locked), WHERE)


class Export:
    """A flat file in progress. size: the rows of the next read, at most `BATCH_SIZE`.

    languages: those of its texts.
    """

    def __init__(
        self, store: Store, name: str, where: Predicate, languages: FileLanguages, published: Published
    ) -> None:
        """Begin at a published revision. Raises BadUserInput for an invalid language range."""
        context = Context(store, known=published)
        self._store = store
        self._listed = FLAT_LISTS[name]
        self._by_key = (SortKey(self._listed.key),)
        self._is_whole = where == TRUE
        self._where = where
        self._is_prepared = False
        self._records = record_writer(name, languages.ranges, context, with_translations=bool(languages.further))
        self._published = published
        self._last: str | None = None
        self.size = FIRST_BATCH_SIZE
        self.is_done = False

    async def count(self) -> int:
        """How many rows there are. Raises StoreError."""
        counts = self._published.counts
        if counts is not None and self._is_whole and self._listed.collection in counts:
            return counts[self._listed.collection]
        await self._prepare()
        fetch = Fetch(self._listed.collection, self._where, limit=1, project={"slug": 1}, extras={"total": TOTAL})
        return (await self._read(fetch)).total

    async def batch(self) -> list[Record]:
        """Read the next records. After an exception, the next call reads the same rows.

        Raises BadUserInput, RevisionGone, StoreError.
        """
        await self._prepare()
        fetch = self._fetch()
        fetched = await self._read(fetch)
        # Only after the read is it certain that the revision was complete during the read.
        self._check(await self._store.published())
        units = [row["_id"] for row in fetched.extras.get(UNITS_KEY, ())]
        if len(units) > 1:
            raise mixed_units_error(WHERE, units)
        rows = fetched.documents
        last = rows[-1][self._listed.key] if rows else self._last
        await self._unlink_missing(rows)
        records = self._records.write(rows, self._published.revision)
        self._last, self.is_done = last, len(rows) < fetch.limit
        return records

    async def _prepare(self) -> None:
        """Make the filter one that the rows themselves answer, once."""
        if self._is_prepared:
            return
        where = await by_slugs(self._read, self._where) if self._listed.type_name == "Source" else self._where
        self._where, self._is_prepared = all_of(self._listed.scope, where), True

    async def _read(self, fetch: Fetch) -> Fetched:
        return await self._store.fetch(fetch, self._published)

    def _fetch(self) -> Fetch:
        compares = self._last is None and compares_unpinned_figures(self._where)
        return Fetch(
            self._listed.collection,
            self._where,
            bounds=TRUE if self._last is None else after(self._by_key, (self._last,)),
            order=self._by_key,
            limit=self.size,
            project=self._records.project,
            extras={UNITS_KEY: self._units()} if compares else {},
        )

    async def _unlink_missing(self, rows: Sequence[Document]) -> None:
        """Set null where an indicator is said to be a part of one that no metric is about."""
        wanted = sorted({row[PART_OF] for row in rows if row.get(PART_OF)})
        if not wanted:
            return
        named = Fetch(self._listed.collection, Compare("slug", "in", tuple(wanted)), project={"slug": 1})
        known = {row["slug"] for row in (await self._read(named)).documents}
        for row in rows:
            if row[PART_OF] not in known:
                row[PART_OF] = None

    def _units(self) -> Extra | Fetch:
        return units_of(self._listed.collection, without_figure_comparisons(self._where))

    def _check(self, current: Published) -> None:
        """Raise RevisionGone if the revision is no longer readable or the database was recreated."""
        started = self._published
        is_newer = current.revision > started.revision
        is_same = (current.revision, current.epoch) == (started.revision, started.epoch)
        if current.oldest_readable > started.revision or not (is_newer or is_same):
            raise RevisionGone(f"revision {started.revision} has been superseded for too long")
