"""Texts are served in the language that fits best, as RFC 4647 looks it up."""

import pytest

from loaders.documents import LocalizedText
from schema.languages import accepted_languages, is_language_range, look_up, preferred

TEXT: LocalizedText = {"zh_hans": "云", "en": "cloud", "zh_hant": "雲", "derived": ["zh-Hant"]}
CHINESE_ONLY: LocalizedText = {"zh_hans": "云", "en": None, "zh_hant": None, "derived": []}


@pytest.mark.parametrize(
    ("ranges", "tag"),
    [
        ([], "zh-Hans"),
        (["en"], "en"),
        (["en-GB-oxendict"], "en"),
        (["EN-us"], "en"),
        (["zh"], "zh-Hans"),
        (["zh-CN"], "zh-Hans"),
        (["zh-SG"], "zh-Hans"),
        (["zh-Hant"], "zh-Hant"),
        (["zh-Hant-TW"], "zh-Hant"),
        (["zh-TW"], "zh-Hant"),
        (["zh-HK-x-private"], "zh-Hant"),
        (["ZH-MO"], "zh-Hant"),
        (["fr", "en"], "en"),
        (["fr", "zh-HK", "en"], "zh-Hant"),
        (["fr"], "zh-Hans"),
        (["*", "en"], "zh-Hans"),
        (["en-x"], "en"),
    ],
)
def test_the_best_form_is_served_with_its_tag(ranges: list[str], tag: str) -> None:
    forms = {"zh-Hans": "云", "en": "cloud", "zh-Hant": "雲"}
    assert look_up(TEXT, preferred(tuple(ranges))) == (tag, forms[tag])


def test_a_form_that_is_missing_is_passed_over() -> None:
    assert look_up(CHINESE_ONLY, preferred(("en", "zh-Hant"))) == ("zh-Hans", "云")


@pytest.mark.parametrize(
    ("header", "ranges"),
    [
        ("", ()),
        ("en", ("en",)),
        ("fr;q=0.5, en, zh-HK;q=0.8", ("en", "zh-HK", "fr")),
        ("en;q=0, zh", ("zh",)),
        ("en; q=0.9,de;q=1.0", ("de", "en")),
        ("*;q=0.1, en", ("en", "*")),
        ("not a tag, en;q=nonsense, de;q=2, zh", ("zh",)),
        ("a,b", ("a", "b")),
    ],
)
def test_accept_language_is_read_by_weight(header: str, ranges: tuple[str, ...]) -> None:
    assert accepted_languages(header) == ranges


def test_a_header_of_a_thousand_languages_is_cut() -> None:
    assert len(accepted_languages(",".join(["en"] * 1000))) == 20


@pytest.mark.parametrize("text", ["", "-", "en-", "toolonglang", "en us", "en_US", "$where", "é"])
def test_what_is_no_language_range_is_told(text: str) -> None:
    assert not is_language_range(text)
