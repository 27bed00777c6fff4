"""The operations of pages are valid, also with only the ids of what they list; no fragments share a name."""

import re

import pytest
from graphql import parse, validate

from api.pages.operations import IDS, TEMPLATE_FOLDER, operation, operation_names
from schema.graph.contract import GRAPHQL_SCHEMA

LISTS = ("home", "search", "indicators", "choices")


@pytest.mark.parametrize("name", [*operation_names(), *(f"{name}{IDS}" for name in LISTS)])
def test_an_operation_is_valid(name: str) -> None:
    assert validate(GRAPHQL_SCHEMA, parse(operation(name))) == []


@pytest.mark.parametrize("name", LISTS)
def test_only_the_ids_of_what_is_listed_are_read_where_more_can_not_be(name: str) -> None:
    text = operation(f"{name}{IDS}")
    assert "name" not in text.replace("pageInfo", "")
    assert re.search(r"\bid\n", text)


def test_each_fragment_has_a_name_of_its_own() -> None:
    text = (TEMPLATE_FOLDER / "fragments.graphql").read_text("utf-8")
    names = re.findall(r"^fragment (\w+) on", text, re.MULTILINE)
    assert len(names) > 10
    assert len(names) == len({*names})
