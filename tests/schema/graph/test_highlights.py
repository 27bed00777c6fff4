"""Highlights are ranges of code points in the text as it is written."""

import pytest

from loaders.values.tokens import terms
from schema.graph.search import ranges_of


@pytest.mark.parametrize(
    ("text", "question", "found"),
    [
        ("智慧热线", "热线", ["热线"]),
        ("智慧熱線", "热线", ["熱線"]),
        ("智慧热线12345", "12345", ["12345"]),
        ("１２３４５热线", "12345", ["１２３４５"]),
        ("智慧热线", "智慧热线", ["智慧热线"]),
        ("热线与热点", "热", ["热", "热"]),
        ("Smart hotline, hotlines", "HOTLINE", ["hotline", "hotlines"]),
        ("E-sports, esports", "e-sports", ["E-sports", "esports"]),
        ("乾隆与乾淨", "乾隆", ["乾隆"]),
        ("二〇二五", "〇", ["〇"]),
        ("𠮷野家", "𠮷野", ["𠮷野"]),
        ("智\u200b慧热线", "智慧", ["智\u200b慧"]),
        ("智慧治理，智慧城市治理", "「智慧治理」", ["智慧治理"]),
        ("Smart city, smart governance", '"smart governance"', ["smart governance"]),
        ("Cafe\u0301 bar", "café", ["Cafe\u0301"]),
        ("😀 hotline", "hotline", ["hotline"]),
        ("nothing here", "hotline", []),
    ],
)
def test_what_was_searched_for_is_found_as_it_is_written(text: str, question: str, found: list[str]) -> None:
    forms = [form for term in terms(question) for part in term.parts for form in part]
    assert [text[start:end] for start, end in ranges_of(text, forms)] == found
