"""Figures, periods, changes, ranks and headlines in the languages that texts don't have."""

from typing import Any

import pytest

from loaders.values.unit_names import plural_categories
from loaders.values.units import UNITS
from schema.base.formatting import format_quantity
from schema.base.wording import format_change, format_headline, format_period, format_rank
from tests.schema.base.test_wording import change, period, quantity, rank, text

SPACE, THIN, MARK = "\u00a0", "\u202f", "\u200e"
GROWN = change("UP", "YEAR_ON_YEAR", quantity("19.1", "percent"))
THIRD = rank("PLACE", 3, of=11, scope="CITY")


@pytest.mark.parametrize(
    ("tag", "money", "orders", "share"),
    [
        ("es", "más de 1,5 millones dólares estadounidenses", "casi 2800 órdenes de trabajo", f"hasta 70{SPACE}%"),
        (
            "fr",
            "plus de 1,5 million dollars des États-Unis",
            f"près de 2{THIN}800 ordres de travail",
            f"jusqu’à 70{SPACE}%",
        ),
        ("de", "über 1,5 Millionen US-Dollar", "fast 2.800 Arbeitsaufträge", f"bis zu 70{SPACE}%"),
        ("ja", "150万米ドル超", "2,800件近く", "最大70%"),
        ("ko", "150만 미국 달러 초과", "거의 2,800건", "최대 70%"),
        ("pt", "mais de 1,5 milhão Dólares americanos", "quase 2.800 ordens de serviço", "até 70%"),
        ("ar", "أكثر من 1.5 مليون دولار أمريكي", "ما يقارب 2,800 work orders", f"ما يصل إلى 70{MARK}%{MARK}"),
    ],
)
def test_a_figure_has_its_comparator_and_unit(tag: str, money: str, orders: str, share: str) -> None:
    figures = [
        quantity("1.5", "usd", 6, "GT"),
        quantity("2800", "work-order", comparator="NEAR"),
        quantity("70", "percent", comparator="UP_TO"),
    ]
    assert [format_quantity(figure, tag, "COMPACT") for figure in figures] == [money, orders, share]


@pytest.mark.parametrize(
    ("tag", "rate", "spread"),
    [
        ("es", "12 kilómetros por día", f"-1{SPACE}% a 2{SPACE}%"),
        ("fr", f"12{SPACE}kilomètres par jour", f"-1{SPACE}% à 2{SPACE}%"),
        ("de", "12 Kilometer pro Tag", f"-1{SPACE}% bis 2{SPACE}%"),
        ("ja", "12 キロメートル/日", "-1%から2%"),
        ("ko", "일당 12킬로미터", "-1%에서 2%"),
        ("pt", "12 quilômetros por dia", "-1% a 2%"),
    ],
)
def test_rates_and_ranges_are_written_as_the_language_has_them(tag: str, rate: str, spread: str) -> None:
    shares: Any = {**quantity("-1", "percent", comparator="RANGE"), "max_value": quantity("2", "percent")["value"]}
    assert format_quantity(quantity("12", "kilometre-per-day"), tag, "PLAIN") == rate
    assert format_quantity(shares, tag, "PLAIN") == spread


@pytest.mark.parametrize(
    ("tag", "half", "since", "until"),
    [
        ("es", "segundo semestre de 2025", "desde el 4 de mayo de 2021", "hasta junio de 2025"),
        ("fr", "second semestre 2025", "depuis le 4 mai 2021", "jusqu’en juin 2025"),
        ("de", "zweites Halbjahr 2025", "seit dem 4. Mai 2021", "bis Juni 2025"),
        ("ja", "2025年下半期", "2021年5月4日以降", "2025年6月まで"),
        ("ko", "2025년 하반기", "2021년 5월 4일 이후", "2025년 6월까지"),
        ("pt", "segundo semestre de 2025", "desde 4 de maio de 2021", "até junho de 2025"),
        ("ar", "النصف الثاني من 2025", "منذ 4 مايو 2021", "حتى يونيو 2025"),
    ],
)
def test_a_period_is_written_by_its_days(tag: str, half: str, since: str, until: str) -> None:
    given = [period("2025-41", "HALF_YEAR"), period("2021-05-04/..", "RANGE"), period("../2025-06", "RANGE")]
    assert [format_period(one, tag) for one in given] == [half, since, until]


@pytest.mark.parametrize(
    ("tag", "grown", "third"),
    [
        ("es", f"aumento de 19,1{SPACE}% interanual", "3.º de 11 en la ciudad"),
        ("fr", f"hausse de 19,1{SPACE}% sur un an", "3e sur 11 dans la ville"),
        ("de", f"Anstieg um 19,1{SPACE}% gegenüber dem Vorjahr", "Platz 3 von 11 in der Stadt"),
        ("ja", "前年比19.1%増", "市内3位（全11中）"),
        ("ko", "전년 대비 19.1% 증가", "시 전체 3위(총 11 중)"),
        ("pt", "alta de 19,1% em relação ao ano anterior", "3º de 11 na cidade"),
        ("ar", f"زيادة قدرها 19.1{MARK}%{MARK} على أساس سنوي", "المرتبة 3 من أصل 11 في المدينة"),
    ],
)
def test_changes_and_ranks_are_whole_phrases(tag: str, grown: str, third: str) -> None:
    assert (format_change(GROWN, tag), format_rank(THIRD, tag)) == (grown, third)


