"""Numbers and dates of a line are read as its language writes them."""

import pytest
import yaml

from loaders.values.units import UNITS
from seeds.verification.dates import dates_of
from seeds.verification.mentions import Mention, mentions_of
from seeds.verification.normalisation import normal, normal_line
from seeds.verification.numerals import numerals_of
from seeds.verification.words import languages, units
from tests.support.servers import ROOT


@pytest.mark.parametrize(
    ("language", "line", "numbers"),
    [
        ("zh", "900萬餘宗、152.58億條、三百二十家、千卡", ["9000000", "15258000000", "320", "1000"]),
        ("zh", "一万二千三百个、两亿三千万元、二〇二五、十", ["12300", "230000000", "2025", "10"]),
        ("zh", "5G、“1+4+N”、8+2、十五五、统一、km2", []),
        ("zh", "1,234.5和12,34", ["1234.5", "12", "34"]),
        ("ja", "1億2,000万人、1兆3000億円", ["120000000", "1300000000000"]),
        ("ko", "1억 2,345만 명, 삼백이십 개, 두 곳", ["123450000", "320", "2"]),
        ("ko", "이용자가 한국에서", []),
        ("en", "1.6 billion, $1.6bn, 140k, 1,234.5", ["1600000000", "1600000000", "140000", "1234.5"]),
        (
            "en",
            "three hundred and twenty; two million three hundred thousand; a million",
            ["320", "2300000", "1000000"],
        ),
        ("es", "1.234,5 millones; 2 mil millones; dos mil millones", ["1234500000", "2000000000", "2000000000"]),
        ("es", "1 234 567; 3,5; cuarenta y cinco; mil", ["1234567", "3.5", "45", "1000"]),
    ],
)
def test_numbers_are_read(language: str, line: str, numbers: list[str]) -> None:
    found = numerals_of(normal(line), languages()[language])
    assert [f"{one.number.normalize():f}" for one in found] == numbers


def test_every_unit_has_words_and_no_other_has() -> None:
    named = yaml.safe_load((ROOT / "seeds/verification/units.yaml").read_text(encoding="utf-8"))
    assert named.keys() - UNITS.keys() == {"other"}
    assert [code for code, words in units().items() if not (words.signs or words.counters or words.nouns)] == []


@pytest.mark.parametrize(
    ("line", "spans"),
    [
        ("2025年6月，2025年", ["2025-06-01/2025-06-30", "2025-01-01/2025-12-31"]),
        ("2025年，1-9月", ["2025-01-01/2025-12-31", "2025-01-01/2025-09-30"]),
        ("2024年前三季度，上半年", ["2024-01-01/2024-09-30", "2024-01-01/2024-06-30"]),
        ("2024年前9个月，3月5日", ["2024-01-01/2024-09-30", "2024-03-05/2024-03-05"]),
        ("去年，二〇二三年第二季度", ["2024-01-01/2024-12-31", "2023-04-01/2023-06-30"]),
        ("2020-2024年", ["2020-01-01/2024-12-31"]),
        ("2024년 상반기, 3분기", ["2024-01-01/2024-06-30", "2024-07-01/2024-09-30"]),
        ("in the first nine months of 2025", ["2025-01-01/2025-09-30"]),
        ("June 2025; 3 May 2024; May 3, 2024", ["2025-06-01/2025-06-30", *["2024-05-03/2024-05-03"] * 2]),
        ("January to September 2025; Q3 2024; the second quarter of 2024", [
            "2025-01-01/2025-09-30", "2024-07-01/2024-09-30", "2024-04-01/2024-06-30"]),
        ("in 2024 there were 2000 users", ["2024-01-01/2024-12-31"]),
        ("primer semestre de 2024; 3 de mayo de 2024; de enero a marzo de 2024", [
            "2024-01-01/2024-06-30", "2024-05-03/2024-05-03", "2024-01-01/2024-03-31"]),
        ("2024-06-30; 2024.06.30", ["2024-06-30/2024-06-30"] * 2),
        ("2024年13月40日", []),
        ("6年，3个月，2000家", []),
    ],
)  # fmt: skip
def test_dates_are_read(line: str, spans: list[str]) -> None:
    dates = [date for date in dates_of(normal(line), None, published=2025) if date.spans]
    assert [f"{date.spans[0].start}/{date.spans[0].end}" for date in dates] == spans


def test_the_end_of_a_period_is_the_period_or_its_last_day() -> None:
    [year] = dates_of(normal("截至2024年底"), None)
    assert [span.end for span in year.spans] == ["2024-12-31"] * 3
    assert [span.start for span in year.spans] == ["2024-01-01", "2024-12-01", "2024-12-31"]
    [month] = dates_of(normal("截至2024年2月末"), None)
    assert [span.start for span in month.spans] == ["2024-02-01", "2024-02-29"]


def test_a_date_without_any_year_stands_for_nothing() -> None:
    assert [date.spans for date in dates_of(normal("1-9月，去年"), None)] == [(), ()]


def mentions_in(language: str, line: str) -> list[Mention]:
    return mentions_of(normal_line(line, 1), [], languages()[language])


@pytest.mark.parametrize(
    ("language", "line", "low", "high"),
    [
        ("en", "between 12 and 15 minutes", "12", "15"),
        ("es", "entre 2.000 y 2.500 cámaras", "2000", "2500"),
        ("ja", "相談は1万2,000件から1万5,000件", "12000", "15000"),
        ("ko", "상담은 1만 2,000건에서 1만 5,000건", "12000", "15000"),
        ("es", "un plazo de 10 a 15 días", "10", "15"),
        ("fr", "un délai de 10 à 15 jours", "10", "15"),
        ("de", "10 bis 15 Minuten", "10", "15"),
    ],
)
def test_the_ends_of_a_range_are_one_figure(language: str, line: str, low: str, high: str) -> None:
    [mention] = mentions_in(language, line)
    assert mention.maximum is not None
    assert (f"{mention.number.normalize():f}", f"{mention.maximum.normalize():f}") == (low, high)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "12 cameras and 15 sensors"),
        ("es", "2 cámaras y 5 sensores"),
        ("es", "aumentó de 10 a 15 días"),
        ("fr", "passé de 10 à 15 jours"),
    ],
)
def test_two_figures_are_no_range(language: str, line: str) -> None:
    assert [one.maximum for one in mentions_in(language, line)] == [None, None]


@pytest.mark.parametrize(
    ("language", "line", "unit"),
    [
        ("ja", "投資額は3億5,000万円を超えた", "jpy"),
        ("en", "cost £3.5 million", "gbp"),
        ("es", "3,5 millones de euros", "eur"),
        ("ko", "센서는 2,800개 이상", "sensor"),
        ("ja", "防犯カメラは1,200台", "camera"),
        ("es", "unos 3.450 sensores", "sensor"),
        ("ko", "충전기 120기", "charging-point"),
    ],
)
def test_units_are_named_as_each_language_names_them(language: str, line: str, unit: str) -> None:
    [mention] = mentions_in(language, line)
    assert unit in mention.units
