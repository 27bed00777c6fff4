"""How long what is being answered may still take: set around a request, read by each operation of the store."""

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
    """End the store's operations in this block, and in the tasks that it starts, `seconds` from now at the latest.

    One inside another can only be earlier.
    """
    token = set_deadline(seconds)
    try:
        yield
    finally:
        unset_deadline(token)


def set_deadline(seconds: float) -> Token[float]:
    """As `deadline`, until `unset_deadline` is given what this gives."""
    return _ends_at.set(min(_ends_at.get(), monotonic() + seconds))


def unset_deadline(token: Token[float]) -> None:
    """Let what was before `set_deadline` hold again."""
    _ends_at.reset(token)


def time_left_ms(at_most: int) -> int:
    """How long an operation may take that by itself may take `at_most`.

    Raises StoreTimeout when nothing is left.
    """
    if (ends_at := _ends_at.get()) == inf:
        return at_most
    left_ms = int((ends_at - monotonic()) * 1000)
    if left_ms < 1:
        raise StoreTimeout("the request's time is up")
    return min(at_most, left_ms)
