"""`python -m seeds check` tells what is wrong from what is probably a mistake, and by its exit status."""

import json
from collections.abc import Callable
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
from seeds.console import Console
from seeds.editing.check import CLEAN, ONLY_WARNINGS, WRONG_INPUT, check_files
from tests.support.data.content import district, put, text
from tests.support.loader import run_loader

YEAR_2024 = {"kind": "YEAR", "edtf": "2024", "label": text("2024年")}
CITED = [{"source": "notice", "locator": "L1"}]
Metrics = list[dict[str, Any]]


def clean(slug: str = "a") -> dict[str, Any]:
    """A district without any warning."""
    value = deepcopy(district(slug))
    value["sources"][0]["published"] = "2025"
    value["pillars"][0]["initiatives"][0]["metrics"][0]["period"] = YEAR_2024
    return value


def metric(slug: str, value: float | str = 1, unit: str = "terminal", **fields: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "name": text(f"名{sum(ord(letter) * 3**at for at, letter in enumerate(slug))}"),
        "quantity": {"value": value, "unit": unit, **fields.pop("figure", {})},
        "period": YEAR_2024,
        "citations": CITED,
        **fields,
    }


def with_metrics(*metrics: dict[str, Any], **fields: Any) -> dict[str, Any]:
    value = {**clean(), **fields}
    value["pillars"][0]["initiatives"][0]["metrics"] = list(metrics)
    return value


def write(path: Path, *values: Any) -> Path:
    path.write_text("".join(f"{json.dumps(value)}\n" for value in values), encoding="utf-8")
    return path


class Checked:
    """The findings of one run, as JSON tells them."""

    def __init__(self, tmp_path: Path, *values: Any, against: Path | None = None) -> None:
        out = StringIO()
        self.status = check_files(
            Console(out, pytest.fail), [write(tmp_path / "new.jsonl", *values)], against=against, form="json"
        )
        told = json.loads(out.getvalue())
        self.errors = [one["message"] for one in told["errors"]]
        self.warnings = [(one["code"], one["field"]) for one in told["warnings"]]
        self.messages = [one["message"] for one in told["warnings"]]


def test_a_file_without_faults_is_clean(tmp_path: Path) -> None:
    found = Checked(tmp_path, clean())
    assert (found.status, found.errors, found.messages) == (CLEAN, [], [])


def test_errors_and_warnings_are_told_together_and_errors_decide_the_status(tmp_path: Path) -> None:
    wrong = {**clean("b"), "nmae": 1}
    bare = clean("c")
    del bare["pillars"][0]["initiatives"][0]["metrics"][0]["period"]
    found = Checked(tmp_path, wrong, bare)
    assert found.status == WRONG_INPUT
    assert found.errors == ["is not a field of the format; did you mean name?"]
    assert found.warnings == [("no-period", "pillars[0].initiatives[0].metrics[0]")]
    assert Checked(tmp_path, bare).status == ONLY_WARNINGS


def test_the_text_form_tells_warnings_from_errors_by_line(tmp_path: Path) -> None:
    value = clean()
    del value["sources"][0]["published"]
    out = StringIO()
    file = write(tmp_path / "new.jsonl", value)
    assert check_files(Console(out, pytest.fail), [file]) == ONLY_WARNINGS
    assert out.getvalue() == (
        f"{file}:1: warning: sources[0]: 'notice' has no date; write published, for which a year or a month is "
        "enough [undated-source]\n0 errors, 1 warning\n"
    )


def test_a_year_in_a_lasting_slug_is_told_and_one_in_an_observations_is_not(tmp_path: Path) -> None:
    observation = {key: field for key, field in metric("2024").items() if key != "name"}
    several = {"slug": "terminals", "name": text("终端"), "observations": [observation]}
    assert Checked(tmp_path, with_metrics(several)).warnings == []
    found = Checked(tmp_path, with_metrics(metric("revenue-2024")))
    assert found.warnings == [("year-in-slug", "pillars[0].initiatives[0].metrics[0].slug")]
    assert Checked(tmp_path, with_metrics(metric("hotline-12345"))).warnings == []


