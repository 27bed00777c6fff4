"""`verify` finds everything derived that differs from the published districts, and `repair` mends it."""

from collections.abc import Awaitable, Callable
from io import StringIO
from typing import Any, Final

import pytest

from loaders.errors import StoreUnavailable
from loaders.model.read_models import DERIVATION
from loaders.mongo.driver import Database
from loaders.publishing.audit import audit
from loaders.store.store import Store
from seeds.commands import DIFFERENT, DONE, SHIPPED, load, repair, verify
from seeds.console import Console
from tests.support.data.content import put
from tests.support.thoroughness import SHARE

Damage = Callable[[Database], Awaitable[Any]]
LIVE: Final = 2**53 - 1


def run_with(output: StringIO) -> Console:
    return Console(output, lambda _: None)


async def findings(database: Database) -> tuple[int, list[str]]:
    output = StringIO()
    status = await verify(run_with(output), database)
    return status, output.getvalue().splitlines()


async def a_row_less(database: Database) -> None:
    await database.delete_many("metrics", {"district": "a"})


async def a_row_more(database: Database) -> None:
    [row] = await database.find("metrics", {"district": "b", "to": LIVE})
    await database.insert_many("metrics", [{**row, "_id": "stray", "id": "Metric:b/stray", "slug": "stray"}])


async def a_row_of_an_ended_version(database: Database) -> None:
    await database.update_many("sources", {"district": "a", "from": 1}, {"$set": {"to": LIVE}})


async def another_figure(database: Database) -> None:
    await database.update_many("metrics", {"district": "b"}, {"$set": {"quantity.multiplier": 5}})


async def a_token_less(database: Database) -> None:
    await database.update_many("search", {"id": "District:b"}, {"$set": {"tokens": []}})


async def rows_of_no_district(database: Database) -> None:
    [row] = await database.find("initiatives", {"district": "b", "to": LIVE})
    await database.insert_many("initiatives", [{**row, "_id": "gone", "id": "Initiative:z/sensing", "district": "z"}])


async def another_count_of_an_indicator(database: Database) -> None:
    await database.update_many("indicators", {"to": LIVE}, {"$set": {"metric_count": 9}})


async def no_entry_of_a_source(database: Database) -> None:
    await database.delete_many("search", {"district": None, "kind": "SOURCE"})


async def no_shared_row_of_a_source(database: Database) -> None:
    await database.delete_many("sources", {"district": None})


async def another_release(database: Database) -> None:
    await database.update_one("revisions", {"_id": "published"}, {"$set": {"derivation": DERIVATION - 1}})


async def another_form(database: Database) -> None:
    """As a release wrote them that had one figure a metric."""
    at = "pillars.$[].initiatives.$[].metrics.$[]"
    of_metrics = ("latest", "observation_count", "observations")
    for name, paths in (
        ("districts", ("observation_count", *(f"{at}.{key}" for key in of_metrics))),
        ("metrics", of_metrics),
        ("indicators", ("observation_count", "observed_figure_count")),
    ):
        # Older releases had other validators.
        await database.command({"collMod": name, "validationLevel": "off"})
        await database.update_many(name, {}, {"$unset": dict.fromkeys(paths, "")})
    await database.delete_many("observations", {})
    await another_release(database)


async def other_totals(database: Database) -> None:
    await database.update_one("revisions", {"_id": 2}, {"$set": {"counts.metrics": 77}})


DAMAGES: Final[tuple[tuple[Damage, str], ...]] = (
    (no_shared_row_of_a_source, "sources lack 1, such as Source:notice"),
    (another_release, "revision 2 was derived by an older release, at least in part"),
    (another_form, "a: an older release stored it in another form"),
    (a_row_less, "a: metrics lack 1, such as Metric:a/terminals"),
    (a_row_more, "b: metrics have 1 too many, such as Metric:b/stray"),
    (a_row_of_an_ended_version, "a: sources have 1 too many, such as Source:notice"),
    (another_figure, "b: metrics differ in 1, such as Metric:b/terminals"),
    (a_token_less, "b: search differ in 1, such as District:b"),
    (rows_of_no_district, "z: initiatives has rows of a district that is not published"),
    (another_count_of_an_indicator, "indicators differ in 1, such as Indicator:terminals"),
    (no_entry_of_a_source, "search entries of indicators and sources lack 1, such as Source:notice"),
    (other_totals, "the record of revision 2 has other totals than its districts"),
)


@pytest.mark.parametrize(
    ("damage", "message"),
    DAMAGES if SHARE >= 1 else DAMAGES[::2],
    ids=lambda one: getattr(one, "__name__", ""),
)
async def test_what_differs_is_found_and_mended(database: Database, damage: Damage, message: str) -> None:
    await put(database, ["a", "b"], "old")
    await put(database, ["a"], "new")
    assert await findings(database) == (DONE, ["everything agrees with the published districts"])
    await damage(database)
    status, found = await findings(database)
    assert (status, message in found) == (DIFFERENT, True), found
    output = StringIO()
    assert await repair(run_with(output), database) == DONE
    assert output.getvalue().startswith("published revision 3: ")
    assert await findings(database) == (DONE, ["everything agrees with the published districts"])
    assert (await put(database, ["c"])).revision == 4


async def test_what_an_older_release_derived_is_not_served_until_all_is_derived_again(database: Database) -> None:
    serving = Store(database, is_serving=True)
    await put(database, ["a", "b"], "one")
    assert (await serving.published()).revision == 1
    await another_release(database)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="derived by an older release; run: python -m seeds repair"):
            await serving.published()
        # A load of some districts leaves the others as they are.
        outcome = await put(database, ["a"], f"changed {await Store(database).published()}"[:40])
        assert not outcome.is_current
    assert await repair(run_with(StringIO()), database) == DONE
    assert (await serving.published()).revision == outcome.revision + 1
    assert await findings(database) == (DONE, ["everything agrees with the published districts"])
    await another_release(database)
    assert (await put(database, ["a", "b"], "all")).is_current
    assert (await serving.published()).revision == outcome.revision + 2


async def test_what_is_loaded_if_the_database_is_empty_is_derived_again_if_it_is_not(database: Database) -> None:
    await put(database, ["a"])
    told: list[str] = []
    for _ in range(2):
        await load(Console(StringIO(), told.append), database, SHIPPED, prune=False, if_empty=True)
        await another_release(database)
    assert told == [
        "the database has data; nothing loaded",
        "the database has data that an older release derived; it is derived again",
    ]
    assert (await Store(database).published()).revision == 2


async def test_an_empty_database_agrees_with_itself(database: Database) -> None:
    assert [finding async for finding in audit(database, await Store(database).published())] == []


async def test_nothing_is_published_where_nothing_differs(database: Database) -> None:
    await put(database, ["a"])
    output = StringIO()
    assert await repair(run_with(output), database) == DONE
    assert output.getvalue() == "nothing to repair\n"
    assert (await Store(database).published()).revision == 1


async def test_a_shared_source_is_mended_and_those_of_districts_stay(database: Database) -> None:
    await put(database, ["a", "b"])
    shared = {"slug": "notice", "district": None}
    await database.update_many("sources", shared, {"$set": {"title.texts.en": "Damaged"}})
    assert await repair(run_with(StringIO()), database) == DONE
    assert await findings(database) == (DONE, ["everything agrees with the published districts"])
    rows = await database.find("sources", {"to": LIVE}, {"district": 1, "title": 1}, order=[("_id", 1)])
    assert [(row["district"], row["title"]["texts"]["en"]) for row in rows] == [
        ("a", "Notice"),
        ("b", "Notice"),
        (None, "Notice"),
    ]
