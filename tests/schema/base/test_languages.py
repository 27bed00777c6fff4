"""Texts are served in the language that fits best, as RFC 4647 looks it up."""

import pytest

from loaders.texts import LocalizedText
from schema.base.languages import is_language_range, look_up, preferred

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
        (["eng"], "en"),
        (["english", "zh-TW"], "zh-Hant"),
    ],
)
def test_the_best_form_is_served_with_its_tag(ranges: list[str], tag: str) -> None:
    forms = {"zh-Hans": "云", "en": "cloud", "zh-Hant": "雲"}
    assert look_up(TEXT, preferred(tuple(ranges))) == (tag, forms[tag])


TRADITIONAL = [
    *("zh-HK", "zh-MO", "zh-TW", "zh-Hant", "zh-Hant-CN", "zh-Hant-SG", "ZH-HANT", "zh-Hant-HK-u-nu-hanidec"),
    *("yue", "yue-HK", "yue-MO", "yue-Hant", "yue-Hant-CN", "yue-Latn", "zh-yue", "zh-yue-HK", "zh-yue-Hant-HK"),
    *(
        "cmn-TW",
        "cmn-Hant",
        "zh-cmn-TW",
        "zh-cmn-Hant",
        "zh-cmn-Hant-CN",
        "zho-HK",
        "chi-TW",
        "zho-Hant",
        "zh-guoyu-TW",
    ),
    *("nan-TW", "nan-Hant", "nan-Latn-TW", "zh-nan-TW", "zh-min-nan-TW", "zh-min-nan-Hant", "hak-TW", "i-hak-TW"),
    *("zh-hakka-Hant", "wuu-Hant", "wuu-HK", "zh-wuu-Hant", "gan-Hant", "lzh", "zh-lzh"),
    *("zh-Bopo", "zh-Latn-TW", "zh-Hanb-TW", "zh-US", "zh-AU", "zh-TW-x-hans"),
]
SIMPLIFIED = [
    *("zh", "zho", "chi", "cmn", "zh-CN", "zh-SG", "zh-MY", "zh-Hans", "zh-Hans-HK", "zh-Hans-TW", "zh-CA", "zh-FR"),
    *("cmn-CN", "cmn-Hans-TW", "zh-cmn", "zh-cmn-Hans", "zh-cmn-Hans-HK", "zh-guoyu", "zho-Hans-HK", "zh-Latn"),
    *("yue-CN", "yue-Hans", "yue-Hans-HK", "zh-yue-CN", "zh-yue-Hans", "nan", "nan-CN", "zh-min-nan", "zh-min"),
    *("hak", "hak-Hans-TW", "i-hak", "zh-hakka", "hsn", "zh-xiang", "wuu", "zh-wuu", "gan", "cdo", "czo", "mnp"),
    *("zh-x-hant", "zh-u-co-pinyin", "zh-SG-x-TW"),
]


@pytest.mark.parametrize("wanted", TRADITIONAL)
def test_traditional_chinese_readers_get_it_before_english(wanted: str) -> None:
    assert preferred((wanted, "en")) == ("zh-Hant", "zh-Hans")


@pytest.mark.parametrize("wanted", SIMPLIFIED)
def test_simplified_chinese_readers_get_it_before_english(wanted: str) -> None:
    assert preferred((wanted, "en")) == ("zh-Hans",)


@pytest.mark.parametrize(
    "wanted", ["ja", "ko-Hant", "fr-HK", "i-klingon", "x-zh", "yuezh", "zh1", "vi-Hant", "und", "i"]
)
def test_other_languages_lead_to_no_chinese_before_english(wanted: str) -> None:
    assert preferred((wanted, "en")) == ("en", "zh-Hans")


def test_a_form_that_is_missing_is_passed_over() -> None:
    assert look_up(CHINESE_ONLY, preferred(("en", "zh-Hant"))) == ("zh-Hans", "云")


@pytest.mark.parametrize("text", ["", "-", "en-", "toolonglang", "en us", "en_US", "$where", "é"])
def test_a_text_that_is_no_language_range_is_recognized(text: str) -> None:
    assert not is_language_range(text)
