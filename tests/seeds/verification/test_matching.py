"""The figures of a file are found in a kept text, and each planted error is told."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from loaders.documents import Comparator
from loaders.values.units import UNITS
from seeds.verification.matching import FOUND
from tests.seeds.verification.texts import FIGURES, TEXTS, Figure, only_result, quantity, verified
from tests.support.data.content import text

ALL = [
    pytest.param(language, figure, id=f"{language}-{figure.slug}")
    for language in FIGURES
    for figure in FIGURES[language]
]


@pytest.mark.parametrize("language", FIGURES)
def test_every_printed_figure_is_found_at_its_locator(tmp_path: Path, language: str) -> None:
    found = verified(tmp_path, language, [figure.metric() for figure in FIGURES[language]])
    assert [
        (result.claim.name, result.status, result.mention and result.mention.printed) for result in found.results
    ] == [(figure.slug, figure.status, figure.printed) for figure in FIGURES[language]]


def all_are_told(folder: Path, language: str, wrong: Sequence[Figure]) -> None:
    """Verify figures with an error each, as metrics of one file."""
    metrics = [{**figure.metric(), "slug": f"{figure.slug}-{index}"} for index, figure in enumerate(wrong)]
    results = verified(folder, language, metrics).results
    assert len(results) == len(wrong) > 0
    assert [figure for figure, result in zip(wrong, results, strict=True) if result.status in FOUND] == []


@pytest.mark.parametrize(("language", "figure"), ALL)
def test_a_wrong_digit_is_told(tmp_path: Path, language: str, figure: Figure) -> None:
    value, maximum = figure.quantity["value"], figure.quantity.get("maxValue", "9" * 9)
    values = [
        f"{value[:place]}{other}{value[place + 1 :]}"
        for place, digit in enumerate(value)
        for other in "0123456789"
        if digit not in {".", other}
    ]
    quantities = [{**figure.quantity, "value": one} for one in values if 0 < float(one) < float(maximum)]
    scaled = {**figure.quantity, "multiplier": figure.quantity["multiplier"] + 1}
    all_are_told(tmp_path, language, [replace(figure, quantity=wrong) for wrong in (*quantities, scaled)])


@pytest.mark.parametrize(("language", "figure"), ALL)
def test_a_wrong_comparator_is_told(tmp_path: Path, language: str, figure: Figure) -> None:
    plain = {key: value for key, value in figure.quantity.items() if key != "maxValue"}
    quantities = [
        {**plain, "comparator": comparator}
        | ({"maxValue": str(float(plain["value"]) * 2)} if comparator == "RANGE" else {})
        for comparator in sorted({*get_args(Comparator)} - {plain["comparator"]})
    ]
    all_are_told(tmp_path, language, [replace(figure, quantity=wrong) for wrong in quantities])


@pytest.mark.parametrize(("language", "figure"), ALL)
def test_a_wrong_unit_is_told(tmp_path: Path, language: str, figure: Figure) -> None:
    units = sorted({*UNITS} - {figure.quantity["unit"]})
    all_are_told(tmp_path, language, [replace(figure, quantity={**figure.quantity, "unit": unit}) for unit in units])


@pytest.mark.parametrize(("language", "figure"), ALL)
def test_a_wrong_period_is_told(tmp_path: Path, language: str, figure: Figure) -> None:
    periods = {
        ("YEAR", "2023"),
        ("MONTH", "2024-07"),
        ("RANGE", "2024-01/2024-08"),
        ("QUARTER", "2024-33"),
        ("DAY", "2024-12-30"),
        ("MONTH", None),
        ("CUMULATIVE", None),
    }
    wrong = sorted(periods - {figure.period}, key=str)
    all_are_told(tmp_path, language, [replace(figure, period=period) for period in wrong])


@pytest.mark.parametrize(("language", "figure"), ALL)
def test_a_wrong_line_is_told(tmp_path: Path, language: str, figure: Figure) -> None:
    lines = len([line for line in TEXTS[language].splitlines() if line])
    wrong = sorted({*range(1, lines + 2)} - {int(figure.locator[1:])})
    moved = [{**replace(figure, locator=f"L{number}").metric(), "slug": f"line-{number}"} for number in wrong]
    for number, result in zip(wrong, verified(tmp_path, language, moved).results, strict=True):
        assert (result.claim.name, result.status) == (f"line-{number}", "absent")
        right = f"the figure is not there, but in line {figure.locator[1:]}"
        assert result.reason == (right if number <= lines else f"the text has no line {number}")


def reason(folder: Path, language: str, slug: str, **fields: Any) -> str:
    [figure] = [figure for figure in FIGURES[language] if figure.slug == slug]
    return only_result(folder, language, replace(figure, **fields).metric()).reason


def test_what_differs_is_said(tmp_path: Path) -> None:
    assert reason(tmp_path, "zh", "users", quantity=quantity("900", "user", 4)) == (
        "the comparator is EQ, and the text says GT (900餘萬人)"
    )
    assert reason(tmp_path, "en", "terminals", quantity=quantity("1200", "device", 0, "NEAR")) == (
        "the unit is device, and the text has terminal (nearly 1,200)"
    )
    assert reason(tmp_path, "es", "users", period=("YEAR", "2023")) == (
        "the period is 2023, and the text says primer semestre de 2024"
    )
    assert reason(tmp_path, "ja", "growth", change=("YEAR_ON_YEAR", "DOWN")) == (
        "the direction is DOWN, and the text says UP"
    )
    assert reason(tmp_path, "ko", "growth", change=("PERIOD_ON_PERIOD", "UP")) == (
        "the basis is PERIOD_ON_PERIOD, which the text doesn't say"
    )
    assert reason(tmp_path, "ko", "growth", change=("UNSPECIFIED", "UP")) == (
        "the basis is UNSPECIFIED, and the text names one"
    )
    assert reason(tmp_path, "en", "cases", quantity=quantity("31", "case", 0, "LT")) == (
        "the text has no such figure there"
    )


@pytest.mark.parametrize(
    ("language", "kept", "stated", "steps"),
    [
        ("zh", "有企业110家。", quantity("110", "enterprise"), ()),
        ("zh", "有企业110家。", quantity("110.0", "enterprise"), ("digits",)),
        ("zh", "有企業110家。", quantity("110", "enterprise"), ()),
        ("zh", "有設備24臺。", quantity("24", "device"), ("Traditional",)),
        ("zh", "有設備24臺(tái)。", quantity("24", "device"), ("Traditional",)),
        ("zh", "有用户2萬(wàn)人。", quantity("2", "user", 4), ("Pinyin gloss", "Traditional", "scale word")),
        ("zh", "有企业１１０家。", quantity("110", "enterprise"), ("full width",)),
        ("zh", "有用户1,110名。", quantity("1110", "user"), ("separators",)),
        ("zh", "有用户1万名。", quantity("10000", "user"), ("digits", "scale word")),
        ("zh", "覆盖百分之三十的事项。", quantity("30", "percent"), ("number words", "percent form")),
        ("zh", "覆盖百分之30的事项。", quantity("30", "percent"), ("percent form",)),
        ("zh", "有千台设备。", quantity("1000", "device", 0, "GTE"), ("class word", "number words")),
        ("zh", "算力达1亿2000万次调用。", quantity("120000000", "call"), ("scale word",)),
        ("zh", "有企业1\u200b10家。", quantity("110", "enterprise"), ("invisible characters",)),
        ("zh", "东区、西区各有企业12，34家。", quantity("34", "enterprise"), ()),
        ("en", "It has 110 firms.", quantity("110", "enterprise"), ()),
        ("en", "It has two hundred and five firms.", quantity("205", "enterprise"), ("number words",)),
        ("en", "It earned CNY 160 million.", quantity("160", "cny", 6), ("scale word",)),
        ("en", "It earned $1.6bn.", quantity("1.6", "usd", 9), ("scale word",)),
        ("en", "It has 110 firms or more.", quantity("110", "enterprise", 0, "GTE"), ()),
        ("en", "It has 100 to 120 firms.", quantity("100", "enterprise", 0, "RANGE", maxValue="120"), ()),
        ("es", "Hay dos mil usuarios.", quantity("2000", "user"), ("number words",)),
        ("es", "Hay 1 234 usuarios.", quantity("1234", "user"), ("separators",)),
        ("ko", "기업이 삼백이십 곳이다.", quantity("320", "enterprise"), ("number words",)),
    ],
)
def test_what_reading_a_figure_took_is_declared(
    tmp_path: Path, language: str, kept: str, stated: dict[str, Any], steps: tuple[str, ...]
) -> None:
    figure = Figure("one", stated, "L1", "", "")
    result = only_result(tmp_path, language, figure.metric(), kept)
    assert (result.status, result.steps) == ("normalised" if steps else "exact", steps), result.reason


@pytest.mark.parametrize(
    "kept",
    [
        "有企业１１O家。",
        "有企业11 0家。",
        "有企业1100家。",
        "有企业0110.5家。",
        "有5G企业，编号A110家。",
        "110年来的企业。",
        "2024年110月的企业。",
        "有第110家企业。",
        "有企业一百一家。",
        "有企业1'110家。",
        "有企业7.345.110家。",
        "有企业9\u200b110家。",
    ],
)
def test_characters_are_compared_and_nothing_is_guessed(tmp_path: Path, kept: str) -> None:
    figure = Figure("one", quantity("110", "enterprise"), "L1", "", "")
    assert only_result(tmp_path, "zh", figure.metric(), kept).status == "absent"


@pytest.mark.parametrize(("language", "kept"), [("en", "It has 1,40,110 firms."), ("es", "Hay 1,345,110 empresas.")])
def test_a_part_of_a_number_in_another_format_is_no_number(tmp_path: Path, language: str, kept: str) -> None:
    found = verified(tmp_path, language, [Figure("one", quantity("110", "enterprise"), "L1", "", "").metric()], kept)
    assert [result.status for result in found.results] == ["absent"]
    assert found.unclaimed == []


def test_a_figure_that_is_printed_twice_is_ambiguous_unless_the_name_tells_which(tmp_path: Path) -> None:
    kept = "东区企业110家，西区企业110家。"
    figure = Figure("one", quantity("110", "enterprise"), "L1", "", "")
    result = only_result(tmp_path, "zh", figure.metric(), kept)
    assert (result.status, result.reason) == ("ambiguous", "it may be any of 110家 (line 1), 110家 (line 1)")
    named = replace(figure, fields={"name": text("西区企业")})
    found = only_result(tmp_path, "zh", named.metric(), kept)
    assert (found.status, found.reason) == ("exact", "told apart by its name")
    assert found.mention is not None and found.mention.start == 13


def test_a_locator_in_words_is_searched_in_the_whole_text(tmp_path: Path) -> None:
    figure = Figure("one", quantity("110", "enterprise"), "section on industry", "", "")
    found = only_result(tmp_path, "zh", figure.metric(), "概况\n企业\n有企业110家。")
    assert found.status == "exact"
    assert found.line is not None and found.line.number == 3


@pytest.mark.parametrize(
    ("locator", "status"), [("第1段", "exact"), ("第2段", "absent"), ("L1-L3", "exact"), ("L3", "absent")]
)
def test_paragraphs_and_several_lines_can_be_cited(tmp_path: Path, locator: str, status: str) -> None:
    figure = Figure("one", quantity("110", "enterprise"), locator, "", "")
    assert only_result(tmp_path, "zh", figure.metric(), "概况\n有企业110家。\n\n其他\n").status == status


@pytest.mark.parametrize(
    ("kept", "period", "named"),
    [
        ("2024年企业110家。", None, "2024年"),
        ("2024年，企业110家。", None, "2024年"),
        ("累计企业110家。", None, "累计"),
        ("2024年很好。企业110家。", None, None),
        ("2024年，企业110家。", ("YEAR", "2024"), None),
    ],
)
def test_a_period_that_the_file_leaves_out_is_told_beside(
    tmp_path: Path, kept: str, period: tuple[str, str | None] | None, named: str | None
) -> None:
    figure = Figure("one", quantity("110", "enterprise"), "L1", "", "", period)
    found = only_result(tmp_path, "zh", figure.metric(), kept)
    assert (found.status, found.reason) == (
        "exact",
        f"the text says {named}, and the file no period" if named else "",
    )


def test_a_date_in_a_heading_or_the_title_counts_and_what_is_now_ends_it(tmp_path: Path) -> None:
    figure = Figure("one", quantity("110", "enterprise"), "L2", "", "", ("YEAR", "2024"))
    assert only_result(tmp_path, "zh", figure.metric(), "2024年概况\n企业110家。").status == "exact"
    assert only_result(tmp_path, "zh", figure.metric(), "2024年很好。\n企业110家。").reason == (
        "the text names no date for 2024"
    )
    first = replace(figure, locator="L1")
    assert only_result(tmp_path, "zh", first.metric(), "2024年很好。企业110家。").status == "exact"
    assert only_result(tmp_path, "zh", first.metric(), "2024年很好。目前，企业110家。").status == "absent"


def test_the_figures_before_and_after_a_change_and_other_reports_are_found(tmp_path: Path) -> None:
    change = {
        "basis": "YEAR_ON_YEAR",
        "direction": "UP",
        "quantity": quantity("10", "percent"),
        "from": quantity("100", "enterprise"),
        "to": quantity("110", "enterprise"),
    }
    report = {
        "kind": "SUPERSEDED",
        "quantity": quantity("109", "enterprise"),
        "citations": [{"source": "notice", "locator": "L2"}],
    }
    kept = "企业由100家增至110家，同比增长10%。\n初步数为企业109家。"
    figure = Figure("one", quantity("110", "enterprise"), "L1", "", "", fields={"changes": [change]})
    metric = {**figure.metric(), "otherReports": [report]}
    results = verified(tmp_path, "zh", [metric], kept).results
    assert [(result.claim.path[-1], result.status) for result in results] == [
        ("quantity", "exact"),
        ("quantity", "exact"),
        ("quantity", "exact"),
        ("from", "exact"),
        ("to", "exact"),
    ]
    wrong = {**metric, "otherReports": [{**report, "quantity": quantity("108", "enterprise")}]}
    assert [result.status for result in verified(tmp_path, "zh", [wrong], kept).results].count("absent") == 1


def test_what_an_editor_counted_is_told_as_counted(tmp_path: Path) -> None:
    figure = Figure("one", quantity("2", "node"), "L1", "", "", fields={"counted": True})
    result = only_result(tmp_path, "zh", figure.metric(), "建成化妆品节点和皮革节点。")
    assert (result.status, result.reason) == ("counted", "counted by the editor")
    printed = only_result(tmp_path, "zh", figure.metric(), "建成两个节点。")
    assert (printed.status, printed.reason) == ("counted", "counted by the editor; the text says 两个")
    absent = only_result(tmp_path, "zh", replace(figure, locator="L9").metric(), "建成两个节点。")
    assert (absent.status, absent.reason) == ("absent", "the text has no line 9")


def test_the_printed_words_must_be_there(tmp_path: Path) -> None:
    figure = Figure("one", quantity("2800", "enterprise", 0, "NEAR"), "L1", "", "")
    right = replace(figure, fields={"printed": text("近2800家")})
    assert only_result(tmp_path, "zh", right.metric(), "有企業近２８００家。").status == "normalised"
    wrong = replace(figure, fields={"printed": text("近3000家")})
    assert only_result(tmp_path, "zh", wrong.metric(), "有企业近2800家。").reason == (
        "the printed words '近3000家' are not there"
    )


@pytest.mark.parametrize(
    ("language", "kept", "rank", "status"),
    [
        ("zh", "规模位列全市第三。", {"position": 3, "scope": "CITY"}, "normalised"),
        ("zh", "规模居全市榜首。", {"position": 1, "scope": "CITY"}, "normalised"),
        ("zh", "规模位列全市第3。", {"position": 3, "scope": "CITY"}, "exact"),
        ("zh", "规模位列全市第3。", {"position": 2, "scope": "CITY"}, "absent"),
        ("zh", "入选全国百强。", {"kind": "BAND", "position": 100, "scope": "NATION"}, "normalised"),
        ("zh", "排名前50。", {"kind": "BAND", "position": 50, "scope": "NATION"}, "exact"),
        ("en", "It ranked 3rd in the city.", {"position": 3}, "exact"),
        ("en", "It came second in the city.", {"position": 2}, "normalised"),
        ("en", "It is in the top 50.", {"kind": "BAND", "position": 50}, "exact"),
        ("ko", "전국 3위를 했다.", {"position": 3}, "exact"),
        ("ja", "全国3位となった。", {"position": 3}, "exact"),
        ("es", "Obtuvo el tercer puesto.", {"position": 3}, "normalised"),
    ],
)
def test_places_in_rankings_are_found(
    tmp_path: Path, language: str, kept: str, rank: dict[str, Any], status: str
) -> None:
    metric = {
        "slug": "one",
        "name": text("一"),
        "rank": rank,
        "citations": [{"source": "notice", "locator": "L1"}],
    }
    assert only_result(tmp_path, language, metric, kept).status == status


@pytest.mark.parametrize(
    ("kept", "streak", "status"),
    [
        ("是唯一连续6年第一的区。", 6, "exact"),
        ("是唯一连续6年第一的区。", 1, "absent"),
        ("用了6年建成。连续第一。", 6, "absent"),
    ],
)
def test_a_streak_is_a_number_beside_a_word_for_it(tmp_path: Path, kept: str, streak: int, status: str) -> None:
    metric = {
        "slug": "one",
        "name": text("一"),
        "rank": {"position": 1, "streak": streak},
        "citations": [{"source": "notice", "locator": "L1"}],
    }
    results = verified(tmp_path, "zh", [metric], kept).results
    assert [result.status for result in results if result.claim.kind == "streak"] == [status]


def test_the_figures_that_nobody_claims_are_listed(tmp_path: Path) -> None:
    kept = "2024年，有企业110家，设备3万台。\n第5届大会上，5G与“1+4+N”并用，进一步统一。\n增长8.5%。\n"
    figure = Figure("one", quantity("110", "enterprise"), "L1", "", "")
    left = verified(tmp_path, "zh", [figure.metric()], kept).unclaimed
    assert [(mention.line.number, mention.printed) for mention in left] == [(1, "3万台"), (3, "8.5%")]
