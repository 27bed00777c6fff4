"""The schema is committed, fully described, in step with stored documents; breaking changes are in the changelog."""

import re
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    build_schema,
    find_breaking_changes,
    specified_scalar_types,
)

from loaders import documents as stored
from schema.graph.contract import GRAPHQL_SCHEMA, sdl
from schema.types import enums

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "schema" / "schema.graphql"
RELEASED = ROOT / "schema" / "released.graphql"
OWN_TYPES = [type_ for name, type_ in GRAPHQL_SCHEMA.type_map.items() if not name.startswith("__")]
TEXT_FIELDS = ("zh_hans", "en", "zh_hant")
# Fields that are computed, and stored keys that clients see in another form or not at all.
COMPUTED = {
    **{name: {"text", "language", "translations", *TEXT_FIELDS} for name in ("LocalizedText", "Strategy")},
    **{name: {"formatted"} for name in ("Quantity", "Period", "Change", "Rank")},
    "Metric": {"headline", "standing", "growth"},
    "Pillar": {"metrics"},
    "Indicator": {"district_count", "metric_count", "ranking", "growth_ranking"},
    "District": {"initiatives", "metrics", "parts"},
}
HIDDEN = {
    **{name: {"texts"} for name in ("LocalizedText", "Strategy")},
    "District": {"sources", "indicators", "units"},
    "Metric": {"ranked_as", "best_rank"},
    "Observation": {"ranked_as", "best_rank"},
    "Award": {"best_rank"},
}


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == sdl()


def test_a_breaking_change_is_named_in_the_changelog() -> None:
    changes = find_breaking_changes(build_schema(RELEASED.read_text(encoding="utf-8")), build_schema(sdl()))
    unreleased = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1]
    assert [change.description for change in changes if change.description not in unreleased] == []


def descriptions() -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for type_ in OWN_TYPES:
        found.append((type_.name, type_.description))
        if isinstance(type_, GraphQLEnumType):
            found += [(f"{type_.name}.{name}", value.description) for name, value in type_.values.items()]
        elif isinstance(type_, GraphQLInputObjectType):
            found += [(f"{type_.name}.{name}", field.description) for name, field in type_.fields.items()]
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in type_.fields.items():
                found.append((f"{type_.name}.{name}", field.description))
                found += [
                    (f"{type_.name}.{name}({argument})", given.description) for argument, given in field.args.items()
                ]
    return found


def test_every_type_field_argument_and_enum_value_is_described() -> None:
    found = descriptions()
    assert len(found) > 150
    assert [coordinate for coordinate, description in found if not description] == []


def custom_scalars() -> dict[str, GraphQLScalarType]:
    return {
        type_.name: type_
        for type_ in OWN_TYPES
        if isinstance(type_, GraphQLScalarType) and type_.name not in specified_scalar_types
    }


def test_a_custom_scalar_names_the_public_standard_that_it_follows() -> None:
    standards = {
        "Date": "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        "DateTime": "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        "Decimal": "https://www.w3.org/TR/xmlschema11-2/#decimal",
        "Revision": "https://www.w3.org/TR/xmlschema11-2/#nonNegativeInteger",
    }
    assert {name: scalar.specified_by_url for name, scalar in custom_scalars().items()} == standards


@pytest.mark.parametrize("path", ["docs/guide/clients.md", "examples/codegen.ts"])
def test_the_block_for_code_generators_has_every_custom_scalar(path: str) -> None:
    [block] = re.findall(r"scalars: \{ (.*) \}", (ROOT / path).read_text(encoding="utf-8"))
    written = dict(one.split(": ") for one in block.split(", "))
    numbers = {"Revision"}
    assert written == {name: "'number'" if name in numbers else "'string'" for name in custom_scalars()}


def test_the_page_on_clients_says_what_every_custom_scalar_is() -> None:
    page = (ROOT / "docs/guide/clients.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \| a ", page, re.MULTILINE)) == set(custom_scalars())


def test_the_schema_itself_is_described() -> None:
    described = build_schema(sdl()).description
    assert described is not None and described == GRAPHQL_SCHEMA.description
    for term in ("district", "pillar", "initiative", "metric", "observation", "indicator", "slug"):
        assert term in described


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


@pytest.mark.parametrize(
    "name",
    ["LocalizedText", "Quantity", "Period", "Change", "Rank", "Citation", "OtherReport", "Observation", "Metric",
     "Award", "Strategy", "System", "Initiative", "Pillar", "Code", "Source", "Indicator"],
)  # fmt: skip
def test_a_type_has_a_field_for_every_stored_key_and_no_other(name: str) -> None:
    type_: Any = GRAPHQL_SCHEMA.type_map[name]
    fields = {snake(field) for field in type_.fields}
    expected = set(get_type_hints(getattr(stored, name))) - HIDDEN.get(name, set())
    assert fields - COMPUTED.get(name, set()) == expected


def test_a_district_has_a_field_for_every_stored_key_of_its_content() -> None:
    district: Any = GRAPHQL_SCHEMA.type_map["District"]
    fields = {snake(field) for field in district.fields} - COMPUTED["District"]
    assert fields == set(get_type_hints(stored.DistrictContent)) - HIDDEN["District"]


@pytest.mark.parametrize(
    "name",
    ["Comparator", "PeriodKind", "ChangeBasis", "Direction", "RankKind", "RankBasis", "AreaLevel", "MetricStatus",
     "InitiativeStatus", "AwardKind", "AwardHolder", "SourceKind", "ReportKind"],
)  # fmt: skip
def test_an_enum_has_the_values_that_may_be_stored(name: str) -> None:
    values = [member.name for member in getattr(enums, name)]
    assert values == list(get_args(getattr(stored, name)))


def test_an_interface_is_implemented_by_everything_with_an_identity() -> None:
    node: Any = GRAPHQL_SCHEMA.type_map["Node"]
    implementations = sorted(type_.name for type_ in GRAPHQL_SCHEMA.get_possible_types(node))
    of_districts = ["Award", "District", "Indicator", "Initiative", "Metric", "Observation", "Pillar"]
    assert implementations == [*of_districts, "Source"]


def test_no_count_of_the_real_world_is_an_int() -> None:
    ints = sorted(
        f"{type_.name}.{name}"
        for type_ in OWN_TYPES
        if isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items()
        if str(field.type).startswith("Int")
    )
    # Counts of things in the dataset, and small numbers that the format bounds.
    assert [name for name in ints if not name.endswith("Count") and not name.startswith("Dataset")] == [
        "Award.streakYears",
        "FigureGroup.count",
        "FigureSpread.count",
        "GroupCount.count",
        "Quantity.decimals",
        "Quantity.multiplier",
        "Rank.of",
        "Rank.position",
        "Rank.streak",
        "RankedGrowth.position",
        "RankedMetric.position",
        "Standing.of",
        "Standing.position",
        "TextRange.end",
        "TextRange.start",
    ]
