"""What an editor doesn't write is derived: ids, counts, days, plain numbers, Traditional Chinese."""

from decimal import Decimal
from typing import Any, cast

import pytest

from loaders.documents import DistrictContent, Metric, Quantity
from seeds.building.district import build, content_hash
from seeds.format.model import District
from tests.support.data.content import district, text

CITED = [{"source": "notice", "locator": "L1"}]


def award(slug: str, **fields: Any) -> dict[str, Any]:
    return {"slug": slug, "name": text("奖"), "kind": "AWARD", "citations": CITED, **fields}


def metric(slug: str, **fields: Any) -> dict[str, Any]:
    return {"slug": slug, "name": text("数"), "citations": CITED, "rank": {"kind": "LEADING"}, **fields}


def initiative(slug: str, **fields: Any) -> dict[str, Any]:
    return {"slug": slug, "name": text("事"), **fields}


def pillar(slug: str, **fields: Any) -> dict[str, Any]:
    return {"slug": slug, "name": text("柱"), **fields}


def built(**fields: Any) -> DistrictContent:
    return build(District.model_validate(district("synthetic-a", **fields)))


def holding(*metrics: dict[str, Any], **fields: Any) -> DistrictContent:
    """A district with nothing but these metrics."""
    return built(pillars=[pillar("p", initiatives=[initiative("i", metrics=list(metrics))])], **fields)


def the_metric(**fields: Any) -> Metric:
    return holding(metric("m", **fields))["pillars"][0]["initiatives"][0]["metrics"][0]


def quantity(value: str, multiplier: int = 0, **fields: Any) -> Quantity:
    found = the_metric(quantity={"value": value, "multiplier": multiplier, "unit": "cny", **fields})["quantity"]
    assert found is not None
    return found


def test_ids_are_the_type_and_the_slugs_that_make_a_thing_unique() -> None:
    one = initiative("hotline", metrics=[metric("share")], awards=[award("third")])
    content = built(
        awards=[award("first")], pillars=[pillar("services", initiatives=[one], awards=[award("second")])]
    )
    found = content["pillars"][0]
    assert content["id"] == "District:synthetic-a"
    assert found["id"] == "Pillar:synthetic-a/services"
    assert found["initiatives"][0]["id"] == "Initiative:synthetic-a/hotline"
    assert found["initiatives"][0]["metrics"][0]["id"] == "Metric:synthetic-a/share"
    assert content["awards"][0]["id"] == "Award:synthetic-a/first"
    assert found["awards"][0]["id"] == "Award:synthetic-a/second"
    assert found["initiatives"][0]["awards"][0]["id"] == "Award:synthetic-a/third"


def test_counts_are_of_all_that_is_below_a_thing() -> None:
    full = initiative("i1", metrics=[metric("m1"), metric("m2")], awards=[award("a3"), award("a4"), award("a5")])
    content = built(
        awards=[award("a1")],
        pillars=[
            pillar("p1", initiatives=[full, initiative("i2", metrics=[metric("m3")])], awards=[award("a2")]),
            pillar("p2", initiatives=[initiative("i3")]),
            pillar("p3"),
        ],
    )
    assert content["pillar_count"] == 3
    assert content["initiative_count"] == 3
    assert content["metric_count"] == 3
    assert content["award_count"] == content["total_award_count"] == 5
    assert [found["initiative_count"] for found in content["pillars"]] == [2, 1, 0]
    assert [found["metric_count"] for found in content["pillars"]] == [3, 0, 0]
    assert [found["award_count"] for found in content["pillars"]] == [4, 0, 0]
    first, second = content["pillars"][0]["initiatives"]
    assert (first["metric_count"], first["award_count"]) == (2, 3)
    assert (second["metric_count"], second["award_count"]) == (1, 0)
    held = [content["awards"][0], content["pillars"][0]["awards"][0], *first["awards"]]
    assert [one["held_by"] for one in held] == ["DISTRICT", "PILLAR", *["INITIATIVE"] * 3]


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("白云区", "白雲區"),
        ("广州市", "廣州市"),
        ("中国领军智慧城区", "中國領軍智慧城區"),
        ("程序与软件", "程序與軟件"),
        ("台账", "台賬"),
        ("ABC 12345 😀", "ABC 12345 😀"),
    ],
)
def test_traditional_chinese_is_derived_as_hong_kong_writes_it_and_marked(simplified: str, traditional: str) -> None:
    strategy: Any = built(strategy=text(simplified, "Name"))["strategy"]
    taiwan = {tag: form for tag, form in strategy["texts"].items() if tag == "zh-Hant-TW"}
    assert strategy == {
        "master": "zh-Hans",
        "texts": {"zh-Hans": simplified, "en": "Name", "zh-Hant": traditional, **taiwan},
        "derived": ["zh-Hant", *taiwan],
        "citations": [],
    }


