"""Figures written for people: every digit kept, in the words of each language."""

import re
from decimal import Decimal, localcontext
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loaders.documents import Comparator, Quantity
from loaders.values.units import UNITS
from schema.base.formatting import format_quantity


def quantity(value: str, multiplier: int, comparator: Any, unit: str, max_value: str | None = None) -> Quantity:
    return {
        "value": Decimal(value),
        "multiplier": multiplier,
        "comparator": comparator,
        "max_value": Decimal(max_value) if max_value else None,
        "unit": unit,
        "normalized": 0.0,
        "decimals": 0,
    }


CHANNELS = quantity("16", 4, "GT", "video-channel")
RECORDS = quantity("152.58", 8, "EQ", "record")
REVENUE = quantity("90.95", 8, "EQ", "cny")
RATE = quantity("99", 0, "APPROX", "percent")
COMPANIES = quantity("2800", 0, "NEAR", "enterprise")
SAVED = quantity("70", 0, "UP_TO", "percent")
STREETS = quantity("1.5", 0, "EQ", "percentage-point")
RANGE = quantity("5", 4, "RANGE", "event", "8")
PER_PERSON = quantity("1.2", 4, "GT", "cny-per-person")
DENSITY = quantity("3500", 0, "EQ", "person-per-square-kilometre")
HUGE = quantity("1234567890123456789012345678901234", 8, "EQ", "record")


@pytest.mark.parametrize(
    ("figure", "language", "style", "written"),
    [
        (CHANNELS, "zh-Hans", "SOURCE", "超16万路"),
        (CHANNELS, "zh-Hant", "SOURCE", "超16萬路"),
        (CHANNELS, "zh-Hans", "PLAIN", "超160,000路"),
        (CHANNELS, "en", "PLAIN", "over 160,000 video channels"),
        (CHANNELS, "en", "COMPACT", "over 160,000 video channels"),
        (COMPANIES, "zh-Hans", "SOURCE", "近2,800家"),
        (COMPANIES, "zh-Hant", "COMPACT", "近2,800家"),
        (COMPANIES, "en", "COMPACT", "nearly 2,800 enterprises"),
        (SAVED, "zh-Hans", "SOURCE", "最高70%"),
        (SAVED, "en", "COMPACT", "up to 70%"),
        (RECORDS, "zh-Hans", "COMPACT", "152.58亿条"),
        (RECORDS, "zh-Hant", "COMPACT", "152.58億條"),
        (RECORDS, "zh-Hans", "SOURCE", "152.58亿条"),
        (RECORDS, "zh-Hant", "SOURCE", "152.58億條"),
        (RECORDS, "en", "COMPACT", "15.258 billion records"),
        (PER_PERSON, "en", "COMPACT", "over CNY 12,000 per person"),
        (PER_PERSON, "zh-Hans", "COMPACT", "每人超1.2万元"),
        (PER_PERSON, "zh-Hant", "PLAIN", "超12,000元每人"),
        (DENSITY, "en", "PLAIN", "3,500 people per square kilometre"),
        (DENSITY, "zh-Hans", "PLAIN", "3,500人/平方公里"),
        (RECORDS, "en", "SOURCE", "15.258 billion records"),
        (RECORDS, "en", "PLAIN", "15,258,000,000 records"),
        (REVENUE, "en", "COMPACT", "CNY 9.095 billion"),
        (REVENUE, "en", "PLAIN", "CNY 9,095,000,000"),
        (REVENUE, "zh-Hans", "COMPACT", "90.95亿元"),
        (RATE, "en", "PLAIN", "about 99%"),
        (RATE, "zh-Hans", "COMPACT", "约99%"),
        (RATE, "zh-Hant", "COMPACT", "約99%"),
        (STREETS, "en", "PLAIN", "1.5 percentage points"),
        (STREETS, "zh-Hans", "PLAIN", "1.5个百分点"),
        (STREETS, "zh-Hant", "PLAIN", "1.5個百分點"),
        (RANGE, "zh-Hans", "SOURCE", "5万–8万场"),
        (RANGE, "en", "PLAIN", "50,000–80,000 events"),
        (quantity("900", 4, "GT", "work-order"), "zh-Hans", "SOURCE", "超900万宗"),
        (quantity("900", 4, "GT", "work-order"), "en", "COMPACT", "over 9 million work orders"),
        (quantity("24", 0, "EQ", "drone-dock"), "zh-Hans", "SOURCE", "24台"),
        (quantity("90.950", 0, "EQ", "percent"), "en", "PLAIN", "90.950%"),
        (quantity("-1500", 3, "EQ", "cny"), "en", "COMPACT", "-CNY 1.5 million"),
        (quantity("2", 12, "GTE", "record"), "en", "COMPACT", "at least 2 trillion records"),
        (quantity("3", 0, "LT", "node"), "zh-Hans", "PLAIN", "不足3个"),
        (quantity("3", 0, "LTE", "node"), "en", "PLAIN", "at most 3 nodes"),
        (quantity("1", 0, "EQ", "person"), "en", "PLAIN", "1 person"),
        (quantity("1", 6, "EQ", "person"), "en", "COMPACT", "1 million people"),
        (quantity("1.0", 0, "EQ", "person"), "en", "PLAIN", "1.0 people"),
        (quantity("1", 0, "EQ", "kilometre"), "en", "PLAIN", "1 kilometre"),
        (quantity("210", 0, "APPROX", "kilometre"), "en", "PLAIN", "about 210 kilometres"),
        (quantity("210", 0, "APPROX", "kilometre"), "zh-Hans", "PLAIN", "约210公里"),
        (quantity("36.6", 0, "EQ", "degree-celsius"), "zh-Hant", "PLAIN", "攝氏 36.6 度"),
        (quantity("60", 0, "LTE", "kilometre-per-hour"), "zh-Hans", "PLAIN", "至多每小时60公里"),
        (quantity("3.5", 0, "EQ", "permille"), "en", "PLAIN", "3.5‰"),
        (quantity("2.5", 0, "EQ", "times"), "zh-Hant", "COMPACT", "2.5倍"),
        (quantity("19.5", 8, "EQ", "usd"), "zh-Hans", "SOURCE", "19.5亿美元"),
        (quantity("513", 8, "EQ", "krw"), "zh-Hant", "COMPACT", "513億韓元"),
        (HUGE, "en", "PLAIN", "123,456,789,012,345,678,901,234,567,890,123,400,000,000 records"),
    ],
)
def test_a_figure_is_written_out(figure: Quantity, language: str, style: str, written: str) -> None:
    assert format_quantity(figure, language, style) == written


