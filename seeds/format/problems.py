"""Problems with an input: what is wrong, where, and how messages show values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

FieldPath: TypeAlias = tuple[str | int, ...]
Lines: TypeAlias = Mapping[FieldPath, int]

_SHOWN: Final = 60
_PLAIN_KEY: Final = re.compile(rf"[A-Za-z_$][\w$-]{{,{_SHOWN}}}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: the file as the user named it, a line counted from 1, the field's path, and a message."""

    file: str
    line: int
    path: FieldPath
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        field = path_text(self.path)
        return f"{place}: {field}: {self.message}" if field else f"{place}: {self.message}"


class Unreadable(Exception):
    """The text is not valid in its format; `line` is counted from 1."""

    def __init__(self, line: int, message: str, path: FieldPath = ()) -> None:
        super().__init__(message)
        self.line = line
        self.path = path


def path_text(path: FieldPath) -> str:
    """Format a field path: `pillars[0].slug`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{shown(step)}]"
    return text


def shown(value: str | int | Decimal) -> str:
    """Format a value for a message: as editors write it, shortened, without unprintable characters."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        head = value[:_SHOWN]
        text = repr(head) if head.isprintable() else ascii(head)
    else:
        text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def line_of(path: FieldPath, lines: Lines) -> int:
    """Find the line of a field, or of its nearest ancestor that is in the file."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def written_path(value: Any, path: FieldPath) -> FieldPath:
    """The path without the language of a text that is written without one."""
    for length, step in enumerate(path):
        if isinstance(value, str):
            return path[:length]
        try:
            value = value[step]
        except (LookupError, TypeError):
            return path
    return path
