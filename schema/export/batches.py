"""Flat files: everything that a filter chooses of one list, by id, in batches that are all of one revision.

Each batch is a read of its own that begins after the last id, so nothing is held between two of them, however long
whoever reads the file takes. A revision that is taken away meanwhile ends the file, and is never mixed with another.
"""

from collections.abc import Sequence
from typing import Any, Final

from graphql import GraphQLInputObjectType

from loaders.model.revisions import Published
from loaders.store.fetch import Fetch, SortKey, after
from loaders.store.predicates import TRUE, Predicate
from schema.arguments.where import compares_figures, predicate_of, without_figures
from schema.base.context import Context, Store
from schema.export.csv_columns import Column, columns_of
from schema.export.export_rows import Record, records_of
from schema.export.url_filters import coerced
from schema.graph.contract import GRAPHQL_SCHEMA
from schema.retrieval.aggregates import several_units, units_of
from schema.retrieval.flat import LISTS, UNITS

EXPORTS: Final = ("metrics", "awards", "initiatives")
# Rows of one read: at most, and of the first, since how large rows are is not known before.
BATCH: Final = 200
FIRST: Final = 25
_BY_ID: Final = (SortKey("id"),)


class RevisionGone(Exception):
    """The revision that a file is of has been taken away: newer ones were published too long ago."""


def filter_type(name: str) -> GraphQLInputObjectType:
    """The input that says which rows of a list are wanted."""
    type_ = GRAPHQL_SCHEMA.type_map[f"{LISTS[name].type_name}Filter"]
    assert isinstance(type_, GraphQLInputObjectType)
    return type_


def where_of(name: str, given: Any, *, is_locked: bool = False) -> Predicate:
    """Read the filter of a list as GraphQL would read it from variables.

    is_locked: whether errors suggest no names. Raises WrongParameter, BadUserInput.
    """
    type_ = filter_type(name)
    return predicate_of(type_, coerced(type_, given, "where", is_locked=is_locked), "where")


class Export:
    """One file that is being read. size: rows of the next read, at most `BATCH`.

    lang: the languages to choose texts by; none for every form of them.
    """

    def __init__(self, store: Store, name: str, where: Predicate, lang: Sequence[str], published: Published) -> None:
        """Begin with what is published; raises BadUserInput for what is no language."""
        context = Context(store)
        self._store = store
        self._listed = LISTS[name]
        self._where = where
        self._records = records_of(name, lang, context)
        self._published = published
        self._last: str | None = None
        self.columns: Sequence[Column] = columns_of(name, in_one_language=bool(lang))
        self.size = FIRST
        self.is_done = False

    async def batch(self) -> list[Record]:
        """The next records. Whatever it raises, the next call begins where this one did.

        Raises BadUserInput, RevisionGone, StoreError.
        """
        fetch = self._fetch()
        fetched = await self._store.fetch(fetch, self._published.revision)
        # Only now is it known whether all of its rows were still there.
        self._check(await self._store.published())
        units = [row["_id"] for row in fetched.extras.get(UNITS, ())]
        if len(units) > 1:
            raise several_units("where", units)
        rows = fetched.documents
        last = rows[-1]["id"] if rows else self._last
        records = self._records.write(rows, self._published.revision)
        self._last, self.is_done = last, len(rows) < fetch.limit
        return records

    def _fetch(self) -> Fetch:
        compares = self._last is None and compares_figures(self._where)
        return Fetch(
            self._listed.collection,
            self._where,
            bounds=TRUE if self._last is None else after(_BY_ID, (self._last,)),
            order=_BY_ID,
            limit=self.size,
            project=self._records.project,
            extras={UNITS: units_of(without_figures(self._where))} if compares else {},
        )

    def _check(self, now: Published) -> None:
        """See that what the file is of is still at hand, in the same database."""
        began = self._published
        is_same = now.revision > began.revision or (now.revision, now.epoch) == (began.revision, began.epoch)
        if now.oldest_readable > began.revision or not is_same:
            raise RevisionGone(f"revision {began.revision} has been superseded for too long")
