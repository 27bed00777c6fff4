"""Kinds of wording that city governments use: each is read in its language, and an error in it is told."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seeds.verification.dates import dates_of
from seeds.verification.matching import FOUND
from seeds.verification.normalisation import normal
from tests.seeds.verification.texts import Figure, only_result, quantity, verified
from tests.support.data.content import text


@pytest.mark.parametrize(
    ("line", "spans"),
    [
        ("令和6年度", ["2024-04-01/2025-03-31"]),
        ("令和元年度上半期", ["2019-04-01/2019-09-30"]),
        ("2024年度第1四半期の実績", ["2024-04-01/2024-06-30"]),
        ("令和六年、平成30年", ["2024-01-01/2024-12-31", "2018-01-01/2018-12-31"]),
        ("令和6年4月から令和7年3月まで", ["2024-04-01/2025-03-31"]),
        ("2024 financial year; 2024/25", ["2024-01-01/2024-12-31", "2024-04-01/2025-03-31"]),
        ("the year to 31 March 2025", ["2024-04-01/2025-03-31"]),
        ("Au premier semestre 2024 ; au 4e trimestre 2024", ["2024-01-01/2024-06-30", "2024-10-01/2024-12-31"]),
        ("les neuf premiers mois de 2024 ; au 31 décembre 2024", ["2024-01-01/2024-09-30", "2024-12-31/2024-12-31"]),
        ("im dritten Quartal 2024; Ende Juni 2024", ["2024-07-01/2024-09-30", "2024-06-01/2024-06-30"]),
        ("Zum 31. Dezember 2024; 1. Halbjahr 2024", ["2024-12-31/2024-12-31", "2024-01-01/2024-06-30"]),
        ("2º trimestre de 2024; janeiro a setembro de 2024", ["2024-04-01/2024-06-30", "2024-01-01/2024-09-30"]),
        ("entre 2022 y 2024; durante 2024", ["2022-01-01/2024-12-31", "2024-01-01/2024-12-31"]),
        ("2024년 1월부터 9월까지", ["2024-01-01/2024-09-30"]),
    ],
)  # fmt: skip
def test_periods_are_read_as_each_language_writes_them(line: str, spans: list[str]) -> None:
    dates = [date for date in dates_of(normal(line), None, is_japanese="の" in line) if date.spans]
    assert [f"{date.spans[0].start}/{date.spans[0].end}" for date in dates] == spans


def test_a_chinese_year_is_no_fiscal_one() -> None:
    [chinese] = dates_of(normal("2024年度"), None)
    [japanese] = dates_of(normal("2024年度"), None, is_japanese=True)
    assert (chinese.spans[0].start, japanese.spans[0].start) == ("2024-01-01", "2024-04-01")


def test_the_end_of_a_quarter_is_its_last_day_too() -> None:
    [quarter] = dates_of(normal("al cierre del tercer trimestre de 2024"), None)
    assert [(span.start, span.end) for span in quarter.spans] == [
        ("2024-07-01", "2024-09-30"),
        ("2024-09-30", "2024-09-30"),
    ]


def share(value: str, comparator: str = "EQ") -> dict[str, Any]:
    return quantity(value, "percent", 0, comparator)


@pytest.mark.parametrize(
    ("language", "kept", "stated"),
    [
        ("zh", "八成以上的事项网上办理。", share("80", "GTE")),
        ("zh", "九成五的来电及时接通。", share("95")),
        ("zh", "网办率为百分之九十六点五。", share("96.5")),
        ("ja", "満足度は9割を超えた。", share("90", "GT")),
        ("ja", "手続きの7割5分が完了。", share("75")),
        ("ko", "10명 중 9명이 만족했다.", share("90")),
        ("en", "Nine in ten callers are helped.", share("90")),
        ("fr", "Près de neuf habitants sur dix approuvent.", share("90", "NEAR")),
        ("de", "Sieben von zehn Haushalten nutzen das Portal.", share("70")),
        ("fr", "Plus de 2,35 milliards d’euros investis.", quantity("2.35", "eur", 9, "GT")),
        ("fr", "Quelque 1 240 entreprises.", quantity("1240", "enterprise", 0, "APPROX")),
        ("fr", "Une dépense de 318 euros par habitant.", quantity("318", "eur-per-person")),
        ("de", "Knapp 1,2 Mio. Aufrufe.", quantity("1.2", "view", 6, "NEAR")),
        ("de", "Mindestens 900 Verkehrskameras.", quantity("900", "camera", 0, "GTE")),
        ("de", "Pro Einwohner wurden 287 Euro investiert.", quantity("287", "eur-per-person")),
        ("pt", "Cerca de 84 mil pedidos.", quantity("84", "work-order", 3, "APPROX")),
        ("pt", "Arrecadou R$ 1,8 bilhão.", quantity("1.8", "brl", 9)),
        ("es", "Unos 640 puntos de recarga.", quantity("640", "charging-point", 0, "APPROX")),
        ("en", "1,120 electric vehicle charging points.", quantity("1120", "charging-point")),
        ("en", "They were downloaded 2.7 million times.", quantity("2.7", "download", 6)),
        ("zh", "现有独角兽企业14家。", quantity("14", "unicorn")),
        ("zh", "累计调用接口2.4亿次。", quantity("2.4", "call", 8)),
        ("zh", "城镇新增就业2.35万人。", quantity("2.35", "person", 4)),
        ("ko", "공공 와이파이는 1,850여 개소.", quantity("1850", "access-point", 0, "GT")),
    ],
)
def test_a_figure_is_read_and_told_from_another(
    tmp_path: Path, language: str, kept: str, stated: dict[str, Any]
) -> None:
    figure = Figure("one", stated, "L1", "", "")
    found = only_result(tmp_path, language, figure.metric(), kept)
    assert found.status in FOUND, found.reason
    wrong = [
        {**stated, "value": f"{stated['value']}1" if "." in stated["value"] else f"1{stated['value'][1:]}5"},
        {**stated, "multiplier": stated["multiplier"] + 1},
        {**stated, "comparator": "LT"},
        {**stated, "unit": "household"},
    ]
    metrics = [{**replace(figure, quantity=one).metric(), "slug": f"m-{place}"} for place, one in enumerate(wrong)]
    results = verified(tmp_path, language, metrics, kept).results
    assert [result.claim.name for result in results if result.status in FOUND] == []


@pytest.mark.parametrize(
    ("language", "kept", "period", "basis"),
    [
        ("es", "En el primer semestre de 2024 creció un 6,7 % frente a 2023.", "2024-40", "YEAR_ON_YEAR"),
        ("en", "In Q3 2024 it rose 6.7% compared with the same period of 2023.", "2024-35", "YEAR_ON_YEAR"),
        ("en", "In 2024 use was up 6.7% on 2023.", "2024", "YEAR_ON_YEAR"),
        ("fr", "En 2024, une hausse de 6,7 % par rapport à 2023.", "2024", "YEAR_ON_YEAR"),
        ("de", "2024 stieg sie um 6,7 % gegenüber dem gleichen Zeitraum 2023.", "2024", "YEAR_ON_YEAR"),
        ("pt", "No 2º trimestre de 2024, alta de 6,7% face ao trimestre anterior.", "2024-34", "PERIOD_ON_PERIOD"),
        ("zh", "2024年第四季度环比增长6.7%。", "2024-36", "PERIOD_ON_PERIOD"),
        ("zh", "2024年，满意度较2023年提高6.7%。", "2024", "YEAR_ON_YEAR"),
        ("ja", "令和6年度は令和5年度比6.7％増となった。", "2024-04/2025-03", "YEAR_ON_YEAR"),
        ("ko", "2024년 3분기는 2분기보다 6.7% 늘었다.", "2024-35", "PERIOD_ON_PERIOD"),
    ],
)  # fmt: skip
def test_what_a_change_is_compared_with_is_not_its_period(
    tmp_path: Path, language: str, kept: str, period: str, basis: str
) -> None:
    kind = {"2024": "YEAR", "2024-40": "HALF_YEAR"}.get(
        period, "QUARTER" if len(period) == len("2024-35") else "RANGE"
    )
    figure = Figure("one", share("6.7"), "L1", "", "", (kind, period), (basis, "UP"))
    found = only_result(tmp_path, language, figure.metric(), kept)
    assert found.status in FOUND, found.reason
    other = "PERIOD_ON_PERIOD" if basis == "YEAR_ON_YEAR" else "YEAR_ON_YEAR"
    for wrong in (
        replace(figure, change=(other, "UP")),
        replace(figure, change=(basis, "DOWN")),
        replace(figure, period=("YEAR", "2023")),
    ):
        assert only_result(tmp_path, language, wrong.metric(), kept).status == "absent"


@pytest.mark.parametrize(
    ("language", "kept"),
    [
        ("en", "It was ranked 4th in the 2024 index."),
        ("fr", "Elle s’est classée 4e au palmarès de 2024."),
        ("de", "Im Jahr 2024 belegte sie Platz 4."),
        ("pt", "Ficou em 4.º lugar no índice de 2024."),
        ("es", "Ocupó el cuarto puesto en 2024."),
        ("zh", "2024年位列全省第四。"),
        ("ja", "2024年に全国4位となった。"),
        ("ko", "2024년 전국 4위를 차지했다."),
    ],
)
def test_the_period_and_the_edition_of_a_place_are_compared(tmp_path: Path, language: str, kept: str) -> None:
    def status(year: str, edition: str) -> str:
        metric = {
            "slug": "one",
            "name": text("一"),
            "rank": {"position": 4, "edition": text(edition)},
            "period": {"kind": "YEAR", "edtf": year, "label": text("年")},
            "citations": [{"source": "notice", "locator": "L1"}],
        }
        return only_result(tmp_path, language, metric, kept).status

    assert status("2024", "2024") in FOUND
    assert status("2023", "2024") == "absent"
    assert status("2024", "2023") == "absent"