def test_a_given_traditional_text_is_kept_and_not_marked() -> None:
    strategy: Any = built(strategy={"zhHans": "软件", "zhHant": "軟體"})["strategy"]
    assert strategy == {
        "master": "zh-Hans",
        "texts": {"zh-Hans": "软件", "zh-Hant": "軟體"},
        "derived": [],
        "citations": [],
    }


def test_a_strategy_an_initiative_and_a_system_are_cited_where_the_file_says_so() -> None:
    cited = {"citations": [{"source": "notice", "locator": "L1"}]}
    given = district("a", strategy={**text("战略"), **cited})
    initiative = given["pillars"][0]["initiatives"][0]
    initiative |= cited | {
        "systems": [{"slug": "cited", "name": text("云"), **cited}, {"slug": "b", "name": text("雨")}]
    }
    content = build(District.model_validate(given))
    [stored] = content["pillars"][0]["initiatives"]
    assert content["strategy"] is not None
    found = [content["strategy"], stored, *stored["systems"]]
    assert [one["citations"] for one in found] == [*[[{"source": "notice", "locator": "L1"}]] * 3, []]


def test_a_name_has_what_it_is_found_by_in_each_of_its_languages() -> None:
    name = {"zhHans": "12345热线", "en": "Hotline 12345", "zhHant": "熱綫電話"}
    assert built(name=name)["name"]["folded"] == " 12345 热线  hotline 12345  热线电话 "


@pytest.mark.parametrize(
    ("value", "multiplier", "normalized", "decimals"),
    [
        ("152.58", 8, 15258000000.0, 2),
        ("90.950", 0, 90.95, 3),
        ("140", 4, 1400000.0, 0),
        ("0.1", 0, 0.1, 1),
        ("0.1", 1, 1.0, 1),
        ("0.07", 2, 7.0, 2),
        ("1.1", 2, 110.0, 1),
        ("-2.5", 8, -250000000.0, 1),
        ("0.00", 4, 0.0, 2),
        ("1", 18, 1e18, 0),
        # Just above the middle of two doubles: rounded to 28 digits on the way, it would become the lower one.
        ("9007199254740993.000000000000000001", 0, 9007199254740994.0, 18),
    ],
)
def test_a_normalized_figure_is_the_nearest_number(
    value: str, multiplier: int, normalized: float, decimals: int
) -> None:
    found = quantity(value, multiplier)
    assert found["normalized"] == normalized
    assert (str(found["value"]), found["multiplier"], found["decimals"]) == (value, multiplier, decimals)


def test_a_quantity_keeps_what_was_written_and_takes_the_rest_for_granted() -> None:
    assert quantity("5") == {
        "value": Decimal(5),
        "multiplier": 0,
        "comparator": "EQ",
        "max_value": None,
        "unit": "cny",
        "normalized": 5.0,
        "decimals": 0,
    }
    span = quantity("5", comparator="RANGE", maxValue="7.50")
    assert (span["comparator"], str(span["max_value"])) == ("RANGE", "7.50")


def test_a_period_has_its_first_and_last_day() -> None:
    period = {"kind": "RANGE", "edtf": "2025-01/2025-09", "label": text("前三季度")}
    assert the_metric(period=period)["period"] == {
        "kind": "RANGE",
        "start": "2025-01-01",
        "end": "2025-09-30",
        "start_is_open": False,
        "end_is_open": False,
        "approximate": False,
        "uncertain": False,
        "edtf": "2025-01/2025-09",
        "label": {
            "master": "zh-Hans",
            "texts": {"zh-Hans": "前三季度", "zh-Hant": "前三季度"},
            "derived": ["zh-Hant"],
        },
    }


def test_a_cumulative_period_may_have_any_span() -> None:
    period = the_metric(period={"kind": "CUMULATIVE", "edtf": "2020/..", "label": text("至今")})["period"]
    assert period is not None
    assert (period["kind"], period["start"], period["end"]) == ("CUMULATIVE", "2020-01-01", None)


