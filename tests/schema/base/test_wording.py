"""Periods, changes, ranks and headlines as people read them."""

from decimal import Decimal
from typing import Any

import pytest

from schema.base.wording import format_change, format_headline, format_period, format_rank
from seeds.building.values import build_period
from seeds.format import values

THIN = "\u2009"


def text(zh_hans: str, en: str | None = None, zh_hant: str | None = None) -> Any:
    texts = {"zh-Hans": zh_hans, "zh-Hant": zh_hant or zh_hans, **({"en": en} if en else {})}
    return {"master": "zh-Hans", "texts": texts, "derived": []}


def quantity(value: str, unit: str, multiplier: int = 0, comparator: str = "EQ") -> Any:
    figure = {"value": Decimal(value), "multiplier": multiplier, "comparator": comparator, "max_value": None}
    return {**figure, "unit": unit, "normalized": 0.0, "decimals": 0}


def period(edtf: str | None, kind: str = "YEAR") -> Any:
    label = {"zhHans": "未注明", "en": "not named"}
    return build_period(values.Period.model_validate({"kind": kind, "edtf": edtf, "label": label}))


def change(direction: str, basis: str, figure: Any, **others: Any) -> Any:
    ends = {"from": None, "to": None, "reference": None, "like_for_like": False}
    return {"direction": direction, "basis": basis, "quantity": figure, **ends, **others}


def rank(kind: str, position: int | None = None, **others: Any) -> Any:
    keys = ("of", "scope", "area", "by", "basis", "among", "edition", "streak")
    return {"kind": kind, "position": position, "tied": False, **dict.fromkeys(keys), **others}


@pytest.mark.parametrize(
    ("edtf", "kind", "en", "zh_hans", "zh_hant"),
    [
        ("2025", "YEAR", "2025", "2025年", "2025年"),
        ("2025-01/2025-12", "YEAR", "2025", "2025年", "2025年"),
        ("2021/2023", "RANGE", "from 2021 to 2023", "从2021年至2023年", "從2021年至2023年"),
        ("2025-41", "HALF_YEAR", "second half of 2025", "2025年下半年", "2025年下半年"),
        ("2025-34", "QUARTER", "2nd quarter 2025", "2025年第2季度", "2025年第2季"),
        ("2025-06", "MONTH", "June 2025", "2025年6月", "2025年6月"),
        ("2025-01/2025-09", "RANGE", f"January{THIN}–{THIN}September 2025", "2025年1月 – 9月", "2025年1月至9月"),
        ("2025-06-30", "DAY", "30 June 2025", "2025年6月30日", "2025年6月30日"),
        ("2025-03-03/2025-03-09", "RANGE", "3–9 Mar 2025", f"2025年3月3日{THIN}–{THIN}9日", "2025年3月3日至9日"),
        ("2021/..", "RANGE", "since 2021", "自2021年起", "自2021年起"),
        ("2021-05-04/..", "RANGE", "since 4 May 2021", "自2021年5月4日起", "自2021年5月4日起"),
        ("../2025-06", "RANGE", "until June 2025", "至2025年6月", "至2025年6月"),
        ("../2025-06-29", "CUMULATIVE", "up to 29 June 2025", "截至2025年6月29日", "截至2025年6月29日"),
        ("2020~", "YEAR", "about 2020", "约2020年", "約2020年"),
        ("2020-06?", "MONTH", "June 2020 (uncertain)", "2020年6月（不确定）", "2020年6月（不確定）"),
        ("2020%", "YEAR", "about 2020 (uncertain)", "约2020年（不确定）", "約2020年（不確定）"),
        (
            "2020~/2021",
            "RANGE",
            "from 2020 to 2021 (approximate)",
            "从2020年至2021年（约数）",
            "從2020年至2021年（約數）",
        ),
        (None, "CUMULATIVE", "not named", "未注明", "未註明"),
    ],
)
def test_a_period_is_written_by_its_days(edtf: str | None, kind: str, en: str, zh_hans: str, zh_hant: str) -> None:
    built = period(edtf, kind)
    assert [format_period(built, tag) for tag in ("en", "zh-Hans", "zh-Hant")] == [en, zh_hans, zh_hant]


