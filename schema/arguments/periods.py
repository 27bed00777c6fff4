"""Predicates on the days of a period. Pure.

Periods compare by their first and last day, not by their text: `2025`, `2025-01/2025-12` and `2025-33/2025-36` are
equal.
"""

from loaders.store.predicates import AllOf, AnyOf, Compare, Exists, Not, Predicate
from loaders.values.edtf import Span, parse_edtf
from schema.base.errors import BadUserInput


def read_span(text: str, argument: str) -> Span:
    """Parse a period in EDTF. argument: the argument's name, for errors.

    Raises BadUserInput.
    """
    try:
        return parse_edtf(text)
    except ValueError as error:
        raise BadUserInput(f'"{argument}" is no period: {error}') from None


def during(path: str, span: Span) -> Predicate:
    """The predicate that the period at a path has exactly these days.

    An open end equals only an open end, and an unknown end only an unknown end.
    """
    return AllOf(
        (
            *_end_is(f"{path}.start", span.start, is_open=span.start_is_open),
            *_end_is(f"{path}.end", span.end, is_open=span.end_is_open),
        )
    )


def _end_is(path: str, day: str | None, *, is_open: bool) -> tuple[Predicate, ...]:
    if day is not None:
        return (Compare(path, "eq", day),)
    return Not(Exists(path)), Compare(f"{path}_is_open", "eq", is_open)


def covers(path: str, day: str) -> Predicate:
    """The predicate that the period at a path is known to include a day.

    An open end is no bound. If one end is unknown, only the day at the other end is known to be included.
    """
    start, end = f"{path}.start", f"{path}.end"
    has_begun, has_not_ended = Compare(start, "lte", day), Compare(end, "gte", day)
    # One part per combination of ends, so that an index serves each.
    return AnyOf(
        (
            AllOf((has_begun, has_not_ended)),
            AllOf((has_begun, Compare(f"{end}_is_open", "eq", value=True))),
            AllOf((has_not_ended, Compare(f"{start}_is_open", "eq", value=True))),
            Compare(start, "eq", day),
            Compare(end, "eq", day),
        )
    )