@pytest.mark.parametrize(
    ("kind", "edtf", "stored"),
    [
        ("YEAR", "2025", "YEAR"),
        ("YEAR", "2025-01/2025-12", "YEAR"),
        ("RANGE", "2025-01/2025-12", "YEAR"),
        ("RANGE", "2025-33/2025-36", "YEAR"),
        ("RANGE", "2025-01/2025-03", "QUARTER"),
        ("QUARTER", "2025-33", "QUARTER"),
        ("RANGE", "2021/..", "RANGE"),
        ("CUMULATIVE", "2025-01/2025-12", "CUMULATIVE"),
    ],
)
def test_a_period_is_of_the_kind_of_its_days(kind: str, edtf: str, stored: str) -> None:
    period = the_metric(period={"kind": kind, "edtf": edtf, "label": text("时期")})["period"]
    assert period is not None
    assert (period["kind"], period["edtf"]) == (stored, edtf)


@pytest.mark.parametrize(
    ("edtf", "is_open"),
    [("2021/..", (False, True)), ("2021/", (False, False)), ("../2020", (True, False)), ("/2020", (False, False))],
)
def test_a_period_tells_its_open_ends_from_unknown_ones(edtf: str, is_open: tuple[bool, bool]) -> None:
    period = the_metric(period={"kind": "RANGE", "edtf": edtf, "label": text("时期")})["period"]
    assert period is not None
    assert (period["start_is_open"], period["end_is_open"]) == is_open


@pytest.mark.parametrize(
    ("edtf", "sureness"),
    [("2020~", (True, False)), ("2020?", (False, True)), ("2020%", (True, True)), ("2020", (False, False))],
)
def test_a_period_says_whether_its_source_was_sure(edtf: str, sureness: tuple[bool, bool]) -> None:
    period = the_metric(period={"kind": "YEAR", "edtf": edtf, "label": text("时期")})["period"]
    assert period is not None
    assert (period["approximate"], period["uncertain"]) == sureness
    assert (period["start"], period["end"], period["edtf"]) == ("2020-01-01", "2020-12-31", edtf)


def test_a_source_may_be_published_at_about_a_day() -> None:
    sources = [{"slug": "notice", "title": text("源"), "kind": "OTHER", "published": "2025-06-30~"}]
    [source] = built(sources=sources)["sources"]
    assert (source["published"], source["published_on"]) == ("2025-06-30~", "2025-06-30")


def test_a_period_without_edtf_has_no_days() -> None:
    period = the_metric(period={"kind": "CUMULATIVE", "label": text("累计")})["period"]
    assert period is not None
    assert (period["kind"], period["edtf"], period["start"], period["end"]) == ("CUMULATIVE", None, None, None)


@pytest.mark.parametrize(
    ("rank", "position"),
    [
        ({"kind": "FIRST"}, None),
        ({"kind": "ONLY"}, None),
        ({"kind": "PLACE", "position": 1}, 1),
        ({"kind": "PLACE", "position": 3}, 3),
        ({"kind": "LEADING"}, None),
        ({"kind": "FIRST_BATCH"}, None),
        ({"kind": "BAND", "position": 50}, 50),
        ({"kind": "TIER", "position": 1}, 1),
    ],
)
def test_only_a_place_a_band_and_a_tier_have_a_position(rank: dict[str, Any], position: int | None) -> None:
    [found] = the_metric(rank=rank)["ranks"]
    assert (found["kind"], found["position"]) == (rank["kind"], position)


@pytest.mark.parametrize(
    ("ranks", "best"),
    [
        ([], None),
        ([{"kind": "FIRST"}, {"kind": "BAND", "position": 1}, {"kind": "TIER", "position": 1}], None),
        ([{"position": 3}, {"kind": "LEADING"}, {"position": 2}], 2),
    ],
)
def test_the_best_rank_is_the_first_of_the_numbered_places(ranks: list[dict[str, Any]], best: int | None) -> None:
    metric = the_metric(rank=None, ranks=[*ranks, {"kind": "ONLY"}])
    assert (metric["best_rank"], metric["observations"][0]["best_rank"]) == (best, best)
    assert [rank["kind"] for rank in metric["ranks"]] == [*(one.get("kind", "PLACE") for one in ranks), "ONLY"]


