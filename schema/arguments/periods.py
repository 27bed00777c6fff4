"""Turn what is asked of a period's days into predicates.

Periods compare by their first and last day and never by their spelling: `2025`, `2025-01/2025-12` and
`2025-33/2025-36` are one year. Pure.
"""

from loaders.store.predicates import AllOf, AnyOf, Compare, Exists, Not, Predicate
from loaders.values.edtf import Span, parse_edtf
from schema.base.errors import BadUserInput


def read_span(text: str, argument: str) -> Span:
    """Read a period that a client wrote in EDTF. argument: its name, for errors.

    Raises BadUserInput.
    """
    try:
        return parse_edtf(text)
    except ValueError as error:
        raise BadUserInput(f'"{argument}" is no period: {error}') from None


def during(path: str, span: Span) -> Predicate:
    """The period at a path has exactly these days.

    An open end equals an open end alone, an unknown one an unknown one.
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
    """The period at a path is known to have a day.

    An open end is no bound. Where an end is unknown, only the day at the other end is known to be covered.
    """
    start, end = f"{path}.start", f"{path}.end"
    has_begun, has_not_ended = Compare(start, "lte", day), Compare(end, "gte", day)
    # One part a combination of ends, so that an index serves each.
    return AnyOf(
        (
            AllOf((has_begun, has_not_ended)),
            AllOf((has_begun, Compare(f"{end}_is_open", "eq", value=True))),
            AllOf((has_not_ended, Compare(f"{start}_is_open", "eq", value=True))),
            Compare(start, "eq", day),
            Compare(end, "eq", day),
        )
    )
