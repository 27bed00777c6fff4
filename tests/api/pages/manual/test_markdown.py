"""The manual's Markdown becomes HTML that a page can show as it is."""

import pytest

from api.pages.manual.markdown import read_document
from tests.support.html import Element, parse

SERVED = {"guide/ask", "guide/load", "reference/limits"}


def body(text: str) -> Element:
    return parse(read_document(f"# Ask\n\n{text}", "guide/ask", SERVED).body)


def test_a_document_has_its_title_its_first_sentence_and_its_sections() -> None:
    document = read_document(
        "# How to `ask`\n\nIt is\neasy.\n\n## One `and`\n\n### Two\n\n## One `and`\n", "guide/ask", SERVED
    )
    assert (document.title, document.summary) == ("How to ask", "It is easy.")
    assert document.sections == [("one-and", "One and"), ("one-and-1", "One and")]
    assert "h1" not in document.body


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("load.md", "load"),
        ("../reference/limits.md#how-much-in-a-minute", "../reference/limits#how-much-in-a-minute"),
        ("#filters", "#filters"),
        ("https://example.org/a", "https://example.org/a"),
    ],
)
def test_a_link_leads_to_the_page_of_its_file(link: str, address: str) -> None:
    assert body(f"See [there]({link}).").one("a").attributes["href"] == address


@pytest.mark.parametrize(
    "link",
    [
        "../engineering/testing.md",
        "../../schema/schema.graphql",
        "../../../etc/passwd",
        "load",
        "/graphql",
        "javascript:alert(1)",
    ],
)
def test_a_link_to_what_is_no_page_is_its_text(link: str) -> None:
    paragraph = body(f"See [`there`]({link}) and [here](load.md).").one("p")
    assert [one.text for one in paragraph.all("a")] in (["here"],)
    assert "there" in paragraph.text


def test_html_is_text() -> None:
    found = body("a <script>alert(1)</script>\n\n<b>b</b>\n\n| <i>c</i> |\n| --- |\n| <i>d</i> |\n")
    assert [found.all(tag) for tag in ("script", "b", "i")] == [[], [], []]
    assert "<script>alert(1)</script>" in found.text


def test_pictures_are_left_out_and_nothing_is_left_of_their_paragraph() -> None:
    found = body("One.\n\n![A picture](../pictures/home.png)\n\nTwo.")
    assert [one.text for one in found.all("p")] == ["One.", "Two."]
    assert found.all("img") == []


def test_an_empty_heading_is_no_heading() -> None:
    found = body("| | b |\n| --- | --- |\n| 1 | 2 |\n")
    assert [one.text for one in found.one("thead").all("th")] == ["b"]
    assert [one.attributes for one in found.one("thead").all("td")] == [{}]


def test_a_table_says_its_alignment_in_classes_and_its_columns_in_cells() -> None:
    found = body("| a | b |\n| --- | ---: |\n| 1 | 2 |\n")
    assert [one.attributes for one in found.all("th")] == [{"scope": "col"}, {"scope": "col", "class": "right"}]
    assert [one.attributes for one in found.all("td")] == [{}, {"data-column": "b", "class": "right"}]
