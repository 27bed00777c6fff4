"""Decide from a selection what to bring from the database.

Pure: no I/O and no variable values, so that a plan holds for every request of its operation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from graphql import FieldNode, FragmentDefinitionNode, InlineFragmentNode, SelectionNode

# The fields that are selected, by name and whatever their alias, each with those under it.
Selection: TypeAlias = dict[str, "Selection"]
Fragments: TypeAlias = dict[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class DistrictPlan:
    """What a selection on districts needs.

    keys: top-level keys to bring; None for whole documents, which a nested selection mostly is.
    sources, indicators: whether slugs must be replaced by what they name.
    """

    keys: frozenset[str] | None
    sources: bool
    indicators: bool


def selection_of(nodes: Iterable[FieldNode], fragments: Fragments) -> Selection:
    """Merge what is selected under some fields; `@skip` and `@include` are taken as if they selected.

    Each fragment is walked once for each place, so the work grows with the text, not with its expansion.
    """
    selection: Selection = {}
    for node in nodes:
        if node.selection_set:
            _collect(node.selection_set.selections, selection, fragments, set())
    return selection


WHOLE_DISTRICT: Final = DistrictPlan(keys=None, sources=True, indicators=True)


def plan_districts(*selections: Selection) -> DistrictPlan:
    """Plan selections on the type District; several places of an operation may share one plan."""
    sources = any(_mentions(selection, "source") for selection in selections)
    indicators = any(_mentions(selection, "indicator") for selection in selections)
    if any("pillars" in selection for selection in selections):
        return DistrictPlan(None, sources, indicators)
    names = {name for selection in selections for name in selection if not name.startswith("__")}
    keys = {_stored_key(name) for name in names} | {"slug", "id"}
    if sources:
        keys.add("sources")
    return DistrictPlan(frozenset(keys), sources, indicators)


def _collect(
    selections: Iterable[SelectionNode], into: Selection, fragments: Fragments, seen: set[tuple[str, int]]
) -> None:
    for node in selections:
        if isinstance(node, FieldNode):
            below = into.setdefault(node.name.value, {})
            if node.selection_set:
                _collect(node.selection_set.selections, below, fragments, seen)
        elif isinstance(node, InlineFragmentNode):
            _collect(node.selection_set.selections, into, fragments, seen)
        else:
            name = node.name.value  # type: ignore[attr-defined]  # the third kind is a fragment spread
            if (name, id(into)) not in seen:
                seen.add((name, id(into)))
                _collect(fragments[name].selection_set.selections, into, fragments, seen)


def _mentions(selection: Selection, name: str) -> bool:
    return any(key == name or _mentions(below, name) for key, below in selection.items())


def _stored_key(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