@pytest.mark.parametrize(
    ("value", "multiplier", "source", "compact"),
    [
        ("3.1", 12, "3.1万亿", "3.1万亿"),
        ("31000", 8, "31,000亿", "3.1万亿"),
        ("5", 11, "5千亿", "5千亿"),
        ("5", 10, "5百亿", "5百亿"),
        ("5", 9, "50亿", "50亿"),
        ("5", 7, "5千万", "5千万"),
        ("5000", 4, "5,000万", "5,000万"),
        ("5", 6, "5百万", "5百万"),
        ("350", 6, "350百万", "3.5亿"),
        ("5", 5, "50万", "50万"),
        ("1.50", 5, "15.0万", "15万"),
        ("3", 3, "3千", "3千"),
        ("1500", 3, "1,500千", "150万"),
        ("5", 2, "500", "500"),
        ("5", 1, "50", "50"),
        ("5", 13, "50万亿", "50万亿"),
        ("1.25", 16, "1.25亿亿", "1.25亿亿"),
        ("0", 8, "0亿", "0"),
    ],
)
def test_chinese_has_the_scales_that_chinese_sources_print(
    value: str, multiplier: int, source: str, compact: str
) -> None:
    figure = quantity(value, multiplier, "EQ", "cny")
    assert format_quantity(figure, "zh-Hans", "SOURCE") == f"{source}元"
    assert format_quantity(figure, "zh-Hans", "COMPACT") == f"{compact}元"
    traditional = source.replace("万", "萬").replace("亿", "億")
    assert format_quantity(figure, "zh-Hant", "SOURCE") == f"{traditional}元"


