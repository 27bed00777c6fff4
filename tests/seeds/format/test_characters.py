"""Which characters a text may have, code point by code point."""

import unicodedata

import pytest

from seeds.format.characters import fault_of
from tests.support.thoroughness import IS_THOROUGH

# Written out from Unicode's DerivedCoreProperties.txt, Default_Ignorable_Code_Point.
IGNORABLE = [
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0),
    *(*range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)),
    *(*range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B)),
    *range(0xE0000, 0xE1000),
]


def test_each_ignorable_character_is_named_with_its_code_point() -> None:
    for code in IGNORABLE:
        fault = fault_of(f"示{chr(code)}区")
        assert fault is not None and f"U+{code:04X}" in fault and "remove it (it comes after '示')" in fault


def test_letters_marks_digits_and_signs_are_no_fault() -> None:
    refused = set(IGNORABLE) | set(range(0x2E80, 0x2FE0))
    for code in range(0x20, 0x30000, 1 if IS_THOROUGH else 7):
        character = chr(code)
        is_plain = unicodedata.category(character)[0] in "LMNPS" and unicodedata.is_normalized("NFC", character)
        if is_plain and code not in refused | {0xFFFC, 0xFFFD}:
            assert fault_of(character) is None, hex(code)


@pytest.mark.parametrize(
    ("radical", "ideograph"),
    [("⼀", "一"), ("⿕", "龠"), ("⺁", "厂"), ("⻳", "龟"), ("⺟", "母"), ("⻁", "虎"), ("⻅", "见"), ("⻢", "马")],
)
def test_a_radical_is_told_with_its_ideograph(radical: str, ideograph: str) -> None:
    fault = fault_of(radical)
    assert fault is not None
    assert fault.endswith(f"; write the ideograph {ideograph} (U+{ord(ideograph):04X})")


def test_every_radical_that_looks_like_an_ideograph_is_told_with_one() -> None:
    for code in (*range(0x2E81, 0x2E9A), *range(0x2E9B, 0x2EF4), *range(0x2F00, 0x2FD6)):
        fault = fault_of(chr(code))
        assert fault is not None
        told = fault.partition("write the ideograph ")[2][:1]
        assert unicodedata.name(told).startswith("CJK UNIFIED IDEOGRAPH-"), hex(code)
