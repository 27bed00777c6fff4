"""A period's EDTF text gives its first and last day, and tells an open end from an unknown one."""

import re
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.values.edtf import Span, parse_edtf


@pytest.mark.parametrize(
    ("text", "kind", "start", "end"),
    [
        ("2025", "YEAR", "2025-01-01", "2025-12-31"),
        ("0001", "YEAR", "0001-01-01", "0001-12-31"),
        ("9999", "YEAR", "9999-01-01", "9999-12-31"),
        ("2025-01", "MONTH", "2025-01-01", "2025-01-31"),
        ("2025-06", "MONTH", "2025-06-01", "2025-06-30"),
        ("2025-12", "MONTH", "2025-12-01", "2025-12-31"),
        ("2024-02", "MONTH", "2024-02-01", "2024-02-29"),
        ("2025-02", "MONTH", "2025-02-01", "2025-02-28"),
        ("2025-11-14", "DAY", "2025-11-14", "2025-11-14"),
        ("2024-02-29", "DAY", "2024-02-29", "2024-02-29"),
        ("2025-33", "QUARTER", "2025-01-01", "2025-03-31"),
        ("2025-34", "QUARTER", "2025-04-01", "2025-06-30"),
        ("2025-35", "QUARTER", "2025-07-01", "2025-09-30"),
        ("2025-36", "QUARTER", "2025-10-01", "2025-12-31"),
        ("2025-40", "HALF_YEAR", "2025-01-01", "2025-06-30"),
        ("2025-41", "HALF_YEAR", "2025-07-01", "2025-12-31"),
        ("2025-01/2025-09", "RANGE", "2025-01-01", "2025-09-30"),
        ("2021/2025", "RANGE", "2021-01-01", "2025-12-31"),
        ("2025/2025", "YEAR", "2025-01-01", "2025-12-31"),
        ("2025-01/2025-12", "YEAR", "2025-01-01", "2025-12-31"),
        ("2025-33/2025-36", "YEAR", "2025-01-01", "2025-12-31"),
        ("2025-40/2025-41", "YEAR", "2025-01-01", "2025-12-31"),
        ("2025-01-01/2025-12-31", "YEAR", "2025-01-01", "2025-12-31"),
        ("2025-01/2025-06", "HALF_YEAR", "2025-01-01", "2025-06-30"),
        ("2025-35/2025-36", "HALF_YEAR", "2025-07-01", "2025-12-31"),
        ("2024-01-01/2024-03-31", "QUARTER", "2024-01-01", "2024-03-31"),
        ("2025-10/2025-12", "QUARTER", "2025-10-01", "2025-12-31"),
        ("2024-02-01/2024-02-29", "MONTH", "2024-02-01", "2024-02-29"),
        ("2025-06-30/2025-06-30", "DAY", "2025-06-30", "2025-06-30"),
        ("2025-02/2025-04", "RANGE", "2025-02-01", "2025-04-30"),
        ("2025-04/2025-09", "RANGE", "2025-04-01", "2025-09-30"),
        ("2024-02-01/2024-02-28", "RANGE", "2024-02-01", "2024-02-28"),
        ("2024-07/2025-06", "RANGE", "2024-07-01", "2025-06-30"),
        ("2025-11-01/2025-11-14", "RANGE", "2025-11-01", "2025-11-14"),
        ("2025-33/2025-41", "YEAR", "2025-01-01", "2025-12-31"),
        ("2020/..", "RANGE", "2020-01-01", None),
        ("2020/", "RANGE", "2020-01-01", None),
        ("../2025-10", "RANGE", None, "2025-10-31"),
        ("/2025", "RANGE", None, "2025-12-31"),
    ],
)
def test_a_text_has_a_kind_a_first_and_a_last_day(text: str, kind: str, start: str | None, end: str | None) -> None:
    span = parse_edtf(text)
    assert (span.kind, span.start, span.end) == (kind, start, end)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2021/..", Span("2021-01-01", None, end_is_open=True)),
        ("2021/", Span("2021-01-01", None)),
        ("../2020", Span(None, "2020-12-31", start_is_open=True)),
        ("/2020", Span(None, "2020-12-31")),
        ("2021/2022", Span("2021-01-01", "2022-12-31")),
    ],
)
def test_an_open_end_is_told_from_an_unknown_one(text: str, span: Span) -> None:
    assert parse_edtf(text) == span


