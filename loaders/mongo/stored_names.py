"""The names of collections in MongoDB: an edition that stores another shape has names of its own.

Everywhere else a collection has its plain name, such as `districts`; `loaders.mongo.driver` alone uses these. So
servers of the first edition read their `districts` while this one writes its `districts_2` beside it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Generic, Protocol, TypeVar

C_co = TypeVar("C_co", covariant=True)

# Of the edition whose shape `loaders.documents` describes. The first one stores under the plain names.
SUFFIX: Final = "_2"
FIRST_SUFFIX: Final = ""
# The stages that name another collection, and the key they name it by.
_OTHERS: Final = {"$unionWith": "coll", "$merge": "into"}


class _HasCollections(Protocol[C_co]):
    def __getitem__(self, name: str, /) -> C_co: ...


class Collections(Generic[C_co]):
    """The driver's collections of one edition, by their plain names.

    Each is created once, as that takes a tenth of the time of a small read.
    """

    def __init__(
        self, database: _HasCollections[C_co], secondary_reads: _HasCollections[C_co], suffix: str = SUFFIX
    ) -> None:
        self._databases = (database, secondary_reads)
        self.suffix = suffix
        self._made: dict[tuple[str, bool], C_co] = {}

    def of_first_edition(self) -> "Collections[C_co]":
        """The same of the first edition."""
        return Collections(*self._databases, FIRST_SUFFIX)

    def get(self, name: str, *, allow_secondary: bool) -> C_co:
        """The collection of a plain name; `allow_secondary` is that of reads (`loaders.mongo.driver`)."""
        if (name, allow_secondary) not in self._made:
            self._made[name, allow_secondary] = self._databases[allow_secondary][stored_name(name, self.suffix)]
        return self._made[name, allow_secondary]


def stored_name(collection: str, suffix: str = SUFFIX) -> str:
    """The name in MongoDB of a collection; MongoDB's own have one name for all."""
    return collection if collection.startswith("system.") else f"{collection}{suffix}"


def plain_name(stored: str) -> str:
    """The plain name of a collection of this edition, or of the first."""
    return stored.removesuffix(SUFFIX)


def stored_command(command: Mapping[str, Any]) -> dict[str, Any]:
    """A command with the name in MongoDB of its collection, which is its first value if that is a text.

    That of `explain` is a command in turn.
    """
    verb, target = next(iter(command.items()))
    if verb == "explain":
        return {**command, verb: stored_command(target)}
    return {**command, verb: stored_name(target) if isinstance(target, str) else target}


def stored_pipeline(stages: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """A pipeline with the names in MongoDB of the other collections that it reads or writes."""
    return [_stored_stage(stage) for stage in stages]


def _stored_stage(stage: Mapping[str, Any]) -> Mapping[str, Any]:
    for operator, key in _OTHERS.items():
        if operator in stage:
            given = stage[operator]
            inner = {"pipeline": stored_pipeline(given["pipeline"])} if "pipeline" in given else {}
            return {operator: {**given, **inner, key: stored_name(given[key])}}
    return stage
