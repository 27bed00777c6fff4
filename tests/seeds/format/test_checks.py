"""All problems of a district are reported at once, and valid districts that look odd are accepted."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from seeds.format.checks import check
from seeds.format.model import District
from seeds.format.problems import Problem, path_text
from seeds.format.reader import Record, read_file
from seeds.inputs import Inputs, check_inputs
from tests.support.data.content import district, text

# As sha256sum tells it.
SHA256_OF_A = "fb047a8ea8513bb6496858556e49cf5f6fa764fd1464fe9084636f067759686a"
CITED = [{"source": "notice", "locator": "L1"}]


def checked(tmp_path: Path, value: Any) -> District | list[Problem]:
    """Check one district as a user's file."""
    path = tmp_path / "district.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    [record] = read_file(path)
    assert isinstance(record, Record), record
    return check(record)


def taken(tmp_path: Path, value: Any) -> District:
    found = checked(tmp_path, value)
    assert isinstance(found, District), found
    return found


def refused(tmp_path: Path, value: Any) -> list[tuple[str, str]]:
    """The paths and messages of all that is wrong."""
    found = checked(tmp_path, value)
    assert isinstance(found, list)
    return [(path_text(problem.path), problem.message) for problem in found]


def problems_of(*paths: Path) -> list[Problem]:
    found = check_inputs(paths)
    assert isinstance(found, list)
    return found


def with_metric(**fields: Any) -> dict[str, Any]:
    """A district whose only metric has other fields; None takes one away."""
    value = deepcopy(district("synthetic-a"))
    metric = value["pillars"][0]["initiatives"][0]["metrics"][0]
    metric.update(fields)
    for key in [key for key, field in metric.items() if field is None]:
        del metric[key]
    return value


def metric(slug: str, **fields: Any) -> dict[str, Any]:
    return {"slug": slug, "name": text("数"), "citations": CITED, **fields}


def with_metrics(*metrics: dict[str, Any], **fields: Any) -> dict[str, Any]:
    value = district("synthetic-a", **fields)
    value["pillars"][0]["initiatives"][0]["metrics"] = list(metrics)
    return value


def test_every_error_of_a_file_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "many.yaml"
    path.write_text(
        "slug: Not A Slug\n"
        "name: {zhHans: 7}\n"
        "city: [Guangzhou]\n"
        "nmae: x\n"
        "codes:\n"
        "  - {scheme: a, value: 1, level: TOWN}\n"
        "  - {scheme: a, level: CITY}\n"
        "sources:\n"
        "  - slug: notice\n"
        '    title: {zhHans: " 通知"}\n'
        "    kind: NEWS\n"
        "    publishedOn: 2025-02-30\n"
        "---\n"
        "slug: [b]\n",
        encoding="utf-8",
    )
    found = problems_of(path)
    assert sorted((problem.line, path_text(problem.path)) for problem in found) == [
        (1, "country"),
        (1, "slug"),
        (2, "name.zhHans"),
        (3, "city"),
        (4, "nmae"),
        (6, "codes[0].level"),
        (7, "codes[1].value"),
        (10, "sources[0].title.zhHans"),
        (12, "sources[0].publishedOn"),
        (14, "country"),
        (14, "name"),
        (14, "slug"),
    ]


def test_every_broken_reference_is_told_at_once(tmp_path: Path) -> None:
    one = metric(
        "a", indicator="lost", quantity={"value": 1, "unit": "cny"}, citations=[{"source": "x", "locator": "1"}]
    )
    two = metric("a", rank={"kind": "LEADING"}, citations=[*CITED, {"source": "y", "locator": "1"}])
    base = "pillars[0].initiatives[0].metrics"
    assert refused(tmp_path, with_metrics(one, two)) == [
        (f"{base}[1].slug", "'a' is taken by another metric (line 1); slugs of a district's metrics must differ"),
        (f"{base}[0].citations[0].source", "'x' is not a source of this document; sources: notice"),
        (f"{base}[1].citations[1].source", "'y' is not a source of this document; sources: notice"),
        (f"{base}[0].indicator", "'lost' is not an indicator of this document; add it to indicators"),
    ]