@pytest.mark.parametrize(
    ("text", "same_days", "is_approximate", "is_uncertain"),
    [
        ("2020~", "2020", True, False),
        ("2020?", "2020", False, True),
        ("2020%", "2020", True, True),
        ("2020-06-30?", "2020-06-30", False, True),
        ("2025-33~", "2025-33", True, False),
        ("2004-06~/2006-08?", "2004-06/2006-08", True, True),
        ("2004/2006~", "2004/2006", True, False),
        ("2021?/..", "2021/..", False, True),
        ("/2020%", "/2020", True, True),
        ("2020", "2020", False, False),
    ],
)
def test_a_qualifier_changes_no_day(text: str, same_days: str, *, is_approximate: bool, is_uncertain: bool) -> None:
    span = parse_edtf(text)
    assert span == parse_edtf(same_days)
    assert hash(span) == hash(parse_edtf(same_days))
    assert (span.is_approximate, span.is_uncertain) == (is_approximate, is_uncertain)
    assert span.kind == parse_edtf(same_days).kind


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2020?~", "'2020?~' has 2 qualifiers; write one: ? for uncertain, ~ for approximate, % for both"),
        ("2020~~/2021", "'2020~~' has 2 qualifiers; write one: ? for uncertain, ~ for approximate, % for both"),
        ("~2020", "'~2020' qualifies a part of a date; write the qualifier at its end: 2020~"),
        ("2020?-06", "'2020?-06' qualifies a part of a date; write the qualifier at its end: 2020-06?"),
        ("2020/..~", "'..~' qualifies an end without a date; write the date before it, or leave '~' out"),
        ("?/2020", "'?' qualifies an end without a date; write the date before it, or leave '?' out"),
        ("%", "'%' qualifies an end without a date; write the date before it, or leave '%' out"),
        ("2020-13~", "'2020-13' has no month 13; write 01 to 12, 33 to 36 for a quarter, 40 or 41 for a half"),
        ("2021~/2020", "the interval ends (2020) before it starts (2021); write 2020/2021"),
    ],
)
def test_a_qualifier_elsewhere_than_at_the_end_of_a_date_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        parse_edtf(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("约2020年", "2020~"),
        ("2020年6月前后", "2020-06~"),
        ("about 2020", "2020~"),
        ("c. 1999", "1999~"),
        ("2020 ~", "2020~"),
        ("2020？", "2020?"),
        ("2025-01~2025-09", "2025-01/2025-09"),
        ("2025-Q1", "2025-33"),
        ("2025-Q3", "2025-35"),
        ("2025Q3", "2025-35"),
        ("2025q3", "2025-35"),
        ("Q3 2025", "2025-35"),
        ("3Q2025", "2025-35"),
        ("2025年第三季度", "2025-35"),
        ("2025年4季度", "2025-36"),
        ("2025-H1", "2025-40"),
        ("2025H2", "2025-41"),
        ("H1/2025", "2025-40"),
        ("2025年上半年", "2025-40"),
        ("2025年下半年", "2025-41"),
        ("2025年", "2025"),
        ("2025年6月", "2025-06"),
        ("2025年6月30日", "2025-06-30"),
        ("2025-6", "2025-06"),
        ("2025-1-2", "2025-01-02"),
        ("2025/06", "2025-06"),
        ("2025/6/30", "2025-06-30"),
        ("2025.06.30", "2025-06-30"),
        ("202506", "2025-06"),
        ("20250601", "2025-06-01"),
        ("２０２５", "2025"),
        (" 2025", "2025"),
        ("2025\n", "2025"),
        ("2021-2025", "2021/2025"),
        ("2025-01 to 2025-09", "2025-01/2025-09"),
        ("2025年1月至2025年9月", "2025-01/2025-09"),
        ("2025-Q1/2025-Q3", "2025-33/2025-35"),
        ("2025-Q3/..", "2025-35/.."),
    ],
)
def test_another_way_to_write_a_period_is_refused_with_its_edtf(text: str, written: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(f'{text!r} is written {written} in EDTF')}$"):
        parse_edtf(text)
    assert parse_edtf(written).start


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "'' is not an EDTF date; write a year (2025), a month (2025-06)"),
        ("25", "'25' is not an EDTF date"),
        ("abc", "'abc' is not an EDTF date"),
        ("2025-Q5", "'2025-Q5' is not an EDTF date"),
        ("2025-6-31", "'2025-6-31' is not an EDTF date"),
        ("2025/13", "'13' is not an EDTF date"),
        ("2025-Q3/2025-Q1", "'2025-Q3' is not an EDTF date"),
        ("9" * 5000, f"'{'9' * 40}…' is not an EDTF date"),
        ("2025-XX", "'2025-XX' is not an EDTF date"),
        ("-2025", "'-2025' is not an EDTF date"),
        ("2025-06-01T00:00", "'2025-06-01T00:00' is not an EDTF date"),
        ("2025/2026/2027", "'2026/2027' is not an EDTF date"),
        ("2025/soon", "'soon' is not an EDTF date"),
        ("0000", "year 0000 is out of range; write 0001 to 9999"),
        ("2025-00", "'2025-00' has no month 00; write 01 to 12"),
        ("2025-13", "'2025-13' has no month 13; write 01 to 12, 33 to 36 for a quarter, 40 or 41 for a half"),
        ("2025-21", "'2025-21' has no month 21; write 01 to 12"),
        ("2025-37", "'2025-37' has no month 37; write 01 to 12"),
        ("2025-02-30", "'2025-02-30' is not a calendar day"),
        ("2025-02-29", "'2025-02-29' is not a calendar day"),
        ("2025-33-01", "'2025-33-01' is not a calendar day"),
        ("2025-06/2025-05", "the interval ends (2025-05) before it starts (2025-06); write 2025-05/2025-06"),
        ("2025-06-02/2025-06-01", "the interval ends (2025-06-01) before it starts (2025-06-02)"),
        ("../..", "an interval needs a start or an end; leave it out when neither is known"),
        ("/", "an interval needs a start or an end"),
        ("../", "an interval needs a start or an end"),
    ],
)
def test_what_is_no_date_is_refused_with_what_would_be(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}"):
        parse_edtf(text)


@given(st.dates())
def test_every_day_of_the_calendar_is_itself(day: date) -> None:
    text = f"{day.year:04}-{day.month:02}-{day.day:02}"
    span = parse_edtf(text)
    assert (span, span.kind) == (Span(text, text), "DAY")


@given(st.dates(), st.dates())
def test_an_interval_spans_its_ends_or_is_refused_when_reversed(start: date, end: date) -> None:
    text = f"{start.isoformat()}/{end.isoformat()}"
    if start <= end:
        assert parse_edtf(text) == Span(start.isoformat(), end.isoformat())
    else:
        with pytest.raises(ValueError, match="before it starts"):
            parse_edtf(text)


@given(st.text("0123456789-/.~XQH年月", max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert parse_edtf(text).kind
