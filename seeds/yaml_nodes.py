"""Read YAML as data only: the JSON-like core of YAML 1.2, with the line of every field.

Numbers keep their digits (Decimal), `no` and `on` are words, dates are text. Anchors, aliases, tags and
repeated keys are refused.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import yaml

from seeds.problems import FieldPath, Unreadable, shown

MAX_DEPTH: Final = 32
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_WORDS: Final = {"": None, "~": None, "null": None, "true": True, "false": False}

# libyaml's parser where PyYAML was built with it: ten times faster, the same events.
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
                yield _value(next(events), events, (), lines), lines
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(text, error) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, text.find(chr(error.character))) + 1
        raise Unreadable(line, f"YAML takes no character U+{error.character:04X}; remove it") from None


def _not_yaml(text: str, error: yaml.MarkedYAMLError) -> Unreadable:
    mark, around = error.problem_mark, error.context_mark
    # At the end of a text, libyaml is on the line behind the last.
    line = min(mark.line, text.count("\n")) + 1 if mark else 1
    if mark and text[mark.index : mark.index + 1] == "\t":
        return Unreadable(line, "a tab can't indent YAML; use spaces")
    context = f", {error.context} that begins on line {around.line + 1}" if around else ""
    return Unreadable(line, f"this is not YAML: {error.problem}{context}")


def _value(event: Any, events: Iterator[Any], path: FieldPath, lines: dict[FieldPath, int]) -> Any:
    line = event.start_mark.line + 1
    lines.setdefault(path, line)
    _refuse_decorated(event, path)
    if len(path) > MAX_DEPTH:
        raise Unreadable(line, f"the data is nested more than {MAX_DEPTH} levels deep", path[:3])
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, path, lines)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, path, lines)
    return _scalar(event.value) if event.implicit[0] else event.value


def _refuse_decorated(event: Any, path: FieldPath) -> None:
    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise Unreadable(line, "anchors and aliases are not taken; write the value out", path)
    if event.tag is not None:
        raise Unreadable(line, f"the tag {shown(event.tag)} is not taken; write plain data", path)


def _mapping(events: Iterator[Any], path: FieldPath, lines: dict[FieldPath, int]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        line = event.start_mark.line + 1
        _refuse_decorated(event, path)
        if not isinstance(event, yaml.ScalarEvent):
            raise Unreadable(line, "a key is a plain word, not a list or an object", path)
        key = event.value
        if key in mapping:
            said = f"this key stands here again (first on line {lines[(*path, key)]}); keep one of them"
            raise Unreadable(line, said, (*path, key))
        lines[(*path, key)] = line
        mapping[key] = _value(next(events), events, (*path, key), lines)
    return mapping


def _sequence(events: Iterator[Any], path: FieldPath, lines: dict[FieldPath, int]) -> list[Any]:
    sequence: list[Any] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        sequence.append(_value(event, events, (*path, len(sequence)), lines))
    return sequence


def _scalar(text: str) -> Any:
    """Resolve a plain scalar as JSON would, a number to its exact digits."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    return text
