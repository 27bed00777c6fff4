"""Units that districts count by themselves: published with the revision, named in every language, ranked apart."""

from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from typing import Any

import pytest
import pytest_asyncio

from loaders.documents import DistrictContent
from loaders.model.preparation import ensure_collections
from loaders.model.revisions import Published
from loaders.mongo.driver import Database
from loaders.publishing.audit import audit
from loaders.publishing.backup import write_backup
from loaders.publishing.draft import read_published
from loaders.publishing.publish import publish
from loaders.publishing.restore import restore
from loaders.settings import StoreSettings
from loaders.store.fetch import Fetch, Fetched
from loaders.store.store import Store
from schema.export.batches import Export, where_of
from schema.export.file_languages import FileLanguages
from seeds.building.district import build
from seeds.format.model import District
from tests.support.api import Api, api_of
from tests.support.data.content import district, load_of, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

POINT: dict[str, Any] = {
    "code": "service-point",
    "names": {
        "en": {"one": "service point", "other": "service points"},
        "zh-Hans": {"other": "个服务点"},
        "fr": {"one": "point de service", "other": "points de service"},
    },
}
IN_2024 = {"kind": "YEAR", "edtf": "2024", "label": text("2024年", "2024")}
POINTS = {"slug": "points", "name": text("服务点", "Points"), "unit": "service-point"}


def written(slug: str, value: int, unit: dict[str, Any] = POINT) -> DistrictContent:
    """A district with its service points, and how many people there are to each."""
    given = district(slug)
    metrics = given["pillars"][0]["initiatives"][0]["metrics"]
    [own] = metrics
    given |= {"indicators": [POINTS], "units": [unit]}
    per_point = {"value": 1200, "unit": "person-per-service-point"}
    points = {"slug": "points", "indicator": "points", "period": IN_2024}
    metrics[:] = [
        {**own, **points, "quantity": {"value": value, "unit": "service-point"}},
        {**own, "slug": "people", "quantity": per_point},
    ]
    return build(District.model_validate(given))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(mongodb_uri: str) -> AsyncIterator[Api]:
    async with api_of(mongodb_uri, [written("a", 1), written("b", 5)]) as api:
        yield api


async def test_a_figure_is_written_with_the_names_of_its_data_set(api: Api) -> None:
    formatted = " ".join(f'{tag}: formatted(lang: ["{tag}"])' for tag in ("en", "zh", "fr", "de"))
    found = await api.data(
        f'{{ one: metric(district: "a", slug: "points") {{ quantity {{ {formatted} }} }} '
        f'five: metric(district: "b", slug: "points") {{ quantity {{ {formatted} }} headline(lang: ["fr"]) }} }}'
    )
    assert found["one"]["quantity"] == {
        **{"en": "1 service point", "zh": "1个服务点", "fr": "1 point de service", "de": "1 service point"},
    }
    assert found["five"]["quantity"] == {
        **{"en": "5 service points", "zh": "5个服务点", "fr": "5 points de service", "de": "5 service points"},
    }
    assert found["five"]["headline"] == "终端\u00a0: 5 points de service (2024)"


async def test_a_rate_may_be_per_such_a_unit(api: Api) -> None:
    unit = "unit { code dimension ucum per { code name { en } } }"
    found = await api.data(
        f'{{ metric(district: "a", slug: "people") {{ quantity {{ formatted(lang: ["en"]) {unit} }} }} }}'
    )
    assert found["metric"]["quantity"] == {
        "formatted": "1,200 people per service point",
        "unit": {
            **{"code": "person-per-service-point", "dimension": "RATE", "ucum": "{person}/{service-point}"},
            "per": {"code": "service-point", "name": {"en": "service points"}},
        },
    }


async def test_such_figures_are_ranked_and_summed_in_their_unit(api: Api) -> None:
    unit = "unit { code ucum dimension name { zhHans } }"
    found = await api.data(
        f'{{ indicator(slug: "points") {{ {unit} units {{ code }} '
        'ranking(unit: "service-point") { unit { name { en } } sum { formatted(lang: ["en"]) } '
        "figures { unit { code } } "
        "nodes { position metric { district { slug } } } } } }"
    )
    assert found["indicator"] == {
        "unit": {
            **{"code": "service-point", "ucum": "{service-point}", "dimension": "COUNT"},
            "name": {"zhHans": "个服务点"},
        },
        "units": [{"code": "service-point"}],
        "ranking": {
            "unit": {"name": {"en": "service points"}},
            "sum": {"formatted": "6 service points"},
            "figures": {"unit": {"code": "service-point"}},
            "nodes": [
                {"position": 1, "metric": {"district": {"slug": "b"}}},
                {"position": 2, "metric": {"district": {"slug": "a"}}},
            ],
        },
    }


async def test_a_unit_that_nobody_counts_is_refused(api: Api) -> None:
    _, message = await api.error('{ indicator(slug: "points") { ranking(unit: "kiosk") { totalCount } } }')
    assert message == "\"unit\" is 'kiosk', which is no unit; see docs/reference/units.md"


