"""Compare two answers: data, error codes and paths.

Not compared are the bytes of cursors, times, scores, and the order of what a search finds.
"""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLError, Node, parse

from tests.reference.contract import A_SCORE, A_TIME, Answer
from tests.reference.pages import CURSOR

INTERNAL = "INTERNAL_SERVER_ERROR"


def difference(ours: Answer, reference: Answer, query: str) -> str | None:
    """The first difference between the server's answer and the reference's, None where they are the same."""
    codes = [code for code, _ in ours.errors]
    if INTERNAL in codes:
        return f"an internal error at {ours.errors[codes.index(INTERNAL)][1]}; the reference: {reference.errors}"
    found = _of_data(ours.data, reference.data, _searches(query))
    return found or _of_errors(ours, reference, _searches(query))


def _of_errors(ours: Answer, reference: Answer, searches: set[str]) -> str | None:
    """Compare codes and paths: every error is one that the operation has, and explains a place that is null.

    Of several fields beside one another that fail, executors may leave out all but the first.
    """
    same = _places(ours) == _places(reference)
    possible = {(code, _named(path, searches)) for code, path in (*reference.possible, *reference.errors)}
    for code, path in ours.errors:
        place = _named(path, searches)
        same = same and (code, place) in possible
    return None if same else f"errors {ours.errors}; the reference: {reference.errors}"


def _named(path: tuple[str | int, ...], searches: set[str]) -> tuple[str | int, ...]:
    """A path; of a search, without the places of its results, whose order isn't compared."""
    return tuple(step for step in path if isinstance(step, str)) if path and path[0] in searches else path


def _places(answer: Answer) -> set[tuple[str, tuple[str | int, ...]]]:
    return {(code, _place(answer.data, path)) for code, path in answer.errors}


def _place(data: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    for depth, step in enumerate(path):
        if data is None:
            return path[:depth]
        data = data[step]
    return path


def _of_data(ours: Any, reference: Any, searches: set[str]) -> str | None:
    if isinstance(ours, dict) and isinstance(reference, dict):
        for key in searches & ours.keys() & reference.keys():
            found = _of_search(ours[key], reference[key], key)
            if found:
                return found
            ours, reference = {**ours, key: None}, {**reference, key: None}
    return next(_differences(ours, reference, ""), None)


def _of_search(ours: Any, reference: Any, at: str) -> str | None:
    """Compare a page of a search: each of its items is one that the reference found, in whatever order."""
    if ours is None or reference is None:
        return next(_differences(ours, reference, at), None)
    if list(ours) != list(reference):
        return f"{at}: keys {list(ours)}; the reference: {list(reference)}"
    for key in ours:
        if not isinstance(ours[key], list):
            if found := next(_differences(ours[key], reference[key], f"{at}.{key}"), None):
                return found
            continue
        left = list(reference[key])
        if len(ours[key]) != min(len(left), 100) and len(ours[key]) not in range(1, len(left)):
            return f"{at}.{key}: {len(ours[key])} items; the reference: {len(left)}"
        for item in ours[key]:
            same = next((one for one in left if not any(_differences(item, one, ""))), None)
            if same is None:
                return f"{at}.{key}: {item} is not among {left}"
            left.remove(same)
    return None


def _differences(ours: Any, reference: Any, at: str) -> Iterator[str]:
    told = f"{at}: {ours!r}; the reference: {reference!r}"
    if isinstance(reference, dict) and isinstance(ours, dict):
        if list(ours) != list(reference):
            yield f"{at}: keys {list(ours)}; the reference: {list(reference)}"
            return
        for key in ours:
            yield from _differences(ours[key], reference[key], f"{at}.{key}")
    elif isinstance(reference, list) and isinstance(ours, list):
        if len(ours) != len(reference):
            yield f"{at}: {len(ours)} items; the reference: {len(reference)}"
            return
        for index, (one, other) in enumerate(zip(ours, reference, strict=True)):
            yield from _differences(one, other, f"{at}[{index}]")
    elif not _same_value(ours, reference):
        yield told


def _same_value(ours: Any, reference: Any) -> bool:
    if isinstance(reference, str) and reference.startswith(CURSOR):
        return isinstance(ours, str) and bool(ours)
    if reference == A_TIME:
        return isinstance(ours, datetime) or (isinstance(ours, str) and bool(datetime.fromisoformat(ours)))
    if reference == A_SCORE:
        return isinstance(ours, float | int)
    if isinstance(reference, float) and isinstance(ours, float | int) and not isinstance(ours, bool):
        return math.isclose(ours, reference, rel_tol=1e-12)
    return type(ours) is type(reference) and bool(ours == reference)


def _searches(query: str) -> set[str]:
    """The response keys of the searches of an operation."""
    try:
        document = parse(query)
    except GraphQLError:
        return set()
    return {_key(node) for node in _nodes(document) if isinstance(node, FieldNode) and node.name.value == "search"}


def _key(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def _nodes(document: DocumentNode) -> Iterator[Node]:
    waiting: list[Any] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        yield node
        if selections := getattr(node, "selection_set", None):
            waiting += selections.selections


def contained(less: Any, more: Any) -> bool:
    """Whether data is in the data of an operation that selects more."""
    if isinstance(less, dict) and isinstance(more, dict):
        return all(key in more and contained(value, more[key]) for key, value in less.items())
    if isinstance(less, list) and isinstance(more, list):
        return len(less) == len(more) and all(map(contained, less, more))
    return bool(less == more)