def test_a_french_first_place_has_an_ending_of_its_own() -> None:
    assert format_rank(rank("PLACE", 1, scope="NATION", streak=6), "fr") == "1er dans le pays (6e fois de suite)"


@pytest.mark.parametrize(("texts", "name"), [(("en", "zh-Hans"), "platform trade"), (("zh-Hans",), "平台交易额")])
def test_a_headline_has_texts_in_the_best_language_that_they_have(texts: tuple[str, ...], name: str) -> None:
    metric: Any = {"name": text("平台交易额", "platform trade"), "period": period("2025"), "status": "ESTIMATED"}
    metric |= {"quantity": quantity("3", "kilometre", comparator="APPROX"), "changes": [GROWN], "ranks": []}
    assert format_headline(metric, "de", texts) == (
        f"{name}: etwa 3 Kilometer (2025, Schätzung), Anstieg um 19,1{SPACE}% gegenüber dem Vorjahr"
    )


def test_arabic_has_a_form_for_two_for_a_few_and_for_many() -> None:
    numbers = ("0", "1", "2", "3", "10", "11", "99", "100", "1.5")
    assert [format_quantity(quantity(number, "project"), "ar", "PLAIN") for number in numbers] == [
        "0 مشروع",
        "1 مشروع",
        "2 مشروعان",
        "3 مشاريع",
        "10 مشاريع",
        "11 مشروعًا",
        "99 مشروعًا",
        "100 مشروع",
        "1.5 مشروع",
    ]


def test_a_printed_zero_behind_the_point_makes_a_plural() -> None:
    assert format_quantity(quantity("1", "work-order"), "de", "PLAIN") == "1 Arbeitsauftrag"
    assert format_quantity(quantity("1.0", "work-order"), "de", "PLAIN") == "1,0 Arbeitsaufträge"


@pytest.mark.parametrize(
    ("tag", "one", "several", "millions"),
    [
        ("fr", "1 ménage", f"2{THIN}800 ménages", "1,5 million de ménages"),
        ("de", "1 Haushalt", "2.800 Haushalte", "1,5 Millionen Haushalte"),
        ("es", "1 hogar", "2800 hogares", "1,5 millones de hogares"),
        ("pt", "1 domicílio", "2.800 domicílios", "1,5 milhão de domicílios"),
        ("ja", "1世帯", "2,800世帯", "150万世帯"),
        ("ko", "1가구", "2,800가구", "150만가구"),
        ("ar", "1 أسرة", "2,800 أسرة", "1.5 مليون أسرة"),
    ],
)
def test_what_is_counted_has_the_form_of_its_number(tag: str, one: str, several: str, millions: str) -> None:
    figures = (quantity("1", "household"), quantity("2800", "household"), quantity("1.5", "household", 6))
    assert [format_quantity(figure, tag, "COMPACT") for figure in figures] == [one, several, millions]


@pytest.mark.parametrize(
    ("tag", "enterprises", "points", "rate"),
    [
        ("fr", "3,2 millions d’entreprises", "2,5 points de pourcentage", "12 appels par personne"),
        ("de", "3,2 Millionen Unternehmen", "2,5 Prozentpunkte", "12 Anrufe pro Person"),
        ("es", "3,2 millones de empresas", "2,5 puntos porcentuales", "12 llamadas por persona"),
        ("pt", "3,2 milhões de empresas", "2,5 pontos percentuais", "12 chamadas por pessoa"),
        ("ja", "320万社", "2.5ポイント", "1人当たり12件"),
        ("ko", "320만개사", "2.5%p", "1명당 12통"),
    ],
)
def test_prepositions_readings_and_rates_read_well(tag: str, enterprises: str, points: str, rate: str) -> None:
    assert format_quantity(quantity("3.2", "enterprise", 6), tag, "COMPACT") == enterprises
    assert format_quantity(quantity("2.5", "percentage-point"), tag, "PLAIN") == points
    assert format_quantity(quantity("12", "phone-call-per-person"), tag, "PLAIN") == rate


def test_every_name_has_the_plural_categories_of_its_language() -> None:
    for unit in UNITS.values():
        for tag, forms in unit.abroad.items():
            categories = plural_categories(tag)
            assert categories is not None
            # None of a thing has the form of many in the languages here.
            assert set(forms) == categories - {"zero"}, (unit.code, tag)
