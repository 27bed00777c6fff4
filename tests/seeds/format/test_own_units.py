"""Units that a data set counts by itself: in `units.yaml` beside the districts, or in a district's file."""

import json
from pathlib import Path
from typing import Any

import pytest

from seeds.export import seed_value
from seeds.format.problems import Problem, path_text
from seeds.inputs import Inputs, check_inputs
from tests.support.data.content import district, text

UNITS = """units:
  - code: service-point
    names:
      en: {one: service point, other: service points}
      zh-Hans: {other: 个服务点}
  - code: kiosk
    names: {en: {one: kiosk, other: kiosks}}
"""
POINTS: dict[str, Any] = {
    "code": "service-point",
    "names": {"en": {"one": "service point", "other": "service points"}, "zh-Hans": {"other": "个服务点"}},
}


def with_figure(slug: str, unit: str, **fields: Any) -> dict[str, Any]:
    given = district(slug, **fields)
    [metric] = given["pillars"][0]["initiatives"][0]["metrics"]
    metric["quantity"] = {"value": 3, "unit": unit}
    return given


def read(tmp_path: Path, given: dict[str, Any], units: str | None = UNITS) -> Inputs | list[Problem]:
    if units is not None:
        (tmp_path / "units.yaml").write_text(units, encoding="utf-8")
    path = tmp_path / f"{given['slug']}.json"
    path.write_text(json.dumps(given), encoding="utf-8")
    return check_inputs([path])


def built(tmp_path: Path, given: dict[str, Any], units: str | None = UNITS) -> Any:
    found = read(tmp_path, given, units)
    assert isinstance(found, Inputs), found
    with found:
        [content] = found.read(frozenset(found.hashes))
        return content


@pytest.mark.parametrize("unit", ["service-point", "service-point-per-person", "cny-per-service-point"])
def test_a_district_has_the_shared_units_that_it_uses(tmp_path: Path, unit: str) -> None:
    content = built(tmp_path, with_figure("a", unit))
    assert [one["code"] for one in content["units"]] == ["service-point"]
    assert content["units"][0]["names"][1] == {"language": "en", "plural": "other", "text": "service points"}


def test_a_district_without_such_figures_has_none(tmp_path: Path) -> None:
    assert "units" not in built(tmp_path, with_figure("a", "person"))


def test_an_export_has_the_units_as_a_file_defines_them(tmp_path: Path) -> None:
    content = built(tmp_path, with_figure("a", "service-point"))
    assert seed_value(content)["units"] == [POINTS]


def test_indicators_that_are_shared_may_be_in_units_that_are_shared(tmp_path: Path) -> None:
    indicators = "indicators:\n  - {slug: terminals, name: {zhHans: 服务点}, unit: service-point}\n"
    (tmp_path / "indicators.yaml").write_text(indicators, encoding="utf-8")
    content = built(tmp_path, with_figure("a", "service-point"))
    assert [one["unit"] for one in content["indicators"]] == ["service-point"]
    assert [one["code"] for one in content["units"]] == ["service-point"]


def test_what_a_file_defines_itself_goes_before(tmp_path: Path) -> None:
    own = {"code": "service-point", "names": {"en": {"other": "counters"}}}
    content = built(tmp_path, with_figure("a", "service-point", units=[own]))
    assert [name["text"] for name in content["units"][0]["names"]] == ["counters"]


def test_a_unit_that_is_used_and_no_longer_defined_is_refused(tmp_path: Path) -> None:
    built(tmp_path, with_figure("a", "service-point"))
    problems = read(tmp_path, with_figure("a", "service-point"), UNITS.replace("service-point", "service-desk"))
    assert isinstance(problems, list)
    [problem] = problems
    assert path_text(problem.path).endswith("metrics[0].quantity.unit")
    assert problem.message == "'service-point' is not a unit of the registry; did you mean service?"


@pytest.mark.parametrize(
    ("units", "line", "path", "message"),
    [
        (
            "units:\n  - code: person\n    names: {en: {other: people}}\n",
            *(2, "units[0].code"),
            "'person' is a unit of the registry already; leave it out, or give yours another code",
        ),
        (
            "units:\n  - code: point-per-day\n    names: {en: {other: points}}\n",
            *(2, "units[0].code"),
            "'point-per-day' must be lower-case ASCII words joined by hyphens, such as service-point, without -per-, "
            "which is for rates",
        ),
        (
            "units:\n  - code: kiosk\n    names:\n      en: {one: kiosk}\n",
            *(2, "units[0]"),
            "the names in en lack the form other, for numbers without one of their own",
        ),
        (
            "units:\n  - code: kiosk\n    names:\n      en: {few: kiosk, other: kiosks}\n",
            *(2, "units[0]"),
            "en has no plural category few in CLDR; write one, other",
        ),
        (
            "units:\n  - code: kiosk\n    names:\n      en: {oen: kiosk, other: kiosks}\n",
            *(4, "units[0].names.en.oen"),
            "'oen' must be one of 'zero', 'one', 'two', 'few', 'many' or 'other'",
        ),
        (
            "units:\n  - code: kiosk\n    names:\n      xx-yy: {other: kiosks}\n",
            *(4, "units[0].names.xx-yy"),
            "'xx-yy' is no language that CLDR has plurals of; write a tag such as en or zh-Hans",
        ),
        (
            "units:\n  - code: kiosk\n    name: {en: {other: kiosks}}\n    names: {en: {other: kiosks}}\n",
            *(3, "units[0].name"),
            "is not a field of the format; did you mean names?",
        ),
        (
            "units:\n" + 2 * "  - code: kiosk\n    names: {en: {other: kiosks}}\n",
            *(4, "units[1].code"),
            "'kiosk' is defined twice",
        ),
    ],
)
def test_a_wrong_definition_is_refused_where_it_stands(
    tmp_path: Path, units: str, line: int, path: str, message: str
) -> None:
    problems = read(tmp_path, with_figure("a", "person"), units)
    assert isinstance(problems, list)
    assert [(one.file, one.line, path_text(one.path), one.message) for one in problems] == [
        (str(tmp_path / "units.yaml"), line, path, message)
    ]


def test_districts_of_one_load_define_a_unit_alike(tmp_path: Path) -> None:
    paths = []
    for slug, name in (("a", "points"), ("b", "desks")):
        own = {"code": "service-point", "names": {"en": {"other": name}}}
        path = tmp_path / f"{slug}.json"
        path.write_text(json.dumps(with_figure(slug, "service-point", units=[own], name=text(slug))))
        paths.append(path)
    problems = check_inputs(paths)
    assert isinstance(problems, list)
    assert path_text(problems[0].path) == "units[0]"
    assert problems[0].message.startswith("'service-point' is described differently at ")
