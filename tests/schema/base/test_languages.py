"""Texts are served in the language that fits best, as RFC 4647 looks it up."""

import pytest

from loaders.texts import LocalizedText
from schema.base.languages import is_language_range, look_up, preferred

TEXT: LocalizedText = {
    "master": "zh-Hans",
    "texts": {"zh-Hans": "云", "en": "cloud", "ko": "구름", "zh-Hant": "雲", "zh-Hant-TW": "雲端", "pt-BR": "nuvem"},
    "derived": ["zh-Hant"],
}
KOREAN: LocalizedText = {"master": "ko", "texts": {"ko": "구름", "en-GB": "cloud"}, "derived": []}


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
        (["zh-Hant-TW"], "zh-Hant-TW"),
        (["zh-TW"], "zh-Hant-TW"),
        (["zh-HK"], "zh-Hant"),
        (["ko"], "ko"),
        (["ko-KR"], "ko"),
        (["pt"], "pt-BR"),
        (["pt-BR"], "pt-BR"),
        (["pt-PT", "ko"], "pt-BR"),
        (["kor"], "ko"),
        (["fr-FR", "ko-KR", "en"], "ko"),
        (["zh-HK-x-private"], "zh-Hant"),
        (["ZH-MO"], "zh-Hant"),
        (["fr", "en"], "en"),
        (["fr", "zh-HK", "en"], "zh-Hant"),
        (["fr"], "zh-Hans"),
        (["*", "en"], "zh-Hans"),
        (["en-x"], "en"),
        (["eng"], "en"),
        (["english", "zh-TW"], "zh-Hant-TW"),
    ],
)
def test_the_best_form_is_served_with_its_tag(ranges: list[str], tag: str) -> None:
    assert look_up(TEXT, preferred(tuple(ranges))) == (tag, TEXT["texts"][tag])


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
    *("hak", "hak-Hans-TW", "i-hak", "zh-hakka", "hsn", "zh-xiang", "wuu", "zh-wuu", "gan", "cdo", "mnp"),
    *("zh-x-hant", "zh-u-co-pinyin", "zh-SG-x-TW"),
]


@pytest.mark.parametrize("wanted", TRADITIONAL)
def test_traditional_chinese_readers_get_it_before_english(wanted: str) -> None:
    tried = [tag for tag in preferred((wanted, "en")) if tag in {"zh-Hant", "zh-Hans", "en"}]
    assert tried == ["zh-Hant", "zh-Hans", "en"]


@pytest.mark.parametrize("wanted", SIMPLIFIED)
def test_simplified_chinese_readers_get_it_before_english(wanted: str) -> None:
    tried = [tag for tag in preferred((wanted, "en")) if tag.startswith(("zh-Hant", "zh-Hans", "en"))]
    assert tried[-3:] == ["zh-Hans", "en", "en-US"]
    assert not [tag for tag in tried if tag.startswith("zh-Hant")]


@pytest.mark.parametrize(
    "wanted", ["ja", "ko-Hant", "fr-HK", "i-klingon", "x-zh", "yuezh", "zh1", "vi-Hant", "und", "i"]
)
def test_other_languages_lead_to_no_chinese_before_english(wanted: str) -> None:
    tried = preferred((wanted, "en"))
    assert tried[-2:] == ("en", "en-US")
    assert not [tag for tag in tried if tag.startswith("zh")]


@pytest.mark.parametrize(
    ("wanted", "tags"),
    [
        ("zh-HK", ("zh-Hant-HK", "zh-Hant", "zh-Hant-TW", "zh-Hans")),
        ("zh-TW", ("zh-Hant-TW", "zh-Hant", "zh-Hant-HK", "zh-Hans")),
        ("zh-CN", ("zh-Hans",)),
        ("zh-SG", ("zh-Hans-SG", "zh-Hans")),
        ("yue", ("yue", "zh-Hant", "zh-Hant-HK", "zh-Hant-TW", "zh-Hans")),
        ("de-CH-1996", ("de-CH-1996", "de-CH", "de", "de-DE")),
        ("sr-Latn-RS-u-co-search", ("sr-Latn-RS", "sr-Latn", "sr", "sr-RS")),
        ("es-419", ("es-419", "es", "es-ES")),
        ("ar", ("ar", "ar-EG")),
        ("iw-IL", ("he-IL", "he")),
    ],
)
def test_a_range_is_tried_whole_then_shortened_then_where_most_speak_it(wanted: str, tags: tuple[str, ...]) -> None:
    assert preferred((wanted,)) == tags


def test_a_text_in_none_of_the_languages_is_served_in_its_master() -> None:
    assert look_up(KOREAN, preferred(("fr", "zh-Hant"))) == ("ko", "구름")
    assert look_up(KOREAN, preferred(())) == ("ko", "구름")
    assert look_up(KOREAN, preferred(("en-GB",))) == ("en-GB", "cloud")


@pytest.mark.parametrize("text", ["", "-", "en-", "toolonglang", "en us", "en_US", "$where", "é"])
def test_a_text_that_is_no_language_range_is_recognized(text: str) -> None:
    assert not is_language_range(text)
