"""The server's side: seed files loaded by the loader's own command, operations run in this process."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
from loaders.store.store import Store
from schema.base.context import Context
from schema.base.request import Request
from schema.operation.operation_cache import Operations
from schema.operation.runner import RequestError, run
from tests.reference.contract import Answer
from tests.reference.irregular import irregular
from tests.support.limits import FREE
from tests.support.loader import run_loader

ROOT = Path(__file__).resolve().parents[2]
GENERATED, IRREGULAR = 3, 9


def write_files(folder: Path) -> list[Path]:
    """Write the seed files of generated and irregular districts; returns them with those of `seeds/data/`."""
    shipped = sorted((ROOT / "seeds/data").glob("*.yaml"))
    generated, odd = folder / "generated.jsonl", folder / "odd.json"
    generated.write_text(_seeds("generate", "--districts", str(GENERATED), "--seed", "3"), encoding="utf-8")
    odd.write_text(irregular(IRREGULAR, 7), encoding="utf-8")
    return [*shipped, generated, odd]


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
        await self.database.close()
