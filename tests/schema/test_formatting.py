"""Figures written for people: every digit kept, in the words of each language."""

from decimal import Decimal
from typing import Any

import pytest

from loaders.documents import Quantity
from schema.formatting import format_quantity


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
STREETS = quantity("1.5", 0, "EQ", "percentage-point")
RANGE = quantity("5", 4, "RANGE", "event", "8")
HUGE = quantity("1234567890123456789012345678901234", 8, "EQ", "record")


@pytest.mark.parametrize(
    ("figure", "language", "style", "written"),
    [
        (CHANNELS, "zh-Hans", "SOURCE", "超16万路"),
        (CHANNELS, "zh-Hant", "SOURCE", "超16萬路"),
        (CHANNELS, "zh-Hans", "PLAIN", "超160,000"),
        (CHANNELS, "en", "PLAIN", "over 160,000"),
        (CHANNELS, "en", "COMPACT", "over 160,000"),
        (RECORDS, "zh-Hans", "COMPACT", "152.58亿"),
        (RECORDS, "zh-Hant", "COMPACT", "152.58億"),
        (RECORDS, "zh-Hans", "SOURCE", "152.58亿条"),
        (RECORDS, "zh-Hant", "SOURCE", "152.58億條"),
        (RECORDS, "en", "COMPACT", "15.258 billion"),
        (RECORDS, "en", "SOURCE", "15.258 billion"),
        (RECORDS, "en", "PLAIN", "15,258,000,000"),
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
        (RANGE, "en", "PLAIN", "50,000–80,000"),
        (quantity("900", 4, "GT", "work-order"), "zh-Hans", "SOURCE", "超900万宗"),
        (quantity("900", 4, "GT", "work-order"), "en", "COMPACT", "over 9 million"),
        (quantity("24", 0, "EQ", "drone-dock"), "zh-Hans", "SOURCE", "24台"),
        (quantity("90.950", 0, "EQ", "percent"), "en", "PLAIN", "90.950%"),
        (quantity("-1500", 3, "EQ", "cny"), "en", "COMPACT", "CNY -1.5 million"),
        (quantity("2", 12, "GTE", "record"), "en", "COMPACT", "at least 2 trillion"),
        (quantity("3", 0, "LT", "node"), "zh-Hans", "PLAIN", "不足3"),
        (quantity("3", 0, "LTE", "node"), "en", "PLAIN", "at most 3"),
        (HUGE, "en", "PLAIN", "123,456,789,012,345,678,901,234,567,890,123,400,000,000"),
    ],
)
def test_a_figure_is_written_out(figure: Quantity, language: str, style: str, written: str) -> None:
    assert format_quantity(figure, language, style) == written
