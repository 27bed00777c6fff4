"""Highlights are ranges of code points in the text as it is written."""

import pytest

from loaders.tokens import needles
from schema.highlights import ranges_of


@pytest.mark.parametrize(
    ("text", "question", "found"),
    [
        ("智慧热线", "热线", ["热线"]),
        ("智慧熱線", "热线", ["熱線"]),
        ("智慧热线12345", "12345", ["12345"]),
        ("１２３４５热线", "12345", ["１２３４５"]),
        ("智慧热线", "智慧热线", ["智慧热线"]),
        ("热线与热点", "热", ["热", "热"]),
        ("Smart hotline, hotlines", "HOTLINE", ["hotline"]),
        ("Cafe\u0301 bar", "café", ["Cafe\u0301"]),
        ("😀 hotline", "hotline", ["hotline"]),
        ("nothing here", "hotline", []),
    ],
)
def test_what_was_searched_for_is_found_as_it_is_written(text: str, question: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in ranges_of(text, needles(question))] == found