def test_a_district_needs_no_more_than_its_slug_its_name_and_its_country(tmp_path: Path) -> None:
    assert taken(tmp_path, {"slug": "a", "name": text("名"), "country": "CN"}).pillars == []


@pytest.mark.parametrize("country", ["cn", "CHN", "ZZ", "UK", ""])
def test_a_country_is_an_iso_code(tmp_path: Path, country: str) -> None:
    right = "write CN" if country == "cn" else "write its ISO 3166-1 code, such as CN"
    assert refused(tmp_path, district("a", country=country)) == [("country", f"{country!r} is no country; {right}")]


def test_when_a_source_was_published_is_said_once(tmp_path: Path) -> None:
    source = {"slug": "notice", "title": text("通知"), "kind": "NEWS", "published": "2024"}
    assert taken(tmp_path, district("a", sources=[source])).sources[0].when_published == "2024"
    assert refused(tmp_path, district("a", sources=[{**source, "publishedOn": "2024-05-01"}])) == [
        ("sources[0]", "published and publishedOn exclude each other; published takes a day, a month or a year")
    ]


def test_a_kept_text_is_named_by_its_digest_and_does_not_have_to_agree(tmp_path: Path) -> None:
    source = {"slug": "notice", "title": text("通知"), "kind": "NEWS"}
    kept = district("a", sources=[{**source, "keptText": {"sha256": SHA256_OF_A, "lines": 9}}])
    kept_text = taken(tmp_path, kept).sources[0].kept_text
    assert kept_text is not None and (kept_text.sha256, kept_text.lines) == (SHA256_OF_A, 9)
    short = district("a", sources=[{**source, "keptText": {"sha256": "fb04"}}])
    assert refused(tmp_path, short) == [
        (
            "sources[0].keptText.sha256",
            "'fb04' must be 64 lower-case hexadecimal digits, as sha256sum prints them",
        )
    ]
    both = tmp_path / "both.jsonl"
    both.write_text("\n".join(map(json.dumps, (kept, district("b", sources=[source])))), encoding="utf-8")
    found = check_inputs([both])
    assert isinstance(found, Inputs), found
    found.__exit__()


def test_editors_may_name_the_json_schema(tmp_path: Path) -> None:
    assert taken(tmp_path, {"$schema": "../district.schema.json", **district("a")}).slug == "a"


@pytest.mark.parametrize("null", ["strategy", "json_schema"])
def test_null_is_as_good_as_leaving_out(tmp_path: Path, null: str) -> None:
    value = district("a") | ({"strategy": None} if null == "strategy" else {"$schema": None})
    assert getattr(taken(tmp_path, value), null) is None


def test_digits_are_text_where_text_is_meant(tmp_path: Path) -> None:
    value = with_metric(period={"kind": "YEAR", "edtf": 2025, "label": text("年")})
    found = taken(tmp_path, {**value, "codes": [{"scheme": "GB/T 2260", "value": 440111, "level": "DISTRICT"}]})
    assert found.codes[0].value == "440111"
    period = found.pillars[0].initiatives[0].metrics[0].period
    assert period is not None and period.edtf == "2025"


def test_more_than_18_digits_are_text_only_in_quotes(tmp_path: Path) -> None:
    most, more = ({"scheme": "s", "value": digits, "level": "CITY"} for digits in (10**17, 10**18))
    assert taken(tmp_path, district("a", codes=[most])).codes[0].value == "100000000000000000"
    assert refused(tmp_path, district("a", codes=[more])) == [
        ("codes[0].value", "1000000000000000000 must be text, not a number; put it in quotes")
    ]


