"""Choose what to project of a stored document: all of it, whole subtrees, or single paths.

A projection costs the database a little and saves the server more, as each returned element becomes a Python object.
It pays if at least two fifths of the elements are left out; otherwise whole subtrees or documents are as fast
(measured by `bench/projection.py`, figures in `docs/engineering/performance.md`).
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints, is_typeddict

from loaders import documents

# What a selection needs of a document: a subtree for each key, True for all of it.
Tree = dict[str, Any]

MAX_WANTED_SHARE: Final = 0.6
_STORED_TYPES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        name: getattr(documents, name)
        for name in ("District", "Pillar", "Initiative", "Metric", "Observation", "Award", "Indicator", "Source")
    }
)
_TABLES: Final = {"sources": list[documents.Source], "indicators": list[documents.Indicator]}
# How many items an array of a district like Baiyun has; most figures have no change, rank or other report.
_USUAL_LENGTHS: Final[Mapping[str, float]] = MappingProxyType(
    {
        **{"pillars": 4, "initiatives": 4, "metrics": 2, "systems": 2, "codes": 3, "indicators": 25, "tokens": 10},
        **{"changes": 0.2, "ranks": 0.2, "other_reports": 0.1},
    }
)
# In how many languages a text usually is.
_USUAL_TEXTS: Final = 3


def projection(tree: Tree, type_name: str, *, may_be_whole: bool) -> dict[str, int] | None:
    """The paths to project; None for whole documents, which is allowed with `may_be_whole`."""
    type_ = _STORED_TYPES[type_name]
    if may_be_whole and _wanted(tree, type_) > MAX_WANTED_SHARE * elements(type_):
        return None
    # Rows contain the objects that their slugs name, as districts do.
    hints = _TABLES | get_type_hints(type_)
    return _paths({key: _pruned(subtree, hints.get(key)) for key, subtree in tree.items()})


def with_paths(project: Mapping[str, int], more: Iterable[str]) -> dict[str, int]:
    """The projection with further paths, of scalar values."""
    found = dict(project)
    for path in more:
        keys = path.split(".")
        if not any(".".join(keys[:length]) in found for length in range(1, len(keys) + 1)):
            found[path] = 1
    return found


def _paths(tree: Tree, prefix: str = "") -> dict[str, int]:
    found: dict[str, int] = {}
    for key, subtree in sorted(tree.items()):
        found |= {f"{prefix}{key}": 1} if subtree is True else _paths(subtree, f"{prefix}{key}.")
    return found


@cache
def elements(type_: Any) -> float:
    """How many elements a stored value of a type usually has below it."""
    if is_typeddict(type_):
        return sum(1 + _USUAL_LENGTHS.get(key, 1) * elements(hint) for key, hint in get_type_hints(type_).items())
    if get_origin(type_) is dict:
        return _USUAL_TEXTS
    if get_origin(type_) is list:
        return 1 + elements(get_args(type_)[0])
    if get_origin(type_) in {UnionType, Union}:
        return max(map(elements, get_args(type_)))
    return 0


def _pruned(tree: Any, type_: Any) -> Any:
    below = _object_of(type_)
    # A field that is not stored, such as a ranking, has no type here.
    if tree is True or below is None or _wanted(tree, below) > MAX_WANTED_SHARE * elements(below):
        return True
    hints = get_type_hints(below)
    return {key: _pruned(subtree, hints.get(key)) for key, subtree in tree.items()}


def _wanted(tree: Any, type_: Any) -> float:
    """How many elements of a stored type a tree selects."""
    if tree is True:
        return elements(type_)
    below = _object_of(type_)
    hints = get_type_hints(below)
    return sum(
        1 + _USUAL_LENGTHS.get(key, 1) * _wanted(subtree, hints[key]) for key, subtree in tree.items() if key in hints
    )


def _object_of(type_: Any) -> Any:
    """The stored object type of a value, an optional value or a list's items; None for scalars."""
    if is_typeddict(type_):
        return type_
    return next((found for found in map(_object_of, get_args(type_)) if found is not None), None)
