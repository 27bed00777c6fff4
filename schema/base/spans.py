"""Spans of time inside a request, for whoever traces it: nothing is measured and nothing kept where no one does."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any, Final, TypeAlias

# Opens a span that ends with its block.
Opener: TypeAlias = Callable[[str], AbstractContextManager[Any]]

_SILENT: Final[AbstractContextManager[Any]] = nullcontext()


def _silently(_: str) -> AbstractContextManager[Any]:
    return _SILENT


opener: Final[ContextVar[Opener]] = ContextVar("opener", default=_silently)


def span(name: str) -> AbstractContextManager[Any]:
    """A block of a request that has a name."""
    return opener.get()(name)
