"""Figures are worded in ten languages; ranges choose among these."""

import pytest

from schema.base.languages import WORDED, preferred, worded_in
from schema.base.phrases import phrases


@pytest.mark.parametrize(
    ("ranges", "tag"),
    [
        ((), "zh-Hans"),
        (("en-GB",), "en"),
        (("fr",), "fr"),
        (("fr-CA", "en"), "fr"),
        (("de-AT-1996",), "de"),
        (("JA",), "ja"),
        (("kor",), "ko"),
        (("pt-BR",), "pt"),
        (("arb-AE",), "ar"),
        (("spa",), "es"),
        (("zh-HK", "fr"), "zh-Hant"),
        (("zh", "fr"), "zh-Hans"),
        (("sw", "es"), "es"),
        (("sw",), "zh-Hans"),
        (("*", "fr"), "zh-Hans"),
        (("en", "fr"), "en"),
        (("sw", "en", "fr"), "en"),
        (("frr",), "zh-Hans"),
    ],
)
def test_the_first_range_that_matches_decides(ranges: tuple[str, ...], tag: str) -> None:
    assert worded_in(preferred(ranges)) == tag


@pytest.mark.parametrize("tag", WORDED)
def test_every_language_has_the_words_that_english_has(tag: str) -> None:
    english, own = phrases("en"), phrases(tag)
    for part in ("comparators", "figures", "periods", "changes", "ranks", "statuses"):
        missing = getattr(english, part).keys() - getattr(own, part).keys()
        # How many peers a rank has is part of it, or a note behind it.
        assert missing <= {"of"}, part
        assert "of" not in missing or "of_note" in own.ranks
    assert "other" in own.ordinals
