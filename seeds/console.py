"""Where the loader's commands write, and in which words they count."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True)
class Console:
    """Where commands write: results to `out`, all other messages through `tell`."""

    out: IO[str]
    tell: Callable[[str], None]


def counted(number: int, what: str) -> str:
    """A number of things, in words: `1 district`, `2 districts`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def utf8_output() -> IO[str]:
    """Standard output as UTF-8, whatever the terminal's encoding."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure:
        reconfigure(encoding="utf-8", errors="backslashreplace")
    return sys.stdout