def test_what_a_source_says_of_a_rank_is_kept() -> None:
    rank = {
        **{"position": 2, "of": 9, "scope": "CITY", "area": text("广州"), "by": text("报"), "basis": "GROWTH"},
        **{"among": text("区"), "tied": True, "edition": text("第三届"), "streak": 3},
    }
    [found] = the_metric(rank=rank)["ranks"]
    assert (found["basis"], found["tied"], found["streak"]) == ("GROWTH", True, 3)
    texts = (found["by"], found["among"], found["edition"])
    assert [one and one["texts"]["zh-Hans"] for one in texts] == ["报", "区", "第三届"]


def test_a_change_has_the_figures_that_it_moved_between() -> None:
    moved = {"basis": "PEERS", "direction": "UP", "quantity": {"value": 5, "unit": "percent"}}
    ends = {"from": {"value": 100, "unit": "cny"}, "to": {"value": "105.0", "unit": "cny"}, "likeForLike": True}
    plain, full = the_metric(changes=[moved, moved | ends])["changes"]
    assert (plain["from"], plain["to"], plain["like_for_like"]) == (None, None, False)
    assert full["from"] and full["to"] and full["like_for_like"]
    assert (full["from"]["normalized"], full["to"]["normalized"], full["to"]["decimals"]) == (100, 105, 1)


def test_a_metric_defines_its_own_indicator_unless_it_names_one() -> None:
    listed = {"slug": "gdp", "name": text("总值"), "definition": text("定义"), "unit": "cny"}
    metrics = [
        metric("share", quantity={"value": 1, "unit": "percent"}),
        metric("gdp-half", indicator="gdp"),
        metric("share-top", indicator="share"),
        metric("place"),
    ]
    content = holding(*metrics, indicators=[listed])
    assert [(found["slug"], found["unit"]) for found in content["indicators"]] == [
        ("gdp", "cny"),
        ("share", "percent"),
        ("place", None),
    ]
    stored = content["pillars"][0]["initiatives"][0]["metrics"]
    assert [found["indicator"] for found in stored] == ["share", "gdp", "share", "place"]


def test_a_listed_indicator_stands_before_what_the_metric_of_its_slug_would_define() -> None:
    listed = {"slug": "gdp", "name": text("总值"), "definition": text("定义"), "unit": "cny"}
    content = holding(metric("gdp", quantity={"value": 1, "unit": "cny"}), indicators=[listed])
    [indicator] = content["indicators"]
    assert indicator["name"]["texts"]["zh-Hans"] == "总值"
    assert indicator["definition"] is not None and indicator["definition"]["texts"]["zh-Hans"] == "定义"


def test_what_is_not_said_is_stored_as_null() -> None:
    content = build(District.model_validate({"slug": "a", "name": text("名"), "country": "CN"}))
    texts: Any = {"master": "zh-Hans", "texts": {"zh-Hans": "名", "zh-Hant": "名"}, "derived": ["zh-Hant"]}
    named: Any = {**texts, "folded": " 名 "}
    sorted_name = {**named, "sort_zh": "㐀ming2名\t名", "sort_en": None}
    assert cast(Any, content) == {
        "id": "District:a",
        "slug": "a",
        "name": sorted_name,
        "kind": "DISTRICT",
        "country": "CN",
        "parent": None,
        "city": None,
        "province": None,
        "codes": [],
        "strategy": None,
        "pillar_count": 0,
        "pillars": [],
        "initiative_count": 0,
        "metric_count": 0,
        "observation_count": 0,
        "total_award_count": 0,
        "award_count": 0,
        "awards": [],
        "languages": ["zh-Hans", "zh-Hant"],
        "sources": [],
        "indicators": [],
    }


def test_the_hash_is_of_what_is_said_not_of_the_order_of_keys() -> None:
    content = built()
    turned = cast(DistrictContent, dict(reversed(content.items())))
    assert list(turned) != list(content)
    assert content_hash(turned) == content_hash(content)
    assert len(content_hash(content)) == 64


def test_the_hash_changes_with_a_trailing_zero() -> None:
    one, other = (metric("m", quantity={"value": value, "unit": "percent"}) for value in ("90.95", "90.950"))
    assert content_hash(holding(one)) == content_hash(holding(one))
    assert content_hash(holding(one)) != content_hash(holding(other))
