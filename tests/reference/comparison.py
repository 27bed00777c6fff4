"""Compare two answers: data, error codes and paths.

Not compared are the bytes of cursors, times, scores, and which paths a change has.
"""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.reference.contract import A_SCORE, A_TIME, Answer
from tests.reference.pages import CURSOR
from tests.reference.past import SOME_PATHS

INTERNAL = "INTERNAL_SERVER_ERROR"


def difference(ours: Answer, reference: Answer) -> str | None:
    """The first difference between the server's answer and the reference's, None where they are the same."""
    codes = [code for code, _ in ours.errors]
    if INTERNAL in codes:
        return f"an internal error at {ours.errors[codes.index(INTERNAL)][1]}; the reference: {reference.errors}"
    return next(_differences(ours.data, reference.data, ""), None) or _of_errors(ours, reference)


def _of_errors(ours: Answer, reference: Answer) -> str | None:
    """Compare codes and paths: every error is one that the operation has, and explains a place that is null.

    Of several fields beside one another that fail, executors may leave out all but the first.
    """
    same = _places(ours) == _places(reference)
    possible = {*reference.possible, *reference.errors}
    same = same and all(error in possible for error in ours.errors)
    return None if same else f"errors {ours.errors}; the reference: {reference.errors}"


def _places(answer: Answer) -> set[tuple[str, tuple[str | int, ...]]]:
    return {(code, _place(answer.data, path)) for code, path in answer.errors}


def _place(data: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    for depth, step in enumerate(path):
        if data is None:
            return path[:depth]
        data = data[step]
    return path


def _differences(ours: Any, reference: Any, at: str) -> Iterator[str]:
    told = f"{at}: {ours!r}; the reference: {reference!r}"
    if reference == list(SOME_PATHS):
        if not (isinstance(ours, list) and ours and all(isinstance(one, str) for one in ours)):
            yield told
    elif isinstance(reference, dict) and isinstance(ours, dict):
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


def contained(less: Any, more: Any) -> bool:
    """Whether data is in the data of an operation that selects more."""
    if isinstance(less, dict) and isinstance(more, dict):
        return all(key in more and contained(value, more[key]) for key, value in less.items())
    if isinstance(less, list) and isinstance(more, list):
        return len(less) == len(more) and all(map(contained, less, more))
    return bool(less == more)
