"""Dates of EDTF texts in words, with what the source is not sure of."""

import pytest

from schema.base.date_formatting import format_edtf


@pytest.mark.parametrize(
    ("edtf", "en", "zh_hans", "zh_hant"),
    [
        ("2020", "2020", "2020年", "2020年"),
        ("2020~", "about 2020", "约2020年", "約2020年"),
        ("2020?", "2020 (uncertain)", "2020年（不确定）", "2020年（不確定）"),
        ("2020%", "about 2020 (uncertain)", "约2020年（不确定）", "約2020年（不確定）"),
        ("2025-06", "June 2025", "2025年6月", "2025年6月"),
        ("2025-06-30", "30 June 2025", "2025年6月30日", "2025年6月30日"),
        ("2025-33~", "about the first quarter of 2025", "约2025年第一季度", "約2025年第一季度"),
        ("2025-41", "the second half of 2025", "2025年下半年", "2025年下半年"),
        (
            "2004-06~/2006?",
            "about June 2004 to 2006 (uncertain)",
            "约2004年6月至2006年（不确定）",
            "約2004年6月至2006年（不確定）",
        ),
        ("2021~/..", "since about 2021", "约2021年以来", "約2021年以來"),
        ("2021/", "from 2021", "自2021年起", "自2021年起"),
        ("../2020?", "until 2020 (uncertain)", "截至2020年（不确定）", "截至2020年（不確定）"),
        ("/2020", "until 2020", "截至2020年", "截至2020年"),
    ],
)
def test_dates_are_written_in_each_language(edtf: str, en: str, zh_hans: str, zh_hant: str) -> None:
    assert format_edtf(edtf) == {"zh_hans": zh_hans, "en": en, "zh_hant": zh_hant, "derived": []}
