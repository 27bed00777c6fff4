"""Language tags have one canonical form, by the data of CLDR."""

import pytest

from loaders.values.language_tags import canonical_tag, is_latin


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-gb", "en-GB"),
        ("ko", "ko"),
        ("kor", "ko"),
        ("KO-kr", "ko-KR"),
        ("ko-Kore", "ko"),
        ("ja-Jpan-JP", "ja-JP"),
        ("es-419", "es-419"),
        ("pt-br", "pt-BR"),
        ("sr-latn", "sr-Latn"),
        ("sr-Cyrl", "sr"),
        ("de-ch-1996", "de-CH-1996"),
        ("iw", "he"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-hans-cn", "zh-Hans"),
        ("cmn", "zh-Hans"),
        ("zh-SG", "zh-Hans-SG"),
        ("zh-Hant", "zh-Hant"),
        ("zh-TW", "zh-Hant-TW"),
        ("zh-hk", "zh-Hant-HK"),
        ("zh-MO", "zh-Hant-MO"),
        ("zh-yue", "yue"),
        ("yue-Hant-HK", "yue-HK"),
        ("i-hak", "hak"),
        ("en-u-co-search", "en"),
    ],
)
def test_a_tag_has_one_canonical_form(written: str, tag: str) -> None:
    assert canonical_tag(written) == tag
    assert canonical_tag(tag) == tag


@pytest.mark.parametrize(
    "text",
    ["", "e", "en_US", "english", "xx", "en-", "en-XX", "en-Xxxx", "zhHans", "und", "x-private", "한국어", "en us"],
)
def test_what_is_no_language_has_none(text: str) -> None:
    assert canonical_tag(text) is None


def test_languages_in_latin_letters_are_known() -> None:
    assert [
        tag for tag in ("en", "es", "de-AT", "vi", "sr-Latn", "sr", "ko", "zh-Hans", "ar", "x") if is_latin(tag)
    ] == [*("en", "es", "de-AT", "vi", "sr-Latn")]
