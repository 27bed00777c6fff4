"""Texts are cut the same way for what is stored and for what is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.tokens import LONGEST_REMEMBERED, fold, needles, remembered, tokens


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("智慧热线", " 智慧热线 "),
        ("智慧熱線", " 智慧热线 "),
        ("12345热线", " 12345 热线 "),
        ("１２３４５热线", " 12345 热线 "),
        ("Smart Hotline 12345", " smart hotline 12345 "),
        ("“一站式”综合门户", " 一站式 综合门户 "),
        ("CNY 9.095 billion", " cny 9 095 billion "),
        ("Straße", " strasse "),
        ("snake_case", " snake case "),
        ("", " "),
        (" … ", " "),
    ],
)
def test_width_case_script_and_punctuation_make_no_difference(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_run_is_cut_into_neighbours_and_its_last_character() -> None:
    assert tokens(" 智慧热线 12345 ") == ("12345", "慧热", "智慧", "热线", "线")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("热线", ["热线"]),
        ("熱", ["热"]),
        ("智慧热线", ["智慧", "慧热", "热线"]),
        ("AI 算法", [" ai ", "算法"]),
        ("a A a", [" a "]),
        ("$where", [" where "]),
        ('{"$gt": ""}', [" gt "]),
        ("?!", []),
    ],
)
def test_a_question_becomes_needles(text: str, wanted: list[str]) -> None:
    assert needles(text) == wanted


@given(st.text(alphabet="智慧热线城a1 .", max_size=12), st.integers(0, 11), st.integers(1, 12))
def test_what_a_text_holds_is_found_by_its_tokens_and_in_its_folded_form(text: str, start: int, length: int) -> None:
    folded, found = fold(text), set(tokens(fold(text)))
    # A part of a run of Han characters, or a whole word.
    for piece in fold(text).split():
        part = piece[start : start + length] if piece[0] >= "\u4e00" else piece
        for needle in needles(part):
            assert needle in folded
            assert needle.strip() in found or any(token.startswith(needle) for token in found)


def test_results_for_short_texts_are_kept_and_those_for_long_ones_are_not() -> None:
    asked: list[str] = []

    @remembered
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    short, long = "热" * LONGEST_REMEMBERED, "热" * (LONGEST_REMEMBERED + 1)
    assert [length(text) for text in (short, long, short, long)] == [len(text) for text in (short, long, short, long)]
    assert asked == [short, long, long]