@pytest.mark.parametrize("name", [True, 4.5, 7])
def test_digits_are_no_name(tmp_path: Path, name: Any) -> None:
    [(path, message)] = refused(tmp_path, district("a", city={"zhHans": name}))
    assert path == "city.zhHans"
    assert message.endswith("; put it in quotes")


@pytest.mark.parametrize(
    ("written", "digits"),
    [("90.950", "90.950"), ('"90.950"', "90.950"), ("0.00", "0.00"), ("-0.0", "0.0"), ('"-0"', "0"), ('"007"', "7"),
     ("1234567890123456789012345678901234", "1234567890123456789012345678901234"),
     (f"0.{'0' * 33}1", f"0.{'0' * 33}1")],
)  # fmt: skip
def test_a_figure_keeps_its_digits(tmp_path: Path, written: str, digits: str) -> None:
    path = tmp_path / "figure.jsonl"
    line = json.dumps(with_metric(quantity={"value": "FIGURE", "unit": "cny"}))
    path.write_text(line.replace('"FIGURE"', written), encoding="utf-8")
    [record] = read_file(path)
    assert isinstance(record, Record)
    found = check(record)
    assert isinstance(found, District)
    quantity = found.pillars[0].initiatives[0].metrics[0].quantity
    assert quantity is not None and format(quantity.value, "f") == digits


@pytest.mark.parametrize("wrong", ["", "1e3", "1,00", "1.000,5", "0x1", "NaN", "--1", "三"])
def test_a_figure_in_quotes_is_digits_only(tmp_path: Path, wrong: str) -> None:
    found = refused(tmp_path, with_metric(quantity={"value": wrong, "unit": "cny"}))
    assert found == [
        (
            "pillars[0].initiatives[0].metrics[0].quantity.value",
            "a figure is a number written out in digits, such as 90.95",
        )
    ]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("17,188.18", "17188.18"),
        ("1,234,567", "1234567"),
        ("1 000", "1000"),
        ("1\u00a0000", "1000"),
        ("1_000", "1000"),
        ("１７，１８８", "17188"),
        ("１", "1"),
        ("+1", "1"),
        ("−1.5", "-1.5"),
        (".5", "0.5"),
        ("1.", "1"),
        ("90.95亿", "90.95 with multiplier 8"),
        ("3.1萬億", "3.1 with multiplier 12"),
        ("5千万元", "5 with multiplier 7 and unit cny"),
        ("900万余", "900 with multiplier 4 and comparator GT"),
        ("近2800", "2800 with comparator NEAR"),
        ("最高70%", "70 with comparator UP_TO and unit percent"),
        ("超87％", "87 with comparator GT and unit percent"),
        ("约99%左右", "99 with comparator APPROX and unit percent"),
    ],
)
def test_a_figure_as_people_write_it_is_told_with_what_to_write(tmp_path: Path, wrong: str, right: str) -> None:
    found = refused(tmp_path, with_metric(quantity={"value": wrong, "unit": "cny"}))
    [(path, message)] = found
    assert path == "pillars[0].initiatives[0].metrics[0].quantity.value"
    assert message.endswith(f" is not a number; write {right}")


def test_a_metric_may_be_a_quantity_a_change_or_a_rank_alone(tmp_path: Path) -> None:
    change = {"basis": "TARGET", "direction": "FLAT", "quantity": {"value": "0.0", "unit": "percent"}}
    found = taken(
        tmp_path,
        with_metrics(
            metric("a", quantity={"value": 1, "maxValue": 2, "comparator": "RANGE", "unit": "cny"}),
            metric("b", changes=[change]),
            metric("c", rank={"kind": "ONLY"}),
            metric("d", rank={"position": 3, "of": 3}),
        ),
    )
    ranks = [one.rank for one in found.pillars[0].initiatives[0].metrics]
    assert [(rank.kind, rank.position) for rank in ranks if rank] == [("ONLY", None), ("PLACE", 3)]


