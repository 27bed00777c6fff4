"""A district's parent is checked against what a load would publish; a dry run refuses whatever a load refuses."""

import io
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from loaders.mongo.driver import Database
from loaders.store.pipeline import visible
from loaders.store.store import Store
from seeds.commands import diff, load
from seeds.console import Console
from tests.support.data.content import district


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Callable[..., Awaitable[list[str]]]:
    """Dry-run a load, and load: both must say the same; gives what was told, without lines."""

    async def command(prune: bool = False, **parents: str | None) -> list[str]:
        given = [district(slug, **({"parent": parent} if parent else {})) for slug, parent in parents.items()]
        path = tmp_path / "given.json"
        path.write_text(json.dumps(given, indent=0), encoding="utf-8")
        told: tuple[list[str], list[str]] = ([], [])
        dry = await diff(Console(io.StringIO(), told[0].append), database, [path], prune=prune)
        status = await load(Console(io.StringIO(), told[1].append), database, [path], prune=prune, if_empty=False)
        assert (dry, told[0]) == (status, told[1])
        assert status == bool(told[1])
        return [line.partition(": ")[2] for line in told[1][:-1]]

    return command


async def stored(database: Database) -> dict[str, Any]:
    rows = await database.find("districts", visible(await Store(database).published()))
    return {row["slug"]: row["parent"] for row in rows}


async def test_a_parent_may_be_in_the_load_or_published(run: Any, database: Database) -> None:
    assert await run(a=None, b="a") == []
    assert await run(c="b") == []
    assert await stored(database) == {"a": None, "b": "a", "c": "b"}


async def test_a_parent_that_is_not_there_is_refused(run: Any, database: Database) -> None:
    assert await run(b="a") == [
        "[0].parent: 'a' is no district of this load and no published one that stays; name one, or load it too"
    ]
    assert await stored(database) == {}


async def test_a_cycle_is_refused_in_one_load_and_across_loads(run: Any, database: Database) -> None:
    assert await run(a="a") == ["[0].parent: a < a is a cycle; a district is no part of itself"]
    assert len(await run(a="b", b="a")) >= 1
    assert await run(a=None, b="a", c="b") == []
    told = await run(a="c")
    assert [("is a cycle" in line, line.startswith("[0].parent: ")) for line in told] == [(True, True)]
    assert await stored(database) == {"a": None, "b": "a", "c": "b"}


async def test_six_levels_are_refused_from_below_and_from_above(run: Any, database: Database) -> None:
    assert await run(a=None, b="a", c="b", d="c", e="d") == []
    assert await run(f="e") == [
        "[0].parent: f < e < d < c < b < a is 6 deep; at most 5: name a parent that is nearer to the top"
    ]
    assert await run(top=None) == []
    assert await run(a="top") == [
        "[0].parent: e < d < c < b < a < top is 6 deep; at most 5: name a parent that is nearer to the top"
    ]
    assert (await stored(database))["a"] is None


async def test_a_district_with_parts_cant_be_removed_without_them(run: Any, database: Database) -> None:
    assert await run(a=None, b="a", c=None) == []
    assert await run(prune=True, b="a", c=None) == [
        "[0].parent: 'a' is no district of this load and no published one that stays; name one, or load it too"
    ]
    assert set(await stored(database)) == {"a", "b", "c"}
    assert await run(prune=True, b=None, c=None) == []
    assert await run(prune=True, c=None) == []
