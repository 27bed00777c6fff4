"""The server's side: seed files loaded by the loader's own command, operations run in this process."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

import pytest

from loaders.model.collections import REVISIONS
from loaders.mongo.driver import Database
from loaders.publishing import history
from loaders.publishing.publish import prune
from loaders.settings import StoreSettings
from loaders.store.store import Store
from schema.base.context import Context
from schema.base.request import Request
from schema.operation.operation_cache import Operations
from schema.operation.runner import RequestError, run
from tests.reference.contract import Answer
from tests.reference.irregular import Item, irregular, rewritten, written
from tests.support.data.story import fail
from tests.support.limits import FREE
from tests.support.loader import run_loader

ROOT = Path(__file__).resolve().parents[2]
GENERATED, IRREGULAR = 3, 9
# What the loads are published as; another load draws the number between, and fails.
NUMBERS: Final = (1, 3, 4, 5)
# The oldest revision that can still be read.
KEPT: Final = 3
# In days.
_FOR_EVER: Final = 36_500


def write_files(folder: Path) -> list[list[Path]]:
    """Write the seed files of generated and irregular districts; returns them as they are to be loaded one by one.

    The last have everything, with those of `seeds/data/`.
    """
    shipped = sorted((ROOT / "seeds/data").glob("*.yaml"))
    generated = folder / "generated.jsonl"
    generated.write_text(_seeds("generate", "--districts", str(GENERATED), "--seed", "3"), encoding="utf-8")
    others, fewer, odd = (folder / f"{name}.json" for name in ("others", "fewer", "odd"))
    others.write_text(irregular(IRREGULAR + 1, 8), encoding="utf-8")
    odd.write_text(irregular(IRREGULAR, 7), encoding="utf-8")
    fewer.write_text(written(_fewer(rewritten(irregular(IRREGULAR, 7)))), encoding="utf-8")
    return [[others], [*shipped, fewer], [*shipped, odd], [*shipped, generated, odd]]


def _fewer(districts: list[Item]) -> list[Item]:
    """Some of the districts, one of them with another name, and one with fewer awards."""
    kept = [one for one in districts if one["slug"] not in {"odd-1", "odd-3"}]
    kept[0]["name"] = {"master": "zh-Hans", "zhHans": "旧名", "en": "Old name"}
    kept[-1]["awards"] = kept[-1]["awards"][1:]
    return kept


def load(uri: str, name: str, paths: Sequence[Path | str]) -> None:
    """Load files as a user does."""
    _seeds("load", *map(str, paths), MONGODB_URI=uri, MONGODB_DATABASE=name)


def _seeds(*arguments: str, **environment: str) -> str:
    process = run_loader(*arguments, environment=environment)
    assert process.returncode == 0, process.stderr
    return process.stdout


class ServerSide:
    """Answers operations from a loaded database, without HTTP."""

    def __init__(self, database: Database, name: str) -> None:
        self.database = database
        self.name = name
        self.store = Store(database)
        self._operations = Operations(FREE)

    @classmethod
    def open(cls, uri: str, name: str) -> Self:
        """Open a loaded database."""
        settings = StoreSettings.model_validate({"mongodb_uri": uri, "mongodb_database": name})
        return cls(Database.open(uri, settings, timeout_ms=60_000), name)

    @classmethod
    async def load(cls, uri: str, name: str, loads: Sequence[Sequence[Path]]) -> Self:
        """Load files one after the other, as `NUMBERS` and `KEPT` say, and open the database."""
        server = cls.open(uri, name)
        for paths, number in zip(loads, NUMBERS, strict=True):
            load(uri, name, [*paths, "--prune"])
            if number == NUMBERS[0]:
                await fail(server.database, ["gap"], "failed")
        assert (await server.store.published()).revision == NUMBERS[-1]
        with pytest.MonkeyPatch.context() as patch:
            # A search counts rows of any version until they are removed; districts of the past move to the history.
            patch.setattr(history, "READER_GRACE", timedelta(0))
            await prune(server.database, _FOR_EVER)
        await server.database.update_one(REVISIONS, {"_id": "published"}, {"$set": {"kept": KEPT}})
        return server

    async def time_of(self, number: int) -> datetime:
        """When a revision was published."""
        record = await self.store.revision(number)
        assert record is not None
        return record["loaded_at"]

    async def answer(self, query: str, variables: dict[str, Any], languages: tuple[str, ...] = ()) -> Answer:
        """Answer one request."""
        try:
            response = await run(self._operations, Request(query, variables), Context(self.store, languages))
        except RequestError as error:
            response = error.response
        errors = [(one["extensions"]["code"], tuple(one.get("path") or ())) for one in response.errors]
        return Answer(response.data, errors)

    async def drop(self) -> None:
        """Remove the database, and close the connection."""
        await self.database.command({"dropDatabase": 1})
        await self.close()

    async def close(self) -> None:
        """Close the connection."""
        await self.database.close()
