"""Read JSON with exact numbers and no repeated keys, and find the line of a field when one is needed."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from seeds.format.numerals import advice_for
from seeds.format.problems import FieldPath, Unreadable, shown

MAX_INTEGER_DIGITS: Final = 18
# Lines are not recorded below this depth: the format has no fields there, and paths would take quadratic space.
MAX_DEPTH: Final = 32
# A value without quotes after a colon.
_BARE: Final = re.compile(r':[ \t]*([^"{}\[\]\s][^"{}\[\]]*)')
# Full-width punctuation, as Chinese keyboards type it, and its JSON equivalents.
_WIDE: Final = {
    "，": ",",
    "：": ":",
    "“": '"',
    "”": '"',
    "｛": "{",
    "｝": "}",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
}
_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


class _RepeatedKey(ValueError):
    pass


def read_json(text: str) -> Any:
    """Parse one JSON text; numbers come as int or Decimal with their digits kept.

    Raises Unreadable.
    """
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Unreadable(error.lineno, _not_json(error)) from None
    except _RepeatedKey:
        line, path = next(_repeated_keys(text), (1, ()))
        raise Unreadable(line, "this key is repeated; keep one of them", path) from None
    except RecursionError:
        raise Unreadable(1, f"the data is nested more than {MAX_DEPTH} levels deep") from None


def is_json(text: str) -> bool:
    """Whether a text begins with a JSON value, whatever follows it."""
    try:
        _DECODER.raw_decode(text.lstrip())
    except (json.JSONDecodeError, _RepeatedKey, RecursionError):
        return False
    return True


def _not_json(error: json.JSONDecodeError) -> str:
    line = error.doc.split("\n")[error.lineno - 1]
    for found in _BARE.finditer(line):
        written = found[1].rstrip(", ")
        if found.start() < error.colno <= found.end() + 1 and (right := advice_for(written)):
            return f"{shown(written)} is not a number; write {right}"
    if error.pos < len(error.doc) and error.doc[error.pos] in _WIDE:
        return f"{shown(error.doc[error.pos])} is not JSON punctuation; write {_WIDE[error.doc[error.pos]]}"
    if error.msg == "Extra data":
        return (
            f"this is not JSON: {error.msg} (column {error.colno}); write several districts as an array, or in .jsonl"
        )
    return f"this is not JSON: {error.msg} (column {error.colno})"


def json_lines(text: str) -> dict[FieldPath, int]:
    """Find the line of every field of a valid JSON text; slow, so used only to report problems."""
    lines: dict[FieldPath, int] = {}
    for path, line, _ in _places(text):
        lines.setdefault(path, line)
    return lines


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _RepeatedKey
    return mapping


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= MAX_INTEGER_DIGITS else Decimal(digits)


def _decimal(literal: str) -> Decimal:
    try:
        return Decimal(literal)
    except InvalidOperation:
        # The exponent is too large for Decimal. The model rejects infinite figures, and knows the field.
        return Decimal("Infinity")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_float=_decimal,
    parse_int=_integer,
    # The model rejects NaN and Infinity, and knows the field.
    parse_constant=Decimal,
)


@dataclass(slots=True)
class _Open:
    """An open object or array; `step` is the current key or index, None where a key comes next."""

    path: FieldPath
    step: str | int | None

    @property
    def place(self) -> FieldPath:
        return self.path if self.step is None else (*self.path, self.step)


def _repeated_keys(text: str) -> Iterator[tuple[int, FieldPath]]:
    """Yield line and path of each repeated key; the text need only be valid up to there."""
    seen: set[FieldPath] = set()
    for path, line, is_key in _places(text):
        if is_key and path in seen:
            yield line, path
        if is_key:
            seen.add(path)


def _places(text: str) -> Iterator[tuple[FieldPath, int, bool]]:
    """Yield path and line of every key (True) and every value (False) down to MAX_DEPTH, in order."""
    around: list[_Open] = []
    line, counted = 1, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", counted, token.start())
        counted, mark = token.start(), token[0]
        inner = around[-1] if around else _Open((), None)
        is_key = bool(around) and inner.step is None
        if mark in "}]":
            around.pop()
        elif mark == ",":
            inner.step = inner.step + 1 if isinstance(inner.step, int) else None
        elif mark != ":" and len(around) <= MAX_DEPTH:
            if is_key:
                inner.step = str(json.loads(mark))
            yield inner.place, line, is_key
        if mark in "{[":
            around.append(_Open(inner.place if len(around) <= MAX_DEPTH else (), None if mark == "{" else 0))
