"""One pillar, initiative, metric, observation or award by the slugs of its id, or by the id."""

import pytest

from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from seeds.building.district import build
from seeds.format.model import District
from tests.support.api import Api
from tests.support.data.content import district, load_of, put, text


@pytest.mark.parametrize(
    ("field", "slugs", "node_id"),
    [
        ("pillar", 'district: "a", slug: "foundations"', "Pillar:a/foundations"),
        ("initiative", 'district: "a", slug: "sensing"', "Initiative:a/sensing"),
        ("metric", 'district: "a", slug: "terminals"', "Metric:a/terminals"),
        (
            "observation",
            'district: "a", metric: "terminals", slug: "main"',
            "Observation:a/terminals/main",
        ),
    ],
)
async def test_an_item_is_found_by_its_slugs_or_its_id_in_one_command(
    database: Database, api: Api, field: str, slugs: str, node_id: str
) -> None:
    await put(database, ["a", "b"])
    for arguments in (slugs, f'id: "{node_id}"'):
        data = await api.data(f"{{ {field}({arguments}) {{ id district {{ slug }} }} }}")
        assert data == {field: {"id": node_id, "district": {"slug": "a"}}}
        # The published revision, the item, and its district.
        assert len(api.commands.names) == 3


async def test_an_award_is_found_by_its_slugs_or_its_id(database: Database, api: Api) -> None:
    prize = {
        "slug": "prize",
        "name": text("奖"),
        "kind": "AWARD",
        "citations": [{"source": "notice", "locator": "L1"}],
    }
    await publish(database, load_of([build(District.model_validate(district("a", awards=[prize])))]))
    for arguments in ('district: "a", slug: "prize"', 'slug: "prize"', 'id: "Award:a/prize"'):
        data = await api.data(f"{{ award({arguments}) {{ id heldBy }} }}")
        assert data == {"award": {"id": "Award:a/prize", "heldBy": "DISTRICT"}}
        assert len(api.commands.names) == 2


async def test_a_slug_is_enough_where_one_item_has_it(database: Database, api: Api) -> None:
    await put(database, ["only"])
    data = await api.data(
        """{ initiative(slug: "sensing") { id } metric(slug: "terminals") { id indicator { slug } }
        observation(metric: "terminals", slug: "main") { id } }"""
    )
    assert data == {
        "initiative": {"id": "Initiative:only/sensing"},
        "metric": {"id": "Metric:only/terminals", "indicator": {"slug": "terminals"}},
        "observation": {"id": "Observation:only/terminals/main"},
    }
    assert sorted(api.commands.names) == ["aggregate", "aggregate", "aggregate", "find"]


async def test_what_does_not_exist_is_null(database: Database, api: Api) -> None:
    await put(database, ["a"])
    for asked in (
        'pillar(district: "a", slug: "nothing")',
        'initiative(district: "nowhere", slug: "sensing")',
        'metric(district: "a/terminals", slug: "x")',
        'metric(slug: "nothing")',
        'observation(district: "a", metric: "terminals", slug: "1999")',
        'award(id: "Award:a/nothing")',
        'metric(district: "", slug: "")',
    ):
        assert list((await api.data(f"{{ {asked} {{ id }} }}")).values()) == [None]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            'metric(slug: "terminals")',
            'several metrics have the slug; add "district": Metric:a/terminals, Metric:b/terminals',
        ),
        (
            'observation(slug: "main")',
            'several observations have the slug; add "district" and "metric": Observation:a/terminals/main, '
            "Observation:b/terminals/main",
        ),
        ("metric", 'give "slug", with "district"; or "id"'),
        ('metric(district: "a")', 'give "slug", with "district"; or "id"'),
        ('metric(district: "a", slug: null)', 'give "slug", with "district"; or "id"'),
        ('pillar(slug: "foundations")', 'give "slug", with "district"; or "id"'),
        ('observation(metric: "terminals")', 'give "slug", with "district" and "metric"; or "id"'),
        (
            'metric(id: "Metric:a/terminals", district: "a")',
            '"id" says everything; leave out "district"',
        ),
        ('metric(id: "District:a")', '"id" is that of another type, District; ask for it with "node"'),
        ('metric(id: "terminals")', "'terminals' is no id; send back an id as it was given, such as District:baiyun"),
    ],
)
async def test_what_names_no_single_item_is_refused(database: Database, api: Api, asked: str, message: str) -> None:
    await put(database, ["a", "b"])
    assert await api.error(f"{{ {asked} {{ id }} }}") == ("BAD_USER_INPUT", message)


async def test_a_few_of_many_candidates_are_named(database: Database, api: Api) -> None:
    await put(database, list("abcdefgh"))
    _, message = await api.error('{ metric(slug: "terminals") { id } }')
    ids = ", ".join(f"Metric:{slug}/terminals" for slug in "abc")
    assert message == f'several metrics have the slug; add "district": {ids}, and others'