@pytest.mark.parametrize(
    ("figure", "language", "style", "written"),
    [
        (quantity("-350", 6, "EQ", "cny"), "en", "COMPACT", "-CNY 350 million"),
        (quantity("-350", 6, "LT", "cny"), "en", "PLAIN", "under -CNY 350,000,000"),
        (quantity("-350", 4, "EQ", "cny"), "zh-Hans", "SOURCE", "-350万元"),
        (quantity("1", 0, "EQ", "percentage-point"), "en", "PLAIN", "1 percentage point"),
        (quantity("-1", 0, "EQ", "percentage-point"), "en", "SOURCE", "-1 percentage point"),
        (quantity("1", 0, "GT", "percentage-point"), "en", "COMPACT", "over 1 percentage point"),
        (quantity("0.1", 1, "EQ", "percentage-point"), "en", "PLAIN", "1 percentage point"),
        (quantity("1.0", 0, "EQ", "percentage-point"), "en", "PLAIN", "1.0 percentage points"),
        (quantity("0", 0, "EQ", "percentage-point"), "en", "PLAIN", "0 percentage points"),
        (quantity("1", 6, "EQ", "percentage-point"), "en", "COMPACT", "1 million percentage points"),
        (quantity("0.5", 0, "RANGE", "percentage-point", "1"), "en", "PLAIN", "0.5–1 percentage points"),
        (quantity("-1", 0, "RANGE", "percentage-point", "1"), "en", "PLAIN", "-1 to 1 percentage points"),
        (quantity("-1", 0, "RANGE", "percent", "1"), "en", "PLAIN", "-1% to 1%"),
        (quantity("-3", 0, "RANGE", "percent", "-1"), "en", "COMPACT", "-3% to -1%"),
        (quantity("-1", 0, "RANGE", "percent", "1"), "zh-Hans", "PLAIN", "-1%至1%"),
        (quantity("1", 0, "RANGE", "percent", "3"), "en", "PLAIN", "1–3%"),
        (quantity("-5", 6, "RANGE", "cny", "3"), "en", "COMPACT", "-CNY 5 million to CNY 3 million"),
        (quantity("-5", 4, "RANGE", "cny", "3"), "zh-Hant", "SOURCE", "-5萬元至3萬元"),
        (quantity("-5", 4, "RANGE", "node", "3"), "zh-Hans", "SOURCE", "-5万至3万个"),
    ],
)
def test_signs_and_plurals_read_well(figure: Quantity, language: str, style: str, written: str) -> None:
    assert format_quantity(figure, language, style) == written


NUMBERS = st.decimals(-(10**9), 10**9, places=4, allow_nan=False).flatmap(
    lambda value: st.sampled_from([value, value.quantize(Decimal(1)), value.quantize(Decimal("0.1")), Decimal(1)])
)
COMPARATORS = [comparator for comparator in get_args(Comparator) if comparator != "RANGE"]
# A figure as a reader takes it in; nothing here comes from the code under test.
NUMBER = re.compile(r"(?P<sign>-?)(?:CNY )?(?P<digits>[\d,]+(?:\.\d+)?) ?(?P<word>[mbtr]+illion|[千百万亿萬億]*)")
WORTH = {"千": 3, "百": 2, "万": 4, "萬": 4, "亿": 8, "億": 8, "million": 6, "billion": 9, "trillion": 12, "": 0}


def read_back(text: str) -> list[Decimal]:
    """The numbers that a text writes, in full."""
    found = []
    for match in NUMBER.finditer(text):
        word = match["word"]
        power = WORTH[word] if word in WORTH else sum(WORTH[one] for one in word)
        found.append(Decimal(match["sign"] + match["digits"].replace(",", "")).scaleb(power))
    return found


@given(
    value=NUMBERS,
    more=st.none() | st.decimals(Decimal("0.0001"), 10**9, places=4),
    multiplier=st.integers(0, 18),
    comparator=st.sampled_from(COMPARATORS),
    unit=st.sampled_from(sorted(UNITS)),
    language=st.sampled_from(["zh-Hans", "zh-Hant", "en"]),
    style=st.sampled_from(["PLAIN", "COMPACT", "SOURCE"]),
)
@example(Decimal(-1), Decimal(2), 0, "EQ", "percent", "en", "PLAIN")
@example(Decimal(1), None, 0, "EQ", "percentage-point", "en", "SOURCE")
def test_every_figure_can_be_read_back(
    value: Decimal, more: Decimal | None, multiplier: int, comparator: Any, unit: str, language: str, style: str
) -> None:
    value = value or abs(value)
    highest = None if more is None else str(value + more)
    figure = quantity(str(value), multiplier, "RANGE" if highest else comparator, unit, highest)
    written = format_quantity(figure, language, style)
    with localcontext(prec=60):
        meant = [value.scaleb(multiplier), *([(value + more).scaleb(multiplier)] if more is not None else [])]
        assert read_back(written) == meant
    assert not re.search(r"[-–−]\s*[-–−]|-[–−]|CNY -|\.$|  |E\d", written)
    if unit == "percentage-point" and language == "en":
        alone = more is None and re.search(r"(^|[ -])1 percentage", written)
        assert written.endswith(" percentage point" if alone else " percentage points")
