"""The server and the reference, side by side over the same data."""

from tests.reference.comparison import difference
from tests.reference.contract import Answer, Context, answer, schema_of_sdl
from tests.reference.data import Dataset
from tests.reference.drawing import Pool
from tests.reference.operations import Generator, Operation
from tests.reference.server_side import ServerSide


class Pair:
    """Asks both, and compares."""

    def __init__(self, server: ServerSide, dataset: Dataset) -> None:
        self.server = server
        self.dataset = dataset
        self.schema = schema_of_sdl()
        self.generator = Generator(self.schema, Pool(dataset))

    def reference(self, operation: Operation) -> Answer:
        """The reference's answer."""
        context = Context(self.dataset, operation.languages)
        return answer(self.schema, context, operation.query, operation.variables)

    async def ours(self, operation: Operation) -> Answer:
        """The server's answer."""
        return await self.server.answer(operation.query, operation.variables, operation.languages)

    async def difference(self, operation: Operation) -> str | None:
        """How the answers differ; the operation is asked twice, since the server keeps what it has prepared."""
        reference = self.reference(operation)
        first = difference(await self.ours(operation), reference, operation.query)
        return first or difference(await self.ours(operation), reference, operation.query)

    async def once(self, operation: Operation) -> str | None:
        """How the answers differ where the server is asked once."""
        return difference(await self.ours(operation), self.reference(operation), operation.query)
