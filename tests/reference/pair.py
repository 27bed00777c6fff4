"""The server and the reference, side by side over the same data."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from tests.reference.comparison import difference
from tests.reference.contract import Answer, Context, answer, schema_of_sdl
from tests.reference.data import load
from tests.reference.drawing import Pool
from tests.reference.operations import Generator, Operation
from tests.reference.past import History
from tests.reference.server_side import KEPT, NUMBERS, ServerSide, write_files
from tests.reference.server_side import load as load_files

MOST_PAGES = 4


class Pair:
    """Runs operations on both, and compares the answers."""

    def __init__(self, server: ServerSide, newest: list[Path], history: History) -> None:
        self.server = server
        self.history = history
        self.dataset = load(newest)
        self.dataset.revision, self.dataset.changes = history.newest, history.moments[-1].changes
        self.schema = schema_of_sdl()
        self.generator = Generator(self.schema, Pool(self.dataset, history))

    @classmethod
    async def load(cls, uri: str, name: str, folder: Path) -> Self:
        """Write seed files, several versions of them, and load one after the other into a database."""
        loads = write_files(folder)
        return await cls.read(await ServerSide.load(uri, name, loads), loads)

    @classmethod
    async def read(cls, server: ServerSide, loads: list[list[Path]]) -> Self:
        """Read what was written and loaded."""
        times = [await server.time_of(number) for number in NUMBERS]
        return cls(server, loads[-1], History.read(loads, NUMBERS, times, KEPT))

    @classmethod
    async def of(cls, uri: str, name: str, paths: list[Path]) -> Self:
        """Load seed files into a database, once."""
        load_files(uri, name, paths)
        server = ServerSide.open(uri, name)
        return cls(server, paths, History.read([paths], [1], [await server.time_of(1)], kept=1))

    def reference(self, operation: Operation) -> Answer:
        """The reference's answer."""
        context = Context(self.dataset, operation.languages, self.history)
        return answer(self.schema, context, operation.query, operation.variables)

    async def ours(self, operation: Operation) -> Answer:
        """The server's answer."""
        return await self.server.answer(operation.query, operation.variables, operation.languages)

    async def difference(self, operation: Operation) -> str | None:
        """How the answers differ. The operation runs twice on the server, the second time from its caches."""
        reference = self.reference(operation)
        first = difference(await self.ours(operation), reference)
        return first or difference(await self.ours(operation), reference)

    async def once(self, operation: Operation) -> str | None:
        """How the answers differ if the operation runs once on the server."""
        return difference(await self.ours(operation), self.reference(operation))

    async def walk(self, operation: Operation) -> list[str]:
        """How the pages of a list differ; each side continues by its own cursors."""
        ours: str | None = None
        reference: str | None = None
        backward = "before: $cursor" in operation.query
        for _ in range(MOST_PAGES):
            at = replace(operation, variables={**operation.variables, "cursor": ours})
            one = await self.ours(at)
            other = self.reference(replace(at, variables={**operation.variables, "cursor": reference}))
            if told := difference(one, other):
                return [f"{operation.query} {operation.variables}: {told}"]
            if other.data is None or (page := _page(other.data)) is None:
                break
            if not page["pageInfo"]["hasPreviousPage" if backward else "hasNextPage"]:
                break
            key = "startCursor" if backward else "endCursor"
            ours, reference = _page(one.data)["pageInfo"][key], page["pageInfo"][key]
        return []


def _page(data: Any) -> Any:
    """The page of a walk: of a list, or of an indicator's ranking."""
    page = data["page"]
    return page.get("page", page) if page else None
