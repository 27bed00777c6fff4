"""Districts with what they are a part of, and their parts: in one level of commands for any number of districts."""

from typing import Any

import pytest

from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from seeds.building.district import build
from seeds.format.model import District
from tests.support.api import Api
from tests.support.data.content import district, load_of

PARENTS = {"a": None, "b": "a", "c": "a", "d": "a", "e": "b", "f": None}


@pytest.fixture
async def places(database: Database) -> None:
    given = [district(slug, **({"parent": parent} if parent else {})) for slug, parent in PARENTS.items()]
    await publish(database, load_of([build(District.model_validate(one)) for one in given]))


@pytest.mark.usefixtures("places")
async def test_a_level_costs_the_same_commands_for_any_number_of_districts(api: Api) -> None:
    data = await api.data(
        "{ districts { nodes { slug parent { slug parent { slug } } parts { slug parts { slug } } } } }"
    )
    found = {one["slug"]: one for one in data["districts"]["nodes"]}
    assert found["e"]["parent"] == {"slug": "b", "parent": {"slug": "a"}}
    assert {slug: one["parent"] and one["parent"]["slug"] for slug, one in found.items()} == PARENTS
    below = [{"slug": "b", "parts": [{"slug": "e"}]}, {"slug": "c", "parts": []}, {"slug": "d", "parts": []}]
    assert (found["a"]["parts"], found["f"]["parts"]) == (below, [])
    # The pointer, the page, two levels of parents, the slugs of all parts, and two levels of parts.
    assert len(api.commands.names) == 2 + 2 + 1 + 2


@pytest.mark.usefixtures("places")
async def test_parts_are_paged_by_slug(api: Api) -> None:
    data: Any = await api.data(
        '{ district(slug: "a") { one: parts(first: 2) { slug } rest: parts(first: 2, offset: 2) { slug } '
        "none: parts(offset: 3) { slug } } }"
    )
    assert data["district"] == {"one": [{"slug": "b"}, {"slug": "c"}], "rest": [{"slug": "d"}], "none": []}


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("wrong", ["first: 0", "first: 101", "offset: -1"])
async def test_a_page_of_parts_has_1_to_100(api: Api, wrong: str) -> None:
    code, message = await api.error(f'{{ district(slug: "a") {{ parts({wrong}) {{ slug }} }} }}')
    assert (code, message.startswith('"parts.')) == ("BAD_USER_INPUT", True)
