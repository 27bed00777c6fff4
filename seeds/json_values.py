"""Read JSON with exact numbers and no repeated keys, and find the line of a field when one is needed."""

import json
import re
from bisect import bisect_left
from decimal import Decimal
from typing import Any, Final

from seeds.problems import FieldPath, Unreadable

MAX_INTEGER_DIGITS: Final = 18
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_LITERAL: Final = re.compile(r"[^,\]}\s]+")


class _RepeatedKey(ValueError):
    pass


def read_json(text: str) -> Any:
    """Parse one JSON text; numbers come as int or Decimal with their digits kept.

    Raises Unreadable.
    """
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Unreadable(error.lineno, f"this is not JSON: {error.msg} (column {error.colno})") from None
    except _RepeatedKey as error:
        _, (line, path) = _locate(text)
        raise Unreadable(line, f"the key {error.args[0]!a} stands here again", path) from None
    except ValueError as error:
        raise Unreadable(1, str(error)) from None
    except RecursionError:
        raise Unreadable(1, "the data is nested too deep") from None


def json_lines(text: str) -> dict[FieldPath, int]:
    """Find the line of every field of a valid JSON text; slow, for when something is wrong."""
    return _locate(text)[0]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKey(next(key for key in keys if keys.count(key) > 1))
    return mapping


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= MAX_INTEGER_DIGITS else Decimal(digits)


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no figure; leave the field out where nothing is known")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=Decimal, parse_int=_integer, parse_constant=_constant
)


def _string(text: str, position: int) -> tuple[str, int]:
    """Read the string that begins at a position; returns it and the position behind it."""
    value, end = _DECODER.raw_decode(text, position)
    return str(value), end


def _locate(text: str) -> tuple[dict[FieldPath, int], tuple[int, FieldPath]]:
    """Walk a JSON text; returns the lines of its fields, and line and path of the first repeated key."""
    lines: dict[FieldPath, int] = {}
    repeated: list[tuple[int, FieldPath]] = []
    ends = [match.start() for match in re.finditer("\n", text)]

    def line_at(position: int) -> int:
        return bisect_left(ends, position) + 1

    def skip(position: int) -> int:
        match = _SPACE.match(text, position)
        assert match is not None
        return match.end()

    def walk(position: int, path: FieldPath) -> int:
        """Note the value that begins here; returns the position behind it."""
        lines.setdefault(path, line_at(position))
        if text[position] == '"':
            return _string(text, position)[1]
        if text[position] not in "{[":
            match = _LITERAL.match(text, position)
            assert match is not None
            return match.end()
        is_object, position, index = text[position] == "{", skip(position + 1), 0
        while text[position] not in "}]":
            step: str | int = index
            if is_object:
                key_line = line_at(position)
                step, position = _string(text, position)
                position = skip(skip(position) + 1)
                if (*path, step) in lines:
                    repeated.append((key_line, (*path, step)))
                lines[(*path, step)] = key_line
            position = skip(walk(position, (*path, step)))
            if text[position] == ",":
                position = skip(position + 1)
            index += 1
        return position + 1

    walk(skip(0), ())
    return lines, repeated[0] if repeated else (1, ())
