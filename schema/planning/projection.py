"""Choose what of a stored document to bring: all of it, whole subtrees, or single paths.

Leaving out a path costs the database a little and saves the server more, as each element that travels must be made
into a Python object. Paths pay where at least two fifths of the elements are left out; where less is, whole subtrees
or documents are as fast (measured by `bench/projection.py`, figures in `docs/engineering/performance.md`).
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints, is_typeddict

from loaders import documents

# What a selection needs of a document: a subtree each key, True for all of it.
Tree = dict[str, Any]

WORTH: Final = 0.6
_TYPES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        name: getattr(documents, name)
        for name in ("District", "Pillar", "Initiative", "Metric", "Award", "Indicator", "Source")
    }
)
_CARRIED: Final = {"sources": list[documents.Source], "indicators": list[documents.Indicator]}
# How many items an array of a district like Baiyun has.
_USUAL: Final[Mapping[str, int]] = MappingProxyType(
    {"pillars": 4, "initiatives": 4, "metrics": 2, "systems": 2, "codes": 3, "indicators": 25, "tokens": 10}
)


def projection(tree: Tree, type_name: str, *, or_whole: bool) -> dict[str, int] | None:
    """The paths to bring, without those that are not worth leaving out; None for whole documents, if `or_whole`."""
    type_ = _TYPES[type_name]
    if or_whole and _wanted(tree, type_) > WORTH * elements(type_):
        return None
    # A row carries what its slugs name, as its district does.
    hints = _CARRIED | get_type_hints(type_)
    return _paths({key: _pruned(subtree, hints.get(key)) for key, subtree in tree.items()})


def with_paths(project: Mapping[str, int], more: Iterable[str]) -> dict[str, int]:
    """A projection with further paths, which lead to plain values."""
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
        return sum(1 + _USUAL.get(key, 1) * elements(hint) for key, hint in get_type_hints(type_).items())
    if get_origin(type_) is list:
        return 1 + elements(get_args(type_)[0])
    if get_origin(type_) in {UnionType, Union}:
        return max(map(elements, get_args(type_)))
    return 0


def _pruned(tree: Any, type_: Any) -> Any:
    below = _object_of(type_)
    # What is computed from elsewhere, such as a ranking, is stored under no key and has no type here.
    if tree is True or below is None or _wanted(tree, below) > WORTH * elements(below):
        return True
    hints = get_type_hints(below)
    return {key: _pruned(subtree, hints.get(key)) for key, subtree in tree.items()}


def _wanted(tree: Any, type_: Any) -> float:
    """How many elements of a stored type a tree brings."""
    if tree is True:
        return elements(type_)
    below = _object_of(type_)
    hints = get_type_hints(below)
    return sum(1 + _USUAL.get(key, 1) * _wanted(subtree, hints[key]) for key, subtree in tree.items() if key in hints)


def _object_of(type_: Any) -> Any:
    """The stored object that a value is, may be, or is a list of."""
    if is_typeddict(type_):
        return type_
    return next((found for found in map(_object_of, get_args(type_)) if found is not None), None)
