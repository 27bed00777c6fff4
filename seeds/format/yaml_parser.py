"""Parse the YAML of seed files as data only (YAML 1.2 core schema), with the line of every field.

Numbers keep their digits (Decimal), `no` and `on` are strings, dates are strings. Anchors, aliases, tags and
repeated keys are rejected.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import yaml

from seeds.format.numerals import advice_for
from seeds.format.problems import FieldPath, Unreadable, shown

MAX_DEPTH: Final = 32
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
# A value of a flow mapping with the text after it, up to the next key or the end of the mapping.
_RUN: Final = re.compile(r"[^{}\[\]]*?(?=\s*(?:,\s*[\w-]+\s*:\s|,?\s*}))")
# Full-width punctuation, as Chinese keyboards type it, and its YAML equivalents.
_WIDE: Final = {"：": ": ", "，": ", ", "｛": "{", "｝": "}", "［": "[", "］": "]"}
# libyaml's messages where a text without quotes has YAML punctuation.
_QUOTE: Final = ("mapping values are not allowed", "cannot start any token", "did not find expected ','")
_WORDS: Final = {"": None, "~": None, "null": None, "true": True, "false": False}

# libyaml's parser, if PyYAML was built with it: ten times faster, with the same events.
_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Iterator[tuple[Any, dict[FieldPath, int]]]:
    """Yield each document of a stream with the lines of its fields, counted from 1.

    Raises Unreadable.
    """
    events = yaml.parse(text, Loader=_Loader)
    try:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                lines: dict[FieldPath, int] = {}
                yield _Document(text, events, lines).value(next(events), ()), lines
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(text, error) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, text.find(chr(error.character))) + 1
        raise Unreadable(line, f"YAML does not allow the character U+{error.character:04X}; remove it") from None


def _not_yaml(text: str, error: yaml.MarkedYAMLError) -> Unreadable:
    mark, around = error.problem_mark, error.context_mark
    # At the end of the text, libyaml gives the line after the last.
    line = min(mark.line, text.count("\n")) + 1 if mark else 1
    if mark and text[mark.index : mark.index + 1] == "\t":
        return Unreadable(line, "a tab can't indent YAML; use spaces")
    context = f", {error.context} that begins on line {around.line + 1}" if around else ""
    written = text.split("\n")[line - 1]
    if wide := next((sign for sign in _WIDE if sign in written), None):
        context += f"; between fields, write {_WIDE[wide]!r} and not {wide!r}"
    elif any(cause in str(error.problem) for cause in _QUOTE):
        context += "; put a text that has , : # [ ] { } or quotation marks in quotes"
    return Unreadable(line, f"this is not YAML: {error.problem}{context}")


class _Document:
    """Builds the value of one document from parser events, and records the line of each field."""

    def __init__(self, text: str, events: Iterator[Any], lines: dict[FieldPath, int]) -> None:
        self._text = text
        self._events = events
        self._lines = lines

    def value(self, event: Any, path: FieldPath) -> Any:
        """Build the value that begins with an event.

        Raises Unreadable.
        """
        line = event.start_mark.line + 1
        self._lines.setdefault(path, line)
        _reject_decorated(event, path)
        if len(path) > MAX_DEPTH:
            raise Unreadable(line, f"the data is nested more than {MAX_DEPTH} levels deep", path[:3])
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, is_flow=bool(event.flow_style))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return _scalar(event.value) if event.implicit[0] else event.value

    def _mapping(self, path: FieldPath, *, is_flow: bool) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        before: Any = None
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            _reject_decorated(event, path)
            if not isinstance(event, yaml.ScalarEvent):
                raise Unreadable(line, "a key is a plain word, not a list or an object", path)
            key = event.value
            if key in mapping:
                said = f"this key is repeated (first on line {self._lines[(*path, key)]}); keep one of them"
                raise Unreadable(line, said, (*path, key))
            value = next(self._events)
            if is_flow and self._is_bare(event, value):
                raise _split_at_comma(mapping, key, self._written(before or event), path, line)
            if wide := next((sign for sign in _WIDE if sign in key), None):
                raise Unreadable(line, f"{shown(key)} is not a key; write {_WIDE[wide]!r} and not {wide!r}", path)
            before = value
            self._lines[(*path, key)] = line
            mapping[key] = self.value(value, (*path, key))
        return mapping

    def _written(self, event: Any) -> str:
        """The text from an event to the next key or the end of the mapping, on one line."""
        found = _RUN.match(self._text, event.start_mark.index)
        return " ".join(found[0].split()) if found else ""

    def _is_bare(self, key: Any, value: Any) -> bool:
        """Whether a key of a flow mapping has neither a colon nor a value."""
        is_empty = isinstance(value, yaml.ScalarEvent) and value.value == "" and value.implicit[0]
        return is_empty and ":" not in self._text[key.end_mark.index : value.end_mark.index]

    def _sequence(self, path: FieldPath) -> list[Any]:
        sequence: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            sequence.append(self.value(event, (*path, len(sequence))))
        return sequence


def _reject_decorated(event: Any, path: FieldPath) -> None:
    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise Unreadable(line, "anchors and aliases are not allowed; write the value out", path)
    if event.tag is not None:
        raise Unreadable(line, f"the tag {shown(event.tag)} is not allowed; write plain data", path)


def _split_at_comma(mapping: dict[str, Any], key: str, written: str, path: FieldPath, line: int) -> Unreadable:
    """Explain a key without a colon in a flow mapping: usually, it belongs to the value before it.

    written: that value and the key, as in the file.
    """
    last, before = list(mapping.items())[-1] if mapping else ("", None)
    if isinstance(before, int | Decimal) and (right := advice_for(written)):
        return Unreadable(line, f"{shown(written)} is not a number; write {right}", (*path, last))
    if not isinstance(before, str):
        return Unreadable(line, f"{shown(key)} has no value; write {key}: and its value", path)
    quoted = written.replace('"', "")
    return Unreadable(
        line, f'a comma ends a text without quotes; put it in quotes: {last}: "{quoted}"', (*path, last)
    )


def _scalar(text: str) -> Any:
    """Resolve a plain scalar as JSON would; numbers keep their digits."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    return text