def test_metrics_may_share_the_indicator_that_one_of_them_defines(tmp_path: Path) -> None:
    own = metric("gdp", quantity={"value": 1, "unit": "cny"})
    other = metric("gdp-half", indicator="gdp", quantity={"value": 2, "unit": "cny"})
    ranked = metric("gdp-rank", indicator="gdp", rank={"kind": "LEADING"})
    found = taken(tmp_path, with_metrics(other, own, ranked))
    assert [one.indicator for one in found.pillars[0].initiatives[0].metrics] == ["gdp", None, "gdp"]


def test_a_listed_indicator_gives_its_unit_to_the_metric_of_the_same_slug(tmp_path: Path) -> None:
    listed = [{"slug": "gdp", "name": text("总值"), "unit": "cny"}]
    own = metric("gdp", quantity={"value": 1, "unit": "percent"})
    assert refused(tmp_path, with_metrics(own, indicators=listed)) == [
        (
            "pillars[0].initiatives[0].metrics[0].quantity.unit",
            "'percent' is not the unit of indicator 'gdp' (cny); make them agree",
        )
    ]


def sales(**fields: Any) -> dict[str, Any]:
    return {"slug": "sales", "name": text("销售额"), **fields}


def test_an_indicator_may_have_several_currencies(tmp_path: Path) -> None:
    inner, outer, other = (
        metric(f"sales-{unit}", indicator="sales", quantity={"value": 1, "unit": unit})
        for unit in ("cny", "usd", "krw")
    )
    listed = [sales(units=["usd", "cny"])]
    found = taken(tmp_path, with_metrics(inner, outer, indicators=listed))
    assert found.indicators[0].all_units == ["cny", "usd"]
    assert refused(tmp_path, with_metrics(inner, other, indicators=listed)) == [
        (
            "pillars[0].initiatives[0].metrics[1].quantity.unit",
            "'krw' is not a unit of indicator 'sales' (cny, usd); make them agree",
        )
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"unit": "cny", "units": ["usd", "cny"]},
            "unit and units exclude each other; write one unit as unit, several",
        ),
        ({"units": ["cny", "cny"]}, "units names a unit twice; name each once"),
        ({"units": ["cny", "percent"]}, "units cny, percent are not of one kind; only currencies can stand side by"),
        ({"units": ["list", "record"]}, "units list, record are not of one kind; only currencies can stand side by"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_units_of_an_indicator_are_one_or_currencies(tmp_path: Path, fields: Any, message: str) -> None:
    [(path, told)] = refused(tmp_path, with_metrics(indicators=[sales(**fields)]))
    assert path == "indicators[0]"
    assert told.startswith(message)


def test_an_indicator_is_part_of_another_of_the_document(tmp_path: Path) -> None:
    own = metric("gdp", quantity={"value": 1, "unit": "cny"})
    assert taken(tmp_path, with_metrics(own, indicators=[sales(partOf="gdp")])).indicators[0].part_of == "gdp"
    assert refused(tmp_path, with_metrics(own, indicators=[sales(partOf="output")])) == [
        ("indicators[0].partOf", "'output' is not an indicator of this document; add it to indicators")
    ]


def test_no_indicator_is_part_of_itself(tmp_path: Path) -> None:
    names = {"a": "b", "b": "c", "c": "a", "d": "a", "e": "e"}
    listed = [{"slug": slug, "name": text("数"), "partOf": whole} for slug, whole in names.items()]
    assert refused(tmp_path, with_metrics(indicators=listed)) == [
        ("indicators[0].partOf", "'a' would be a part of itself (a in b in c in a); leave one partOf out"),
        ("indicators[1].partOf", "'b' would be a part of itself (b in c in a in b); leave one partOf out"),
        ("indicators[2].partOf", "'c' would be a part of itself (c in a in b in c); leave one partOf out"),
        ("indicators[4].partOf", "'e' would be a part of itself (e in e); leave one partOf out"),
    ]


def test_things_of_different_kinds_may_have_the_same_slug(tmp_path: Path) -> None:
    award = {"slug": "same", "name": text("奖"), "kind": "AWARD", "citations": [{"source": "same", "locator": "1"}]}
    one = metric("same", quantity={"value": 1, "unit": "cny"}, citations=[{"source": "same", "locator": "1"}])
    system = {"slug": "same", "name": text("系统")}
    initiative = {"slug": "same", "name": text("事"), "systems": [system], "metrics": [one], "awards": [award]}
    value = {
        **district("same"),
        "sources": [{"slug": "same", "title": text("通知"), "kind": "OTHER"}],
        "pillars": [{"slug": "same", "name": text("柱"), "initiatives": [initiative]}],
    }
    assert taken(tmp_path, value).slug == "same"


def test_a_slug_taken_three_times_is_told_twice_with_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "district.yaml"
    path.write_text(
        "slug: a\nname: {zhHans: a}\ncity: {zhHans: a}\ncountry: CN\npillars:\n"
        + "  - {slug: same, name: {zhHans: 柱}}\n" * 3,
        encoding="utf-8",
    )
    reason = "'same' is taken by another pillar (line 6); slugs of a district's pillars must differ"
    assert [str(problem) for problem in problems_of(path)] == [
        f"{path}:7: pillars[1].slug: {reason}",
        f"{path}:8: pillars[2].slug: {reason}",
    ]


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("zh_hans", "did you mean zhHans?"),
        ("zhhans", "did you mean zhHans?"),
        ("zh_CN", "write zh-Hans"),
        ("ko_KR", "write ko-KR"),
        ("english", "write one of BCP 47, such as en, ko or zh-Hant"),
        ("", "write one of BCP 47, such as en, ko or zh-Hant"),
    ],
)
def test_an_unknown_key_is_told_with_what_may_be_meant(tmp_path: Path, wrong: str, hint: str) -> None:
    found = refused(tmp_path, district("a", city={"zhHans": "市", wrong: "x"}))
    assert found == [
        (f"city.{wrong}" if wrong else "city['']", f"is not a field of the format and no language tag; {hint}")
    ]


