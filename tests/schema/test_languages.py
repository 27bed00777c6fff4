"""Texts are served in the language that fits best, as RFC 4647 looks it up."""

import pytest

from loaders.documents import LocalizedText
from schema.languages import is_language_range, look_up, preferred

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


@pytest.mark.parametrize("text", ["", "-", "en-", "toolonglang", "en us", "en_US", "$where", "é"])
def test_what_is_no_language_range_is_told(text: str) -> None:
    assert not is_language_range(text)