async def test_the_dataset_lists_its_units(api: Api) -> None:
    found = await api.data("{ dataset { units { code name { en } } } }")
    assert found["dataset"]["units"] == [{"code": "service-point", "name": {"en": "service points"}}]


async def test_units_are_published_with_the_districts_that_count_them(mongodb_uri: str) -> None:
    settings = StoreSettings.model_validate({"mongodb_database": "own-units"})
    database = Database.open(mongodb_uri, settings, timeout_ms=60_000)
    await ensure_collections(database)
    other = {"code": "kiosk", "names": {"en": {"other": "kiosks"}}}
    renamed = {**POINT, "names": {"en": {"other": "desks"}}}

    async def codes(*districts: DistrictContent, prune: bool = True) -> list[tuple[str, str]]:
        await publish(database, load_of(districts, prune=prune))
        published = await read_published(database)
        assert [finding.message async for finding in audit(database, published)] == []
        return [(unit["code"], unit["names"][0]["text"]) for unit in published.units]

    try:
        assert await codes(written("a", 1), written("b", 5)) == [("service-point", "service point")]
        kiosks = build(District.model_validate(district("c", units=[other])))
        assert await codes(kiosks, prune=False) == [("kiosk", "kiosks"), ("service-point", "service point")]
        assert await codes(written("a", 1, renamed), written("b", 5, renamed), kiosks) == [
            ("kiosk", "kiosks"),
            ("service-point", "desks"),
        ]
        assert await codes(kiosks) == [("kiosk", "kiosks")]
    finally:
        await database.command({"dropDatabase": 1})
        await database.close()


class Misspelt(Store):
    """A store whose figures have a unit that looks like one of the data set's own, and that no district defines."""

    async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
        found = await super().fetch(fetch, published)
        for document in found.documents:
            for quantity in quantities_in(document):
                quantity["unit"] = quantity["unit"].replace("service-point", "servicepoint")
        return found


def quantities_in(value: Any) -> Iterator[dict[str, Any]]:
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(one, dict) and "multiplier" in one:
            yield one
        yield from quantities_in(one)


@pytest.mark.parametrize("field", ["formatted", "unit { code }"])
async def test_a_unit_that_no_district_defines_is_told_as_damage(mongodb_uri: str, api: Api, field: str) -> None:
    settings = StoreSettings.model_validate({"mongodb_database": api.database_name})
    database = Database.open(mongodb_uri, settings, timeout_ms=60_000)
    try:
        damaged = Api(Misspelt(database), api.commands, api.database_name)
        response = await damaged.run(f'{{ metric(district: "a", slug: "points") {{ slug quantity {{ {field} }} }} }}')
        assert response.data == {"metric": {"slug": "points", "quantity": None}}
        [error] = response.errors
        assert (error["extensions"]["code"], error["path"]) == (
            "INTERNAL_SERVER_ERROR",
            ["metric", "quantity", field.split()[0]],
        )
    finally:
        await database.close()


async def test_a_revision_whose_unit_is_gone_names_it_after_its_code(mongodb_uri: str) -> None:
    async with api_of(mongodb_uri, [written("a", 5)]) as api:
        settings = StoreSettings.model_validate({"mongodb_database": api.database_name})
        database = Database.open(mongodb_uri, settings, timeout_ms=60_000)
        try:
            await publish(database, load_of([build(District.model_validate(district("a")))]))
        finally:
            await database.close()
        figures = 'metrics { quantity { formatted(lang: ["en"]) unit { code } } }'
        found = await api.data(
            f'{{ now: district(slug: "a") {{ {figures} }} '
            f'before: district(slug: "a", asOf: {{ revision: 1 }}) {{ {figures} }} }}'
        )
    assert [one["quantity"]["unit"]["code"] for one in found["now"]["metrics"]] == ["terminal"]
    assert found["before"]["metrics"] == [
        {"quantity": {"formatted": "5 service point", "unit": {"code": "service-point"}}},
        {"quantity": {"formatted": "1,200 people per service point", "unit": {"code": "person-per-service-point"}}},
    ]


async def test_a_download_names_them_too(api: Api) -> None:
    published = await api.store.published()
    where = where_of("metrics", {"slug": {"eq": "points"}})
    rows = await Export(api.store, "metrics", where, FileLanguages(("fr",)), published).batch()
    assert [row["quantity"]["unit"]["name"] for row in rows] == [{"text": "points de service", "language": "fr"}] * 2


async def test_a_backup_brings_them_back(mongodb_uri: str) -> None:
    settings = StoreSettings.model_validate({"mongodb_database": "own-units-restored"})
    database = Database.open(mongodb_uri, settings, timeout_ms=60_000)
    file = BytesIO()
    try:
        await ensure_collections(database)
        await publish(database, load_of([written("a", 1), written("b", 5)]))
        before = await read_published(database)
        await write_backup(database, file)
        await database.command({"dropDatabase": 1})
        await ensure_collections(database)
        await restore(database, file, lambda done, total: None)
        after = await read_published(database)
        assert [finding.message async for finding in audit(database, after)] == []
    finally:
        await database.command({"dropDatabase": 1})
        await database.close()
    assert [unit["code"] for unit in after.units] == ["service-point"]
    assert list(after.units) == list(before.units)