@pytest.mark.parametrize(
    ("moved", "en", "zh_hans", "zh_hant"),
    [
        (
            change("UP", "YEAR_ON_YEAR", quantity("19.1", "percent")),
            *("up 19.1% year on year", "同比增长19.1%", "同比增長19.1%"),
        ),
        (
            change("DOWN", "UNSPECIFIED", quantity("46.6", "percent", comparator="GT")),
            *("down over 46.6%", "下降超46.6%", "下降超46.6%"),
        ),
        (
            change("FLAT", "PERIOD_ON_PERIOD", quantity("0", "percent"), like_for_like=True),
            *("unchanged on the period before (like for like)", "环比持平（同口径）", "環比持平（同口徑）"),
        ),
        (
            change("UP", "BASELINE", quantity("1", "percentage-point")),
            *("up 1 percentage point on before the work began", "较此前增长1个百分点", "較此前增長1個百分點"),
        ),
        (
            change("UP", "PEERS", quantity("6.3", "krw", 9)),
            *("up KRW 6.3 billion against peers", "较同类增长63亿韩元", "較同類增長63億韓元"),
        ),
        (
            change(
                *("DOWN", "TARGET", quantity("13", "service")),
                **{"from": quantity("100", "service"), "to": quantity("87", "service")},
            ),
            "down 13 services against the target (from 100 services to 87 services)",
            *("较目标下降13项（由100项到87项）", "較目標下降13項（由100項到87項）"),
        ),
    ],
)
def test_a_change_is_written_with_its_basis(moved: Any, en: str, zh_hans: str, zh_hant: str) -> None:
    assert [format_change(moved, tag) for tag in ("en", "zh-Hans", "zh-Hant")] == [en, zh_hans, zh_hant]


@pytest.mark.parametrize(
    ("ranked", "en", "zh_hans", "zh_hant"),
    [
        (rank("PLACE", 3, of=11, scope="CITY"), "3rd of 11 in the city", "全市第3（共11个）", "全市第3（共11個）"),
        (rank("PLACE", 1, tied=True), "1st (tied)", "第1（并列）", "第1（並列）"),
        (
            rank("PLACE", 1, scope="NATION", streak=6, basis="GROWTH"),
            "1st in the nation (by growth, 6th time in a row)",
            *("全国第1（按增速，连续6次）", "全國第1（按增速，連續6次）"),
        ),
        (
            rank("PLACE", 22, area=text("广东省", "Guangdong", "廣東省"), by=text("赛迪", "CCID", "賽迪")),
            *("22nd in Guangdong (ranked by CCID)", "广东省第22（由赛迪评定）", "廣東省第22（由賽迪評定）"),
        ),
        (rank("FIRST", scope="NATION"), "first to do it in the nation", "全国首个", "全國首個"),
        (rank("ONLY", area=text("广东", None, "廣東")), "the only one in 广东", "广东唯一", "廣東唯一"),
        (
            rank("FIRST_BATCH", of=10, scope="NATION"),
            *("in the first batch of 10 in the nation", "全国首批（共10个）", "全國首批（共10個）"),
        ),
        (rank("LEADING", scope="WORLD"), "among the leaders in the world", "全球前列", "全球前列"),
        (rank("BAND", 50, scope="ASIA_PACIFIC"), "in the top 50 in Asia and the Pacific", "亚太前50", "亞太前50"),
        (
            rank("TIER", 1, among=text("城市", "cities", "城市"), edition=text("2025年版")),
            *(
                "in tier 1 (among cities, 2025年版)",
                "第1梯队（同类为城市，2025年版）",
                "第1梯隊（同類為城市，2025年版）",
            ),
        ),
    ],
)
def test_a_rank_is_written_with_its_peers(ranked: Any, en: str, zh_hans: str, zh_hant: str) -> None:
    assert [format_rank(ranked, tag) for tag in ("en", "zh-Hans", "zh-Hant")] == [en, zh_hans, zh_hant]


def metric(**others: Any) -> Any:
    name = text("平台交易额", "platform trade", "平台交易額")
    nothing: Any = {"quantity": None, "period": None, "status": None, "changes": [], "ranks": []}
    return {"name": name, **nothing, **others}


def test_a_headline_says_what_the_latest_figure_says() -> None:
    full = metric(
        quantity=quantity("90.95", "cny", 8),
        period=period("2025-01/2025-09", "RANGE"),
        status="PROVISIONAL",
        changes=[change("UP", "YEAR_ON_YEAR", quantity("19.1", "percent"))],
        ranks=[rank("PLACE", 1, scope="CITY")],
    )
    assert format_headline(full, "en") == (
        f"platform trade: CNY 9.095 billion (January{THIN}–{THIN}September 2025, provisional), "
        "up 19.1% year on year, 1st in the city"
    )
    assert format_headline(full, "zh-Hans") == (
        "平台交易额：90.95亿元（2025年1月 – 9月，初步），同比增长19.1%，全市第1"
    )
    assert format_headline(metric(), "en") == "platform trade"
    only_a_rank = metric(ranks=[rank("FIRST", scope="NATION")])
    assert format_headline(only_a_rank, "zh-Hant") == "平台交易額：全國首個"
    assert format_headline(metric(quantity=quantity("1", "person")), "en") == "platform trade: 1 person"
