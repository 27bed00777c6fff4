"""Citations: the producer first, whatever their characters, and no more of a date than is known."""

import json
from typing import Any

import pytest

from api.pages.figures.citing import CitedFigure, Publication, bibtex, csl_json, plain
from api.pages.languages import languages

ENGLISH, CHINESE = languages()["en"], languages()["zh-Hans"]


def publication(**fields: Any) -> Publication:
    given = {"producer": "Bureau", "title": "Notice", "locator": "L5", "published": "2024-03-05", "url": None}
    return Publication(**{**given, **fields})


def cited(*publications: Publication) -> CitedFigure:
    return CitedFigure(
        key="yunshan-a-b-c-r12",
        statement="Output, A: over 5%, 2024",
        publications=publications or (publication(),),
        revision=12,
        loaded="2026-11-28T00:00:00Z",
        address="https://example.org/en/observations/a/b/c?asOf=12",
    )


def test_the_text_names_producer_figure_site_revision_and_address_in_this_order() -> None:
    assert plain(cited(), ENGLISH) == (
        "Bureau, “Notice” (2024-03-05), L5. Output, A: over 5%, 2024. Yunshan, revision 12, November 28, 2026. "
        "https://example.org/en/observations/a/b/c?asOf=12"
    )


def test_the_text_has_the_punctuation_of_its_language() -> None:
    assert plain(cited(publication(title="通讯", producer="数据局")), CHINESE).startswith(
        "数据局：《通讯》（2024-03-05），L5。Output, A: over 5%, 2024。载于云山，第12版，2026年11月28日。"
    )


def test_all_sources_are_named_and_each_producer_is_one_author() -> None:
    two = cited(publication(), publication(locator="L9"), publication(producer="News", url="https://news.example/1"))

    assert plain(two, ENGLISH).startswith(
        "Bureau, “Notice” (2024-03-05), L5; Bureau, “Notice” (2024-03-05), L9; "
        "News, “Notice” (2024-03-05), L5, https://news.example/1. "
    )
    assert "author = {{Bureau} and {News}}," in bibtex(two, ENGLISH)
    assert json.loads(csl_json(two, ENGLISH))[0]["author"] == [{"literal": "Bureau"}, {"literal": "News"}]


def test_without_a_producer_the_title_comes_first_and_nobody_is_made_an_author() -> None:
    unknown = cited(publication(producer=None))

    assert plain(unknown, ENGLISH).startswith("“Notice” (2024-03-05), L5. ")
    assert "author" not in bibtex(unknown, ENGLISH)
    assert "author" not in json.loads(csl_json(unknown, ENGLISH))[0]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("A & B", r"A \& B"),
        ("50% #1_x $", r"50\% \#1\_x \$"),
        (r"{a}\b~^", r"\{a\}\textbackslash{}b\textasciitilde{}\textasciicircum{}"),
    ],
)
def test_characters_that_bibtex_reads_are_escaped(text: str, escaped: str) -> None:
    assert f"author = {{{{{escaped}}}}}," in bibtex(cited(publication(producer=text)), ENGLISH)


@pytest.mark.parametrize(
    ("published", "dates"),
    [
        ("2024-03-05", [2024, 3, 5]),
        ("2024-03", [2024, 3]),
        ("2024", [2024]),
        ("2024~", [2024]),
        ("2024-21", [2024]),
        ("2024/2025", None),
        ("", None),
        (None, None),
    ],
)
def test_no_more_of_a_date_is_told_than_is_known(published: str | None, dates: list[int] | None) -> None:
    item = json.loads(csl_json(cited(publication(published=published)), ENGLISH))[0]

    assert item.get("issued") == ({"date-parts": [dates]} if dates else None)
