"""Read seed files: YAML documents, a JSON object or array, or JSON Lines, one district each.

A file is read as a stream of records, so that bulk files take no more memory than their largest district.
What can't be read comes out as a `Problem` in place of a record.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import IO, Any, Final

from seeds.format.json_values import is_json, json_lines, read_json
from seeds.format.problems import FieldPath, Lines, Problem, Unreadable, line_of
from seeds.format.yaml_nodes import read_yaml

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
MAX_RECORD_BYTES: Final = 4 * 1024 * 1024
# At the beginning of a line, where no text of a district has one.
_JOINED: Final = re.compile("^\ufeff", re.MULTILINE)
_BYTE_ORDER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
SUFFIXES: Final = "YAML (.yaml, .yml), JSON (.json) or JSON Lines (.jsonl)"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a record stands; `prefix` is its place in a file that holds an array."""

    file: str
    lines: Callable[[], Lines]
    prefix: FieldPath = ()

    def problem(self, path: FieldPath, message: str) -> Problem:
        """Describe what is wrong with one field of the record."""
        place = (*self.prefix, *path)
        return Problem(self.file, self.line(path), place, message)

    def line(self, path: FieldPath = ()) -> int:
        """Find the line of one field of the record."""
        return line_of((*self.prefix, *path), self.lines())

    def __str__(self) -> str:
        return f"{self.file}:{self.line()}"


@dataclass(frozen=True, slots=True)
class Record:
    """One district as a plain value."""

    value: Any
    spot: Spot


def read_file(path: Path) -> Iterator[Record | Problem]:
    """Yield the districts of a file, or what keeps them from being read."""
    name = str(path)
    reader = _READERS.get(path.suffix.lower())
    try:
        if path.is_dir():
            yield Problem(name, 1, (), f"this is a directory; name files: {SUFFIXES}")
        elif reader is None:
            yield Problem(name, 1, (), f"the kind of file is not known; use {SUFFIXES}")
        else:
            with open(path, "rb") as file:
                if file.peek(3).startswith(_BYTE_ORDER_MARKS):
                    raise Unreadable(1, "the file begins with a byte order mark; save it as UTF-8 without one")
                empty = True
                for item in reader(name, file):
                    empty = False
                    yield item
                if empty:
                    yield Problem(name, 1, (), "the file holds no district")
    except Unreadable as fault:
        yield Problem(name, fault.line, fault.path, str(fault))
    except FileNotFoundError:
        yield Problem(name, 1, (), "there is no such file")
    except OSError as error:
        yield Problem(name, 1, (), f"the file can't be read: {error.strerror}")


def _read_yaml(name: str, file: IO[bytes]) -> Iterator[Record]:
    for value, lines in read_yaml(_whole_text(file)):
        if value is not None:
            yield Record(value, Spot(name, partial(_same, lines)))


def _read_json(name: str, file: IO[bytes]) -> Iterator[Record]:
    text = _whole_text(file)
    if not text.strip():
        return
    value = read_json(text)
    # Found once, when something is wrong: bulk files often have the same fault in every district.
    lines = cache(partial(json_lines, text))
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield Record(item, Spot(name, lines, (index,)))
    else:
        yield Record(value, Spot(name, lines))


def _read_json_lines(name: str, file: IO[bytes]) -> Iterator[Record | Problem]:
    number, is_first = 0, True
    while line := file.readline(MAX_RECORD_BYTES + 1):
        number, text = number + 1, ""
        if len(line) > MAX_RECORD_BYTES:
            raise Unreadable(number, _too_large("a line", MAX_RECORD_BYTES))
        try:
            text = _decode(line)
            if text.strip():
                yield Record(read_json(text), Spot(name, partial(_same, {(): number})))
                is_first = False
        except Unreadable as fault:
            if is_first and text:
                _refuse_other_format(text, number, file)
            is_first = False
            yield Problem(name, number, fault.path, str(fault))


def _refuse_other_format(first: str, number: int, file: IO[bytes]) -> None:
    """Raise Unreadable where a file isn't JSON Lines at all, so that not each of its lines is told.

    first: the first line that isn't blank, which is no JSON.
    """
    begun = first.lstrip()[:1]
    if begun not in {"{", "["}:
        raise Unreadable(number, "a line of JSON Lines is one object in { }; name a file of YAML .yaml")
    place = file.tell()
    rest = file.read(MAX_FILE_BYTES).decode("utf-8", "replace")
    file.seek(place)
    if rest.strip() and (first.strip() in {"{", "["} or is_json(first + rest)):
        raise Unreadable(
            number,
            "this is JSON over several lines; name the file .json, or write each district in a line of its own",
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
    return f"{what} takes at most {limit // 1024 // 1024} MiB"


def _decode(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8") from None
    for mark in _JOINED.finditer(text):
        line = text.count("\n", 0, mark.start()) + 1
        raise Unreadable(line, "a byte order mark (U+FEFF) stands here, as where files were joined; remove it")
    return text
