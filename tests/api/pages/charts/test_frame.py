"""What every chart has: a name, escaped labels, and, where it stands alone, its styles, source and revision."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from api.pages.charts.bars import bars
from api.pages.charts.dots import dot_rows, dot_strip
from api.pages.charts.figures import Figure, Row
from api.pages.charts.frame import STYLES
from api.pages.charts.lines import line, sparkline
from api.pages.charts.numbers import tick_format
from api.pages.charts.text import width, wrap
from tests.api.pages.charts.drawn import Drawn, drawn, figure, frame, row, year

ROWS = [row("5", "GT"), row("3")]
YEARS = [year(2021, "1"), year(2022, "2")]
CHARTS: list[tuple[Callable[..., str], Sequence[object]]] = [
    (dot_rows, ROWS),
    (dot_strip, ROWS),
    (bars, ROWS),
    (line, YEARS),
    (sparkline, YEARS),
]
HOSTILE = '</title><script>alert(1)</script>" onload="x" &amp; <b>\x00\x08\ufffe'


@pytest.mark.parametrize(("draw", "given"), CHARTS)
def test_a_chart_is_an_image_with_a_title_and_a_description(draw, given) -> None:  # type: ignore[no-untyped-def] # any
    root = drawn(draw, given).root

    assert root.tag == "svg"
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "c-title c-desc"
    assert [(part.attrib["id"], part.text) for part in root[:2]] == [("c-title", "Title"), ("c-desc", "Description")]
    assert all("role" not in part.attrib for part in root.iter() if part is not root)


@pytest.mark.parametrize(("draw", "given"), CHARTS)
def test_a_chart_has_no_scripts_and_no_styles_of_its_own(draw, given) -> None:  # type: ignore[no-untyped-def] # any
    root = drawn(draw, given).root

    assert {part.tag for part in root.iter()}.isdisjoint({"script", "style", "image", "a", "foreignObject", "use"})
    names = {name for part in root.iter() for name in part.attrib}
    assert not [name for name in names if name == "style" or name.startswith("on") or name.endswith("href")]


@pytest.mark.parametrize("is_standalone", [False, True])
@pytest.mark.parametrize(("draw", "given"), CHARTS)
def test_whatever_a_label_says_is_text(draw, given, is_standalone) -> None:  # type: ignore[no-untyped-def] # any
    hostile = [
        Row(label=HOSTILE, figure=figure("1", text=HOSTILE), is_own=True) if isinstance(one, Row) else one
        for one in given
    ]
    words = dict.fromkeys(frame().words, HOSTILE)
    shown = frame(
        title=HOSTILE,
        description=HOSTILE,
        language='"><i>',
        words=words,
        is_standalone=is_standalone,
        footer=[HOSTILE],
    )
    chart = Drawn(draw(hostile, shown))

    assert {part.tag for part in chart.root.iter()}.isdisjoint({"script", "b", "i"})
    assert chart.root[0].text == HOSTILE.replace("\x00", "\ufffd").replace("\x08", "\ufffd").replace(
        "\ufffe", "\ufffd"
    )
    assert not [name for part in chart.root.iter() for name in part.attrib if name.startswith("on")]


def test_a_standalone_chart_has_its_styles_title_source_and_revision() -> None:
    shown = frame(is_standalone=True, subtitle="CNY, 2024", footer=["Source: Statistics Bureau", "Revision 12"])
    text = dot_rows(ROWS, shown)
    chart = Drawn(text)

    assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img"')
    assert [part.text for part in chart.root.iter("style")] == [STYLES]
    assert chart.texts("chart-title") == ["Title"]
    assert chart.texts("chart-subtitle") == ["CNY, 2024"]
    assert chart.texts("chart-footer") == ["Source: Statistics Bureau", "Revision 12"]
    assert chart.root.attrib["viewBox"] == f"0 0 640 {chart.root.attrib['height']}"


def test_styles_reach_nothing_outside() -> None:
    assert "url(" not in STYLES
    assert "@import" not in STYLES
    for condition in ("prefers-color-scheme: dark", "forced-colors: active", "print"):
        assert condition in STYLES


def test_the_same_figures_are_the_same_bytes() -> None:
    assert bars(ROWS, frame()) == bars(ROWS, frame())


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_figure_without_a_finite_value_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="has no finite value"):
        figure(value)


def test_a_range_needs_its_upper_end_and_nothing_else_has_one() -> None:
    with pytest.raises(ValueError, match="needs a maximum exactly if it is a range"):
        Figure(value=Decimal(1), text="1", unit="cny", comparator="RANGE")
    with pytest.raises(ValueError, match="needs a maximum exactly if it is a range"):
        Figure(value=Decimal(1), text="1", unit="cny", maximum=Decimal(2))


def test_a_han_character_is_one_em_wide() -> None:
    assert width("白云区", 14) == 42
    assert width("（约）", 14) == 42
    assert width("ilil", 14) < width("mmmm", 14) == 40


def test_texts_are_broken_where_their_language_allows() -> None:
    assert wrap("Suzhou Industrial Park", 14, 120) == ["Suzhou Industrial", "Park"]
    assert wrap("汇聚的视频路数，超16万路。", 14, 84) == ["汇聚的视频路", "数，超16万", "路。"]
    assert wrap("abcdefghijkl", 14, 40) == ["abcde", "fghijk", "l"]
    assert wrap("", 14, 40) == [""]


def test_no_line_is_wider_than_its_room() -> None:
    text = "Emergency-response drones 无人机应急响应（全区）covering 98.5% of the territory"
    for room in (40, 90, 200, 330):
        assert all(width(part, 14) <= room for part in wrap(text, 14, room))


def test_a_long_label_goes_above_its_figure() -> None:
    long = Row(
        label="A district whose name is very long indeed, and longer", figure=figure("5", text="over 5 services")
    )
    chart = drawn(dot_rows, [long])

    assert chart.texts("chart-label") == ["A district whose name is very long indeed, and", "longer"]
    [value] = chart.all("chart-value")
    assert (value.text, value.attrib["x"]) == ("over 5 services", "0")


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("en", "2000", "2,000"),
        ("en", "1500000", "1.5M"),
        ("zh-Hans", "1500000", "150万"),
        ("zh-Hans", "2000000000", "20亿"),
        ("zh-Hant", "2000000000", "20億"),
        ("en", "0.0002", "0.0002"),
        ("en", "-2500000", "-2.5M"),
        ("en", "0", "0"),
    ],
)
def test_values_on_axes_are_shortened_as_their_language_does(language: str, value: str, expected: str) -> None:
    assert tick_format(language)(Decimal(value)) == expected


def test_every_part_of_a_chart_is_well_formed_xml() -> None:
    for draw, given in CHARTS:
        assert ElementTree.fromstring(draw(given, frame(is_standalone=True))).tag == "{http://www.w3.org/2000/svg}svg"
