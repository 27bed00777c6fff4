"""A metric shows the figure of its latest observation, whatever else is published of it and in whatever order."""

from collections.abc import Sequence
from copy import deepcopy
from itertools import permutations
from typing import Any, Final

import pytest

from loaders.store.changes import DistrictVersions
from schema.base.changed_items import metrics_changed, paths_changed
from seeds.building.district import build
from seeds.format.model import District
from tests.support.data.content import district, text

DATED: Final = {"slug": "dated", "title": text("公报"), "kind": "STATISTICS", "publishedOn": "2024-05-06"}
EARLIER: Final = {"slug": "earlier", "title": text("早报"), "kind": "NEWS", "publishedOn": "2023-02-01"}
UNDATED: Final = {"slug": "undated", "title": text("网页"), "kind": "OTHER"}


def observation(slug: str, value: int, edtf: str | None = None, **fields: Any) -> dict[str, Any]:
    """One figure, cited from a source without a date."""
    found = {
        "slug": slug,
        "quantity": {"value": value, "unit": "terminal"},
        "citations": [{"source": "undated", "locator": "p. 1"}],
    }
    if edtf:
        found["period"] = {"kind": "YEAR" if len(edtf) == 4 else "RANGE", "edtf": edtf, "label": text(edtf)}
    return found | fields


def with_observations(slug: str, observations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    given = district(slug, sources=[DATED, EARLIER, UNDATED])
    [metric] = given["pillars"][0]["initiatives"][0]["metrics"]
    for key in ("quantity", "citations"):
        del metric[key]
    metric["observations"] = list(observations)
    return given


def metric_of(given: dict[str, Any]) -> Any:
    return build(District.model_validate(given))["pillars"][0]["initiatives"][0]["metrics"][0]


CITING: Final = {name: [{"source": name, "locator": "p. 1"}] for name in ("dated", "earlier", "undated")}
YEARS: Final = [observation("2022", 5, "2022"), observation("2024", 7, "2024"), observation("2023", 6, "2023")]


@pytest.mark.parametrize(
    ("observations", "latest", "day"),
    [
        (YEARS, "2024", "2024-12-31"),
        ([*YEARS, observation("2025", 9, "2025", status="FORECAST")], "2024", "2024-12-31"),
        ([*YEARS, observation("2030", 99, "2030", status="TARGET")], "2024", "2024-12-31"),
        ([*YEARS, observation("flash", 8, "2024-01/2025-03", status="PROVISIONAL")], "flash", "2025-03-31"),
        ([*YEARS, observation("by-source", 4, citations=CITING["dated"])], "2024", "2024-12-31"),
        ([YEARS[0], observation("by-source", 4, citations=CITING["dated"])], "by-source", "2024-05-06"),
        ([YEARS[0], observation("ongoing", 4, "2019/..", citations=CITING["dated"])], "ongoing", "2024-05-06"),
        ([YEARS[0], observation("undated", 4)], "2022", "2022-12-31"),
        ([observation("two", 4, citations=[*CITING["dated"], *CITING["earlier"]])], "two", "2023-02-01"),
        ([observation("undated", 4)], "undated", None),
    ],
)
def test_the_latest_is_of_the_latest_day_in_every_order(
    observations: list[dict[str, Any]], latest: str, day: str | None
) -> None:
    for ordered in permutations(observations):
        metric = metric_of(with_observations("a", ordered))
        assert metric["latest"] == latest
        [chosen] = [one for one in metric["observations"] if one["slug"] == latest]
        assert (chosen["reference_date"], metric["quantity"]) == (day, chosen["quantity"])


def test_of_equal_days_the_last_in_the_file_is_the_latest() -> None:
    half, year = observation("half", 3, "2024-07/2024-12"), observation("year", 7, "2024")
    assert metric_of(with_observations("a", [half, year]))["latest"] == "year"
    assert metric_of(with_observations("a", [year, half]))["latest"] == "half"


def test_other_reports_are_no_observations_and_cite_their_own_sources() -> None:
    report = {"kind": "SUPERSEDED", "quantity": {"value": 99, "unit": "terminal"}, "citations": CITING["earlier"]}
    metric = metric_of(with_observations("a", [observation("2024", 7, "2024", otherReports=[report])]))
    [only] = metric["observations"]
    assert metric["quantity"]["normalized"] == 7
    assert [(one["kind"], one["quantity"]["normalized"]) for one in only["other_reports"]] == [("SUPERSEDED", 99)]


def test_ids_stay_when_a_year_is_added() -> None:
    before = {one["id"] for one in metric_of(with_observations("a", YEARS))["observations"]}
    after = {
        one["id"]
        for one in metric_of(with_observations("a", [observation("2025", 9, "2025"), *YEARS]))["observations"]
    }
    assert after - before == {"Observation:a/terminals/2025"} and before < after


def _changed(before: dict[str, Any], after: dict[str, Any]) -> tuple[list[str], list[str]]:
    old, new = (build(District.model_validate(one)) for one in (before, after))
    versions = DistrictVersions(old, new)  # type: ignore[arg-type]  # without their versions
    events = list(metrics_changed(2, "a", versions))
    return [path for event in events for path in event["paths"]], paths_changed(versions)


def test_what_changed_is_told_once() -> None:
    before = with_observations("a", YEARS)
    after = deepcopy(before)
    after["pillars"][0]["initiatives"][0]["metrics"][0]["observations"][1]["quantity"]["value"] = 8
    place = "pillars.foundations.initiatives.sensing.metrics.terminals."
    changed = "observations.2024.quantity.value"
    assert _changed(before, after) == ([changed], [place + changed])
    single, other = district("a"), district("a")
    other["pillars"][0]["initiatives"][0]["metrics"][0]["quantity"]["value"] = 8
    assert _changed(single, other) == (["quantity.value"], [f"{place}quantity.value"])


def test_a_figure_that_a_change_moved_from_is_told_but_not_the_number_of_a_version() -> None:
    moved = {"basis": "UNSPECIFIED", "direction": "UP", "quantity": {"value": 5, "unit": "percent"}}
    before, after = (
        with_observations(
            "a", [observation("2024", 7, "2024", changes=[{**moved, "from": {"value": value, "unit": "cny"}}])]
        )
        for value in (100, 200)
    )
    found, _ = _changed(before, after)
    assert found == ["observations.2024.changes.0.from.value"]
    old, new = ({**build(District.model_validate(before)), "from": number, "to": number + 1} for number in (1, 2))
    assert paths_changed(DistrictVersions(old, new)) == []


def test_of_equally_firm_figures_of_a_district_the_last_in_the_file_stands_in_rankings() -> None:
    given = with_observations("a", [observation("2024", 7, "2024"), observation("2023", 6, "2023")])
    metrics = given["pillars"][0]["initiatives"][0]["metrics"]
    second = {**metrics[0], "slug": "again", "indicator": "terminals", "observations": [observation("x", 9, "2024")]}
    for listed, stands in (([metrics[0], second], "a/again/x"), ([second, metrics[0]], "a/terminals/2024")):
        metrics[:] = listed
        built = build(District.model_validate(given))["pillars"][0]["initiatives"][0]["metrics"]
        ranked = [one["id"] for metric in built for one in metric["observations"] if one["ranked_as"]]
        assert sorted(ranked) == sorted([f"Observation:{stands}", "Observation:a/terminals/2023"])
