"""The deadline of the current request: set around the request, read by each database operation."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from math import inf
from time import monotonic
from typing import Final

from loaders.errors import StoreTimeout

_ends_at: Final[ContextVar[float]] = ContextVar("ends_at", default=inf)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Limit database operations in this block, and in tasks that it starts, to `seconds` from now.

    A nested deadline can only be earlier than the one around it.
    """
    token = set_deadline(seconds)
    try:
        yield
    finally:
        unset_deadline(token)


def set_deadline(seconds: float) -> Token[float]:
    """Set a deadline as `deadline` does; pass the token to `unset_deadline` to end it."""
    return _ends_at.set(min(_ends_at.get(), monotonic() + seconds))


def lift_deadline() -> Token[float]:
    """Remove the deadline, for work that outlives the request that begins it; end this with `unset_deadline`."""
    return _ends_at.set(inf)


def time_left_s() -> float:
    """The seconds until the deadline; infinite without one, negative after it."""
    return _ends_at.get() - monotonic()


def unset_deadline(token: Token[float]) -> None:
    """Restore the deadline from before `set_deadline` or `lift_deadline`."""
    _ends_at.reset(token)


def time_left_ms(at_most: int) -> int:
    """The time an operation has, in milliseconds: `at_most`, or what is left until the deadline.

    Raises StoreTimeout when no time is left.
    """
    if (ends_at := _ends_at.get()) == inf:
        return at_most
    left_ms = int((ends_at - monotonic()) * 1000)
    if left_ms < 1:
        raise StoreTimeout("the request's time is up")
    return min(at_most, left_ms)