def test_districts_may_cite_the_same_source_if_they_describe_it_alike(tmp_path: Path) -> None:
    same, other = tmp_path / "same.jsonl", tmp_path / "other.jsonl"
    same.write_text(f"{json.dumps(district('a'))}\n{json.dumps(district('b'))}\n", encoding="utf-8")
    inputs = check_inputs([same])
    assert isinstance(inputs, Inputs)
    inputs.__exit__()
    notice = [{"slug": "notice", "title": text("别的通知"), "kind": "OTHER"}]
    other.write_text(json.dumps(district("c", sources=notice)), encoding="utf-8")
    assert [str(problem) for problem in problems_of(same, other)] == [
        f"{other}:1: sources[0]: 'notice' is described differently at {same}:1; "
        "describe it the same way, or give it a slug of its own"
    ]


def test_a_district_in_two_files_is_told_with_both_places(tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.json"
    first.write_text(f"\n{json.dumps(district('a'))}\n", encoding="utf-8")
    second.write_text(json.dumps([district("b"), district("a", mark="other")], indent=1), encoding="utf-8")
    [problem] = problems_of(first, second)
    assert (problem.file, path_text(problem.path)) == (str(second), "[1].slug")
    assert problem.message == f"district 'a' is also at {first}:2; keep one of them"


def test_the_same_file_twice_is_a_district_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(district("a")), encoding="utf-8")
    assert [str(problem) for problem in problems_of(path, path)] == [
        f"{path}:1: slug: district 'a' is also at {path}:1; keep one of them"
    ]


def test_checked_districts_wait_in_the_order_of_the_input_and_are_read_by_slug(tmp_path: Path) -> None:
    path = tmp_path / "three.jsonl"
    path.write_text("".join(f"{json.dumps(district(slug))}\n" for slug in "cab"), encoding="utf-8")
    inputs = check_inputs([path])
    assert isinstance(inputs, Inputs)
    with inputs:
        assert list(inputs.hashes) == ["c", "a", "b"]
        assert [content["slug"] for content in inputs.read(frozenset("bc"))] == ["c", "b"]
    assert [file["name"] for file in inputs.files] == ["three.jsonl"]


