"""Names stand as dictionaries of their languages have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.building.collation import chinese_key, english_key


@pytest.mark.parametrize(
    "names",
    [
        # bái, chóng, cháng: the reading that the word has.
        ["白云区", "长沙", "重庆", "中山", "重要"],
        # Tones in order, then characters.
        ["妈", "麻", "马", "骂"],
        # lù, lǜ, luàn, luò
        ["路", "绿色", "乱", "洛阳"],
        # A name before longer ones that begin with it.
        ["数据", "数据资产", "数字"],
        # Digits, letters, Han characters.
        ["12345热线", "5G", "AI算法", "Z", "智慧热线"],
        # Signs are left out.
        ["“爱”", "“一站式”门户", "综合"],
        # What nobody has a reading for.
        ["作", "\U0003134a"],
    ],
)
def test_chinese_names_stand_by_pinyin(names: list[str]) -> None:
    assert sorted(names, key=chinese_key) == names


@pytest.mark.parametrize(
    "names",
    [
        ["apple", "Banana", "cherry"],
        ["5G", "App", "app store", "Apple"],
        ["Cafe", "Café bar", "cafes"],
        ["eagle", "e-sport", "Esports"],
        ["Smart", "smart", "smart city", "smartphone"],
    ],
)
def test_english_names_stand_without_regard_to_case_and_accents(names: list[str]) -> None:
    assert sorted(names, key=english_key) == names


@given(st.text(min_size=1), st.text(min_size=1))
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert (chinese_key(one) == chinese_key(other)) == (one == other)
    assert (english_key(one) == english_key(other)) == (one == other)
