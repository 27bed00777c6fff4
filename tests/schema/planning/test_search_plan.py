"""A search reads in steps: all terms in the name, all anywhere, then each term; each step by its rarest token."""

from typing import Any

import pytest

from loaders.store.predicates import matches
from loaders.store.search import Step
from loaders.values.folding import fold_all
from loaders.values.tokens import terms
from schema.planning.search_plan import MAX_COUNT, TokenCounts, counted_tokens, plan_search
from schema.types.enums import SearchMatch

NAMES, TEXTS = "name_tokens", "tokens"
COMMON = (MAX_COUNT, MAX_COUNT)


def plan(text: str, match: str = "ANY", **counts: tuple[int, int]) -> tuple[Step, ...]:
    """The steps of a text; tokens occur as often as stated, or else in 10 names and 10 other texts."""
    wanted = terms(text)
    counted = {token: counts.get(token, (10, 10)) for token in counted_tokens(wanted)}
    return plan_search(wanted, SearchMatch[match], TokenCounts(counted))


def read(steps: tuple[Step, ...]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Which tokens each step reads, and where."""
    return [(step.fields, step.tokens) for step in steps]


def item(name: str, text: str = "") -> dict[str, Any]:
    return {"name": {"folded": fold_all([name])}, "folded": fold_all([name, text])}


def test_one_word_needs_no_counts_and_no_limit() -> None:
    for text in ("hotline", "热线", "热"):
        assert counted_tokens(terms(text)) == ()
        steps = plan(text)
        assert read(steps) == [((NAMES,), (text,)), ((TEXTS,), (text,))]
        assert [step.examined for step in steps] == [None, None]


def test_a_character_with_two_forms_is_read_by_both() -> None:
    steps = plan("著")
    assert read(steps) == [((NAMES,), ("着", "著")), ((TEXTS,), ("着", "著"))]
    # It may be in the name in one form and in a text in the other.
    assert [step.examined for step in steps] == [500, 500]
    assert [step.may_stop for step in steps] == [False, False]


def test_a_run_is_read_by_its_rarest_pair() -> None:
    assert read(plan("智慧热线", 慧热=(3, 40), 热线=(9, 1))) == [
        ((NAMES,), ("慧热",)),
        ((NAMES, TEXTS), ("热线",)),
    ]


def test_words_are_read_by_the_rarest_then_each_by_itself_from_the_rarest() -> None:
    steps = plan("smart hotline", smart=COMMON, hotline=(2, 3))
    assert read(steps) == [
        ((NAMES,), ("hotline",)),
        ((NAMES, TEXTS), ("hotline",)),
        ((NAMES,), ("hotline",)),
        ((TEXTS,), ("hotline",)),
        ((NAMES,), ("smart",)),
        ((TEXTS,), ("smart",)),
    ]
    assert len(plan("smart hotline", "ALL", smart=COMMON, hotline=(2, 3))) == 2


def test_a_step_without_entries_is_left_out() -> None:
    assert read(plan("smart hotline", "ALL", hotline=(0, 3))) == [((NAMES, TEXTS), ("hotline",))]
    assert plan("smart hotline", "ALL", hotline=(0, 0)) == ()
    assert read(plan("smart hotline", hotline=(0, 0))) == [((NAMES,), ("smart",)), ((TEXTS,), ("smart",))]


def test_a_long_run_is_cut_where_neighbours_occur_nowhere() -> None:
    steps = plan("白云区智慧热线工单", 慧热=(1, 1), 区智=(0, 0), 线工=(0, 0))
    # All pieces, in names and anywhere; then the piece with the rarest pair first.
    assert read(steps)[:3] == [((NAMES,), ("慧热",)), ((NAMES, TEXTS), ("慧热",)), ((NAMES,), ("慧热",))]
    assert len(steps) == 2 + 2 * 3
    assert matches(steps[2].where, item("智慧热线"))
    assert not matches(steps[2].where, item("智慧"))
    # A run of four is one word.
    assert plan("热线工单", 线工=(0, 0)) == ()


def test_a_long_run_without_a_cut_is_found_by_any_pair() -> None:
    steps = plan("营商环境好")
    assert len(steps) == 2 + 2 * 4
    assert sum(matches(step.where, item("环境")) for step in steps) == 1


@pytest.mark.parametrize(
    "text", ["smart hotline", "智慧 热线 data", "白云区智慧热线工单", "e-sports smart", "著 hotline"]
)
def test_an_item_is_found_by_one_step_only(text: str) -> None:
    steps = plan(text)
    texts = ("smart", "hotline", "smart hotline", "智慧热线", "热线", "data 智慧 热线", "e-sports", "esports", "著作")
    for words in texts:
        for found in (item(words), item("x", words), item(words, words), item(words[:5], words)):
            assert sum(matches(step.where, found) for step in steps) <= 1, words


def test_steps_share_what_they_may_examine() -> None:
    assert {step.examined for step in plan("smart hotline", "ALL")} == {500}
    assert {step.examined for step in plan("smart hotline data")} == {250}
    assert {step.examined for step in plan(" ".join(f"w{number}" for number in range(30)))} == {50}
    assert [step.may_stop for step in plan("smart hotline", "ALL", smart=COMMON, hotline=COMMON)] == [True, True]
    assert [step.may_stop for step in plan("smart hotline", "ALL", smart=COMMON)] == [False, False]
