"""Load values by key: each key once, and all keys requested at the same time in one call.

All keys of a call share one future; a DataLoader has one for each key.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeAlias

# Loads the values of several keys at once, in their order.
Load: TypeAlias = Callable[[list[Any]], Awaitable[Sequence[Any]]]
_Results: TypeAlias = asyncio.Future[dict[Any, Any]]


class Loader:
    """Batches the loads of one field of an operation. An error raised by a call is raised for each of its keys."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._futures: dict[Any, _Results] = {}
        self._pending: list[Any] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def load(self, key: Any) -> Any:
        """The value of a key."""
        # A field is cancelled when its parent becomes null; the shield keeps the value for other fields.
        return (await asyncio.shield(self._future_for(key)))[key]

    async def load_all(self, keys: Iterable[Any]) -> dict[Any, Any]:
        """The values of several keys."""
        futures = {key: self._future_for(key) for key in keys}
        for future in dict.fromkeys(futures.values()):
            await asyncio.shield(future)
        return {key: future.result()[key] for key, future in futures.items()}

    def cancel(self) -> None:
        """Cancel the calls under way, whose results are no longer needed."""
        self._pending.clear()
        for task in self._tasks:
            task.cancel()

    def _future_for(self, key: Any) -> _Results:
        if key not in self._futures:
            if self._pending:
                self._futures[key] = self._futures[self._pending[0]]
            else:
                loop = asyncio.get_running_loop()
                self._futures[key] = loop.create_future()
                # Other fields of the same level add their keys in this iteration of the event loop and the next.
                loop.call_soon(self._start_call)
            self._pending.append(key)
        return self._futures[key]

    def _start_call(self) -> None:
        # The loader may have been cancelled meanwhile.
        if self._pending:
            self._tasks.append(asyncio.create_task(self._call()))

    async def _call(self) -> None:
        keys, self._pending = self._pending, []
        future = self._futures[keys[0]]
        try:
            future.set_result(dict(zip(keys, await self._load(keys), strict=True)))
        except Exception as error:
            future.set_exception(error)
            # If every waiter was cancelled, asyncio must not log the exception as never retrieved.
            future.exception()
