"""Seed files are read as exact data, and every field knows its line."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds.format.json_parser import json_lines
from seeds.format.problems import FieldPath, Problem
from seeds.format.reader import Record, read_file
from tests.support.thoroughness import examples

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(suffix: str, text: str) -> Path:
        path = tmp_path / f"file{suffix}"
        path.write_bytes(text.encode())
        return path

    return write


def records(path: Path) -> list[Record]:
    found = []
    for item in read_file(path):
        assert isinstance(item, Record), item
        found.append(item)
    return found


def value(path: Path) -> Any:
    [record] = records(path)
    return record.value


@pytest.mark.parametrize("suffix", [".yaml", ".yml", ".YAML"])
def test_a_yaml_file_holds_one_district_a_document(write: Write, suffix: str) -> None:
    found = records(write(suffix, "---\nslug: a\n---\n# nothing here\n---\nslug: b\n...\n"))
    assert [record.value for record in found] == [{"slug": "a"}, {"slug": "b"}]


def test_a_json_file_holds_an_object_or_an_array_of_them(write: Write) -> None:
    assert value(write(".json", '{"slug": "a"}')) == {"slug": "a"}
    found = records(write(".json", '[{"slug": "a"}, {"slug": "b"}]'))
    assert [record.value for record in found] == [{"slug": "a"}, {"slug": "b"}]


@pytest.mark.parametrize("suffix", [".jsonl", ".ndjson"])
def test_a_json_lines_file_holds_one_district_a_line_and_may_have_blank_ones(write: Write, suffix: str) -> None:
    found = records(write(suffix, '{"slug": "a"}\n\n  \r\n{"slug": "b"}'))
    assert [record.value for record in found] == [{"slug": "a"}, {"slug": "b"}]
    assert [record.location.line() for record in found] == [1, 4]


def test_lines_of_yaml_fields_are_those_of_their_keys(write: Write) -> None:
    [first, second] = records(
        write(".yaml", "# c\nslug: a\nname:\n  en: >-\n    one\n    two\n---\nlist:\n- x\n-  k: v\n")
    )
    assert [first.location.line(path) for path in ((), ("slug",), ("name",), ("name", "en"))] == [2, 2, 3, 4]
    paths: list[FieldPath] = [(), ("list",), ("list", 0), ("list", 1), ("list", 1, "k")]
    assert [second.location.line(path) for path in paths] == [8, 8, 9, 10, 10]


def test_lines_of_json_fields_are_those_of_their_keys(write: Write) -> None:
    [record] = records(
        write(".json", '\n{"slug":\n"a}",\n"list": [1,\n{"k\\"{": 2},\n[],\n{}, "[\\\\"\n], "last": 3}')
    )
    paths: list[FieldPath] = [(), ("slug",), ("list",), ("list", 0), ("list", 1, 'k"{'), ("list", 4), ("last",)]
    assert [record.location.line(path) for path in paths] == [2, 2, 4, 4, 5, 7, 8]


def test_lines_in_a_json_array_count_from_the_top_of_the_file(write: Write) -> None:
    [first, second] = records(write(".json", '[\n{"slug": "a"},\n{\n"slug": "b"}]'))
    assert (str(first.location)[-2:], str(second.location)[-2:]) == (":2", ":3")
    problem = second.location.problem(("slug",), "wrong")
    assert (problem.line, problem.path) == (4, (1, "slug"))


def test_a_field_that_is_not_there_has_the_line_of_the_object_around_it(write: Write) -> None:
    [record] = records(write(".yaml", "slug: a\nname:\n  en: x\n"))
    assert record.location.line(("name", "zhHans")) == 2
    assert record.location.line(("city", "zhHans")) == 1


@given(
    data=st.recursive(
        st.none(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
        max_leaves=20,
    )
)
@settings(max_examples=examples(quick=12, thorough=60))
def test_lines_of_any_json_are_right(data: Any) -> None:
    marked = _mark(data, [])
    text = json.dumps(marked, indent=1)
    lines = json_lines(text)
    for path, leaf in _leaves(marked):
        assert f'"{leaf}"' in text.split("\n")[lines[path] - 1]


def _mark(data: Any, marks: list[str]) -> Any:
    """Put a mark of its own in place of each leaf."""
    if isinstance(data, list):
        return [_mark(item, marks) for item in data]
    if isinstance(data, dict):
        return {key: _mark(item, marks) for key, item in data.items()}
    marks.append(f"leaf {len(marks)}")
    return marks[-1]


def _leaves(data: Any, path: FieldPath = ()) -> list[tuple[FieldPath, str]]:
    if isinstance(data, str):
        return [(path, data)]
    items = data.items() if isinstance(data, dict) else enumerate(data)
    return [leaf for step, item in items for leaf in _leaves(item, (*path, step))]


@pytest.mark.parametrize("figure", ["90.950", "0", "-1.50", "0.00", "152.58", "1234567890123456789012345678901234"])
@pytest.mark.parametrize(("suffix", "text"), [(".yaml", "a: {}"), (".json", '{"a": {}}'), (".jsonl", '{"a": {}}')])
def test_a_figure_keeps_its_digits(write: Write, suffix: str, text: str, figure: str) -> None:
    found = value(write(suffix, text.replace("{}", figure)))["a"]
    assert str(found) == figure
    assert isinstance(found, int | Decimal)


@pytest.mark.parametrize(
    "word",
    ["no", "on", "Yes", "off", "True", "NULL", "1e5", "1.5e3", "2025-01", "2025-01-01", "12:30:00", "0x1F", "0o17",
     "1_000", "007", "+1", ".5", "5.", ".nan", ".inf", "=", "１２", "白云"],
)  # fmt: skip
def test_a_plain_word_of_yaml_is_text(write: Write, word: str) -> None:
    assert value(write(".yaml", f"a: {word}\n")) == {"a": word}


def test_yaml_knows_the_words_and_numbers_of_json_and_nothing_else(write: Write) -> None:
    text = "a: null\nb: ~\nc:\nd: true\ne: false\nf: 440111\ng: -2.50\n"
    assert value(write(".yaml", text)) == {
        "a": None,
        "b": None,
        "c": None,
        "d": True,
        "e": False,
        "f": 440111,
        "g": Decimal("-2.50"),
    }


@pytest.mark.parametrize("quoted", ["'90.950'", '"90.950"', "|-\n  90.950"])
def test_what_is_quoted_is_text(write: Write, quoted: str) -> None:
    assert value(write(".yaml", f"a: {quoted}\n")) == {"a": "90.950"}


def test_keys_are_text_even_where_they_look_like_numbers(write: Write) -> None:
    assert value(write(".yaml", "1: a\ntrue: b\nnull: c\n")) == {"1": "a", "true": "b", "null": "c"}


def test_windows_line_ends_change_nothing(write: Write) -> None:
    [record] = records(write(".yaml", "slug: a\r\nname:\r\n  en: b\r\n"))
    assert record.value == {"slug": "a", "name": {"en": "b"}}
    assert record.location.line(("name", "en")) == 3


def test_what_stands_before_a_fault_is_read_all_the_same(write: Write) -> None:
    first, fault = read_file(write(".yaml", "slug: a\n---\nslug: [b\n"))
    assert isinstance(first, Record) and first.value == {"slug": "a"}
    assert isinstance(fault, Problem) and fault.line == 4


def test_lines_of_json_lines_after_a_bad_one_are_read_all_the_same(write: Write) -> None:
    first, fault, last = read_file(write(".jsonl", '{"slug": "a"}\n{"slug": }\n{"slug": "b"}\n'))
    assert isinstance(first, Record) and first.value == {"slug": "a"}
    assert isinstance(fault, Problem) and fault.line == 2
    assert isinstance(last, Record) and last.value == {"slug": "b"}


def test_every_bad_line_of_json_lines_is_told(write: Write) -> None:
    found = list(read_file(write(".jsonl", '{"a": }\n{"a": 1, "a": 2}\n[\n')))
    assert [(item.line, item.path) for item in found if isinstance(item, Problem)] == [(1, ()), (2, ("a",)), (3, ())]
    assert len(found) == 3


def test_lines_are_noted_no_deeper_than_any_field_stands() -> None:
    lines = json_lines('{"a":\n' + "[" * 900 + "]" * 900 + ',\n"b": 1}')
    assert max(map(len, lines)) == 32
    assert lines["b",] == 3


def test_a_key_repeated_among_very_many_is_found_at_once(write: Write) -> None:
    keys = ",\n".join(f'"k{number}": 0' for number in range(100_000))
    [fault] = read_file(write(".json", f'{{\n{keys},\n"k99999": 1}}'))
    assert isinstance(fault, Problem)
    assert (fault.line, fault.path) == (100_002, ("k99999",))


def test_one_fault_in_thousands_of_districts_of_an_array_is_told_for_each(write: Write) -> None:
    found = records(write(".json", "[\n" + ",\n".join(['{"nmae": 1}'] * 5_000) + "\n]"))
    problems = [record.location.problem(("nmae",), "wrong") for record in found]
    assert [problem.line for problem in problems] == list(range(2, 5_002))
    assert problems[-1].path == (4_999, "nmae")
