"""Tracing spans inside a request. They do nothing unless tracing sets `span_opener`."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any, Final, TypeAlias

# Opens a span as a context manager.
SpanOpener: TypeAlias = Callable[[str], AbstractContextManager[Any]]

_NO_SPAN: Final[AbstractContextManager[Any]] = nullcontext()


def _open_nothing(_: str) -> AbstractContextManager[Any]:
    return _NO_SPAN


span_opener: Final[ContextVar[SpanOpener]] = ContextVar("span_opener", default=_open_nothing)


def span(name: str) -> AbstractContextManager[Any]:
    """Open a named span of the request."""
    return span_opener.get()(name)
