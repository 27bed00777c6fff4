"""Open seed files and choose the parser by suffix: YAML, JSON or JSON Lines, with one district each.

A JSON Lines file is read as a stream, so that it takes no more memory than its largest district. A `Problem` is
yielded in place of a record that can't be read.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import IO, Any, Final

from seeds.format.json_parser import is_json, json_lines, read_json
from seeds.format.problems import FieldPath, Lines, Problem, Unreadable, line_of
from seeds.format.yaml_parser import read_yaml

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
MAX_RECORD_BYTES: Final = 4 * 1024 * 1024
# A byte order mark at the beginning of a line, where no text of a district can have one.
_JOINED: Final = re.compile("^\ufeff", re.MULTILINE)
_BYTE_ORDER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
SUFFIXES: Final = "YAML (.yaml, .yml), JSON (.json) or JSON Lines (.jsonl)"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record is in a file; `prefix` is its index in a file that is an array."""

    file: str
    lines: Callable[[], Lines]
    prefix: FieldPath = ()

    def problem(self, path: FieldPath, message: str) -> Problem:
        """Make a problem with one field of the record."""
        place = (*self.prefix, *path)
        return Problem(self.file, self.line(path), place, message)

    def line(self, path: FieldPath = ()) -> int:
        """Find the line of one field of the record."""
        return line_of((*self.prefix, *path), self.lines())

    def __str__(self) -> str:
        return f"{self.file}:{self.line()}"


@dataclass(frozen=True, slots=True)
class Record:
    """One district as read, unchecked, with its place in the file."""

    value: Any
    location: Location


def read_file(path: Path) -> Iterator[Record | Problem]:
    """Yield the districts of a file, and a problem for each that can't be read."""
    name = str(path)
    reader = _READERS.get(path.suffix.lower())
    try:
        if path.is_dir():
            yield Problem(name, 1, (), f"this is a directory; name files: {SUFFIXES}")
        elif reader is None:
            yield Problem(name, 1, (), f"the file type is not supported; use {SUFFIXES}")
        else:
            with open(path, "rb") as file:
                if file.peek(3).startswith(_BYTE_ORDER_MARKS):
                    raise Unreadable(1, "the file begins with a byte order mark; save it as UTF-8 without one")
                empty = True
                for item in reader(name, file):
                    empty = False
                    yield item
                if empty:
                    yield Problem(name, 1, (), "the file has no district")
    except Unreadable as fault:
        yield Problem(name, fault.line, fault.path, str(fault))
    except FileNotFoundError:
        yield Problem(name, 1, (), "there is no such file")
    except OSError as error:
        yield Problem(name, 1, (), f"the file can't be read: {error.strerror}")


def _read_yaml(name: str, file: IO[bytes]) -> Iterator[Record]:
    for value, lines in read_yaml(_whole_text(file)):
        if value is not None:
            yield Record(value, Location(name, partial(_same, lines)))


def _read_json(name: str, file: IO[bytes]) -> Iterator[Record]:
    text = _whole_text(file)
    if not text.strip():
        return
    value = read_json(text)
    # Computed once, when there is a problem: bulk files often have the same fault in every district.
    lines = cache(partial(json_lines, text))
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield Record(item, Location(name, lines, (index,)))
    else:
        yield Record(value, Location(name, lines))


def _read_json_lines(name: str, file: IO[bytes]) -> Iterator[Record | Problem]:
    number, is_first = 0, True
    while line := file.readline(MAX_RECORD_BYTES + 1):
        number, text = number + 1, ""
        if len(line) > MAX_RECORD_BYTES:
            raise Unreadable(number, _too_large("a line", MAX_RECORD_BYTES))
        try:
            text = _decode(line)
            if text.strip():
                yield Record(read_json(text), Location(name, partial(_same, {(): number})))
                is_first = False
        except Unreadable as fault:
            if is_first and text:
                _reject_other_format(text, number, file)
            is_first = False
            yield Problem(name, number, fault.path, str(fault))


def _reject_other_format(first: str, number: int, file: IO[bytes]) -> None:
    """Raise Unreadable if a file isn't JSON Lines at all, instead of reporting each of its lines.

    first: the first line that isn't blank, which isn't JSON.
    """
    begun = first.lstrip()[:1]
    if begun not in {"{", "["}:
        raise Unreadable(number, "each line of JSON Lines is an object in { }; if this is YAML, name the file .yaml")
    place = file.tell()
    rest = file.read(MAX_FILE_BYTES).decode("utf-8", "replace")
    file.seek(place)
    if rest.strip() and (first.strip() in {"{", "["} or is_json(first + rest)):
        raise Unreadable(
            number,
            "this is JSON over several lines; name the file .json, or write each district on one line",
        )


def _same(lines: Lines) -> Lines:
    return lines


_READERS: Final[dict[str, Callable[[str, IO[bytes]], Iterator[Record | Problem]]]] = {
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".json": _read_json,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
}


def _whole_text(file: IO[bytes]) -> str:
    data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise Unreadable(1, _too_large("a file", MAX_FILE_BYTES) + "; use JSON Lines for bulk")
    return _decode(data)


def _too_large(what: str, limit: int) -> str:
    return f"{what} may have at most {limit // 1024 // 1024} MiB"


def _decode(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8") from None
    for mark in _JOINED.finditer(text):
        line = text.count("\n", 0, mark.start()) + 1
        raise Unreadable(
            line,
            "a byte order mark (U+FEFF) is in the middle of the file, perhaps because files were joined; remove it",
        )
    return text