def test_the_files_of_an_input_are_known_by_the_hash_of_their_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"slug: a\nname: {zhHans: a}\ncountry: CN\n")
    inputs = check_inputs([path])
    assert isinstance(inputs, Inputs)
    inputs.__exit__()
    assert inputs.files == [{"name": "a.yaml", "sha256": SHA256_OF_A}]


def test_a_file_of_nothing_but_problems_is_given_up(tmp_path: Path) -> None:
    file = tmp_path / "hopeless.jsonl"
    file.write_text("1\n" * 5_000, encoding="utf-8")
    problems = check_inputs([file])
    assert isinstance(problems, list)
    assert len(problems) == 1_001
    assert str(problems[-1]).endswith("hopeless.jsonl:1000: too many problems; the rest is not read")


def seen(slug: str, **fields: Any) -> dict[str, Any]:
    """An observation of a share."""
    return {"slug": slug, "quantity": {"value": 1, "unit": "percent"}, "citations": CITED, **fields}


def in_year(edtf: str) -> dict[str, Any]:
    return {"period": {"kind": "YEAR", "edtf": edtf, "label": text(edtf)}}


def observed(*observations: Any, **fields: Any) -> dict[str, Any]:
    """A district whose only metric lists observations and has no figure of its own."""
    return with_metric(**{"quantity": None, "citations": None, "observations": list(observations), **fields})


_PLACE = "pillars[0].initiatives[0].metrics[0]"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (
            observed(seen("x", **in_year("2023")), note=text("注")),
            (_PLACE, "a metric with observations has no note of its own; write it in the observation that it is of"),
        ),
        (
            observed(seen("x", **in_year("2023")), seen("x", **in_year("2024"))),
            (
                f"{_PLACE}.observations[1].slug",
                "'x' is taken by another observation (line 1); slugs of a metric's observations must differ",
            ),
        ),
        (
            observed(seen("x", **in_year("2023")), seen("y", **in_year("2023-01/2023-12"))),
            (
                f"{_PLACE}.observations[1]",
                "'y' is for the same days as the observation in line 1, or both have none; keep one, or give them "
                "periods or statuses that differ",
            ),
        ),
        (
            observed({"slug": "x", "citations": CITED}),
            (f"{_PLACE}.observations[0]", "an observation needs a quantity, a change or a rank"),
        ),
        (
            with_metric(citations=None),
            (_PLACE, "a metric needs citations, at least one: {source: …, locator: …}"),
        ),
        (
            observed(seen("x"), seen("y", quantity={"value": 1, "unit": "cny"}, status="TARGET")),
            (
                f"{_PLACE}.observations[1].quantity.unit",
                "'cny' is not the unit of indicator 'terminals' (percent); make them agree",
            ),
        ),
        (
            observed(seen("x", citations=[{"source": "lost", "locator": "1"}])),
            (
                f"{_PLACE}.observations[0].citations[0].source",
                "'lost' is not a source of this document; sources: notice",
            ),
        ),
    ],
)
def test_observations_that_contradict_one_another_are_refused(
    tmp_path: Path, value: Any, told: tuple[str, str]
) -> None:
    assert refused(tmp_path, value) == [told]


def test_a_forecast_and_a_target_may_be_for_the_days_of_a_result(tmp_path: Path) -> None:
    said = [
        seen(f"x-{number}", **in_year("2023"), status=status)
        for number, status in enumerate(("NORMAL", "FORECAST", "TARGET"))
    ]
    [metric] = taken(tmp_path, observed(*said)).pillars[0].initiatives[0].metrics
    assert [one.slug for one in metric.all_observations] == ["x-0", "x-1", "x-2"]