def test_a_source_that_nothing_cites_is_told(tmp_path: Path) -> None:
    value = clean()
    value["sources"].append({"slug": "other", "title": text("他"), "kind": "OTHER", "published": "2024"})
    assert Checked(tmp_path, value).warnings == [("unused-source", "sources[1]")]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("smart-terminal", "smart-terminals", "the slugs have the same words"),
        ("terminals-of-sensing", "sensing-terminals", "the slugs have the same words"),
        ("fibre-length", "fiber-length", "the slugs differ by two letters that changed places"),
        ("metres-of-fibre", "fiber-of-metre", None),
        ("data-recrds", "data-records", "the slugs differ by a letter"),
        ("tier-one-1", "tier-one-2", None),
        ("cats", "bats", None),
    ],
)
def test_indicators_that_are_spelt_alike_are_told(tmp_path: Path, one: str, other: str, why: str | None) -> None:
    found = Checked(tmp_path, with_metrics(metric(one), metric(other)))
    assert [message.partition(" (")[2].partition(")")[0] for message in found.messages] == ([why] if why else [])


def test_indicators_of_two_districts_are_compared_by_their_names_and_units(tmp_path: Path) -> None:
    name = text("汇聚的数据", "Data gathered")
    first = with_metrics(metric("a-first", name=name))
    second = {**with_metrics(metric("b-second", name=text("数据汇聚", "Gathering of data"))), "slug": "b"}
    found = Checked(tmp_path, first, second)
    assert found.warnings == [("near-equal-indicators", "pillars[0].initiatives[0].metrics[0].slug")]
    assert "new.jsonl:1 (the Chinese names have the same characters)" in found.messages[0]
    other_unit = {**with_metrics(metric("b-second", unit="node", name=name)), "slug": "b"}
    assert Checked(tmp_path, first, other_unit).warnings == []
    exports, imports = metric("c-third", name=text("出口额")), metric("d-fourth", name=text("进口额"))
    assert Checked(tmp_path, with_metrics(exports, imports)).warnings == []


def parts(*metrics: dict[str, Any], unit: str = "terminal") -> dict[str, Any]:
    names = {"whole": "整", "left": "左", "right": "右"}
    indicators = [
        {
            "slug": slug,
            "name": text(name),
            "unit": unit if slug != "whole" else "terminal",
            **({} if slug == "whole" else {"partOf": "whole"}),
        }
        for slug, name in names.items()
    ]
    return with_metrics(*metrics, indicators=indicators)


@pytest.mark.parametrize(
    ("whole", "left", "right", "fault"),
    [
        (metric("whole", 100), metric("left", 60), metric("right", 40), None),
        (metric("whole", 100), metric("left", 60), metric("right", 50), "exceed"),
        (metric("whole", 100), metric("left", 60), metric("right", 37), "just miss"),
        (metric("whole", 100), metric("left", 60), metric("right", 20), None),
        (metric("whole", "10.0"), metric("left", "6.04"), metric("right", "4.0"), None),
        (metric("whole", 100, figure={"comparator": "GT"}), metric("left", 90), metric("right", 50), None),
        (metric("whole", 100), metric("left", 90), metric("right", 50, figure={"comparator": "LT"}), None),
        (metric("whole", 100), metric("left", 60), metric("right", 44, figure={"comparator": "APPROX"}), None),
        (metric("whole", 1, figure={"multiplier": 4}), metric("left", 9000), metric("right", 9000), "exceed"),
    ],
)
def test_parts_are_added_up_within_rounding_and_comparators(
    tmp_path: Path, whole: dict[str, Any], left: dict[str, Any], right: dict[str, Any], fault: str | None
) -> None:
    found = Checked(tmp_path, parts(whole, left, right))
    assert [code for code, _ in found.warnings] == (["sum-of-parts"] if fault else [])
    assert not fault or f"and {fault} the" in found.messages[0]


def test_shares_in_percent_are_added_up_to_a_hundred(tmp_path: Path) -> None:
    shares = [metric("whole", 7), metric("left", "60.5", "percent"), metric("right", "41.5", "percent")]
    found = Checked(tmp_path, parts(*shares, unit="percent"))
    assert found.messages == [
        "the parts (left, right) add up to 102 and exceed the 100 percent of 'whole'; check the figures, periods and "
        "units, or what is part of what"
    ]


def test_figures_of_other_periods_or_statuses_are_not_added_up(tmp_path: Path) -> None:
    left = metric("left", 90, period={"kind": "YEAR", "edtf": "2023", "label": text("2023年")})
    right = metric("right", 90, status="TARGET")
    assert Checked(tmp_path, parts(metric("whole", 100), left, right)).warnings == []


