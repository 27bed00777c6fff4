"""An index has the tokens of a text, and a query is cut into terms that those answer."""

import pytest

from loaders.values.tokens import Term, search_tokens, terms, tokens


def test_a_run_is_cut_into_neighbours_and_its_last_character() -> None:
    assert tokens(" 智慧热线 12345 ") == ("12345", "慧热", "智慧", "热线", "线")


def test_search_tokens_have_every_character_too() -> None:
    assert search_tokens(" 智慧热线 12345 ") == {"12345", "智慧", "慧热", "热线", "智", "慧", "热", "线"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("热线", ["热线"]),
        ("熱", ["热"]),
        ("智慧热线", ["智慧", "慧热", "热线"]),
        ("AI 算法", [" ai ", "算法"]),
        ("a A a", [" a "]),
        ("hotlines hotline", [" hotline "]),
        ("$where", [" where "]),
        ('{"$gt": ""}', [" gt "]),
        ("?!", []),
        ("\u200b\ufeff", []),
        ('""', []),
    ],
)
def test_a_query_becomes_needles(text: str, wanted: list[str]) -> None:
    assert [needle for term in terms(text) for needle in term.needles] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("智慧 hotline", [Term(("智慧",)), Term((" hotline ",))]),
        ("e-sports", [Term((" e sport ", " esport "))]),
        ("著", [Term(("着", "著"))]),
        ('"smart governance"', [Term((" smart governance ",), quoted=True)]),
        ("“12345热线” 工单", [Term((" 12345 热线",), quoted=True), Term(("工单",))]),
        ("「智慧治理」", [Term(("智慧治理",), quoted=True)]),
        ('"smart', [Term((" smart ",))]),
        ('a "b" c', [Term((" a ",)), Term((" b ",), quoted=True), Term((" c ",))]),
    ],
)
def test_a_query_is_cut_into_words_runs_and_phrases(text: str, wanted: list[Term]) -> None:
    assert terms(text) == wanted


def test_only_a_run_that_is_not_quoted_has_parts_that_may_stand_apart() -> None:
    [run, quoted, word] = terms("智慧热线 「智慧热线」 e-sports")
    assert run.parts == (("智慧",), ("慧热",), ("热线",))
    assert quoted.parts == (("智慧热线",),)
    assert word.parts == ((" e sport ", " esport "),)
