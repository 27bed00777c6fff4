"""The wording of the pages: every language has every text, with the same places for values."""

import re
from typing import Any

import pytest
import yaml

from api.pages.addresses import WORDING_FOLDER
from api.pages.languages import language_for, languages
from schema.graph.contract import GRAPHQL_SCHEMA

ENUMS = {
    "kind-": "PlaceKind",
    "change-": "ChangeKind",
    "found-": "SearchKind",
    "reason-": "LeftOutReason",
    "status-": "MetricStatus",
    "scope-": "AreaLevel",
    "stage-": "InitiativeStatus",
    "award-": "AwardKind",
    "source-": "SourceKind",
    "report-": "ReportKind",
    "growth-": "NoGrowthReason",
    "comparator-": "Comparator",
    "period-type-": "PeriodType",
    "better-": "IndicatorDirection",
}


def read(tag: str) -> Any:
    return yaml.safe_load((WORDING_FOLDER / f"{tag}.yaml").read_text("utf-8"))


def places(text: Any) -> set[str]:
    forms = text.values() if isinstance(text, dict) else [text]
    return {place for form in forms for place in re.findall(r"\{(\w+)\}", str(form))}


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant"])
def test_every_language_has_every_text_with_the_same_values(tag: str) -> None:
    english, other = read("en"), read(tag)
    assert set(other) == set(english)
    assert {key for key in english if places(english[key]) != places(other[key])} == set()


@pytest.mark.parametrize("tag", ["en", "zh-Hans", "zh-Hant"])
def test_no_text_is_there_twice(tag: str) -> None:
    keys = re.findall(r"^([\w-]+):", (WORDING_FOLDER / f"{tag}.yaml").read_text("utf-8"), re.MULTILINE)
    assert [key for key in set(keys) if keys.count(key) > 1] == []


@pytest.mark.parametrize(("prefix", "name"), ENUMS.items())
def test_every_value_of_an_enum_has_a_text(prefix: str, name: str) -> None:
    enum: Any = GRAPHQL_SCHEMA.type_map[name]
    assert {f"{prefix}{value}" for value in enum.values} <= set(read("en"))


def test_english_comes_first_and_is_for_all_whose_language_is_not_there() -> None:
    assert list(languages()) == ["en", "zh-Hans", "zh-Hant"]
    assert language_for("de, fr;q=0.5").tag == "en"


def test_a_count_chooses_the_form_of_its_language() -> None:
    english, chinese = languages()["en"], languages()["zh-Hans"]
    assert english.say("n-figures", count=1) == "1 measure"
    assert english.say("n-figures", count=1200) == "1,200 measures"
    assert chinese.say("n-figures", count=1) == "1项指标"