@pytest.mark.parametrize(
    ("locator", "fault"),
    [
        ("L9", None),
        ("L10", "the kept text of 'notice' has 9 lines; name one of them"),
        ("L3-L12", "the kept text of 'notice' has 9 lines; name one of them"),
        ("L0", "lines are counted from 1"),
        ("L7-L5", "the lines end before they begin; write the smaller number first"),
        ("第10段", "the kept text of 'notice' has 9 lines; name one of them"),
        ("p. 3", "'notice' is a web page and has no pages; name a line (L5) or a heading"),
        ("第3页", "'notice' is a web page and has no pages; name a line (L5) or a heading"),
        ("section 12, on page layout", None),
    ],
)
def test_a_place_that_a_source_cannot_have_is_told(tmp_path: Path, locator: str, fault: str | None) -> None:
    value = with_metrics(metric("terminals", citations=[{"source": "notice", "locator": locator}]))
    value["sources"][0] |= {"url": "https://example.org/a.html", "keptText": {"sha256": "0" * 64, "lines": 9}}
    assert Checked(tmp_path, value).messages == ([f"{locator!r}: {fault}"] if fault else [])


def test_a_document_with_pages_may_be_cited_by_page(tmp_path: Path) -> None:
    value = with_metrics(metric("terminals", citations=[{"source": "notice", "locator": "pp. 3-4"}]))
    value["sources"][0] |= {"url": "https://example.org/a.pdf?download=1"}
    assert Checked(tmp_path, value).warnings == []


def test_what_an_earlier_file_had_and_this_one_lacks_is_told(tmp_path: Path) -> None:
    observations = [
        {**{key: one for key, one in metric("x").items() if key != "name"}, "slug": slug, "status": status}
        for slug, status in (("2024", "NORMAL"), ("target", "TARGET"))
    ]
    several = {"slug": "several", "name": text("多"), "observations": observations}
    old = write(tmp_path / "old.jsonl", with_metrics(several, metric("gone")))
    found = Checked(tmp_path, with_metrics({**several, "observations": observations[:1]}), against=old)
    assert sorted(found.messages, reverse=True) == [
        "observation 'target' of 'several' is in old.jsonl and no longer here; restore it, or load without it on "
        "purpose",
        "metric 'gone' is in old.jsonl and no longer here; restore it, or load without it on purpose",
    ]


def test_an_earlier_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    file = write(tmp_path / "new.jsonl", clean())
    status = check_files(Console(StringIO(), said.append), [file], against=tmp_path / "old.yaml")
    assert (status, said) == (WRONG_INPUT, [f"{tmp_path}/old.yaml:1: there is no such file"])


@pytest.fixture
def loader(database: Database, settings: StoreSettings, mongodb_uri: str) -> Callable[..., tuple[int, str, str]]:
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        done = run_loader(*arguments, environment=environment)
        return done.returncode, done.stdout, done.stderr

    return run


async def test_coverage_is_compared_with_what_is_published(
    loader: Callable[..., tuple[int, str, str]], database: Database, tmp_path: Path
) -> None:
    await put(database, ["a"])
    file = write(tmp_path / "new.jsonl", with_metrics(metric("others")))
    gone = "metric 'terminals' is in revision 1 and no longer here"
    for against in ((), ("--against", "published"), ("--against", "1")):
        status, out, err = loader("check", file, *against)
        assert (status, err) == (ONLY_WARNINGS, "")
        assert gone in out
    assert loader("load", file)[0] == 0
    assert loader("check", file) == (CLEAN, "0 errors, 0 warnings\n", "")
    assert gone in loader("check", file, "--against", "1")[1]
    assert loader("check", file, "--against", "7") == (
        WRONG_INPUT,
        "",
        "revision 7 was not published; the newest is 2\n",
    )


def test_a_database_that_cannot_be_reached_fails_only_who_asks_for_it(tmp_path: Path) -> None:
    file = write(tmp_path / "new.jsonl", clean())
    nowhere = {"MONGODB_URI": "mongodb://127.0.0.1:1/", "MONGODB_SERVER_SELECTION_TIMEOUT_MS": "100"}
    done = run_loader("check", file, environment=nowhere)
    assert (done.returncode, done.stdout) == (CLEAN, "0 errors, 0 warnings\n")
    assert done.stderr.endswith("; not compared with what is published\n")
    assert run_loader("check", file, "--against", "published", environment=nowhere).returncode == 4
