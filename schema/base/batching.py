"""Load by key: each key once, and in one call whatever is asked for at the same time.

One future for all that a call answers, where DataLoaders have one for each key.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeAlias

# Loads the values of several keys at once, in their order.
Load: TypeAlias = Callable[[list[Any]], Awaitable[Sequence[Any]]]
_Answer: TypeAlias = asyncio.Future[dict[Any, Any]]


class Loader:
    """What one place of an operation asks for. Whatever its calls raise, each of their keys raises."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._answers: dict[Any, _Answer] = {}
        self._waiting: list[Any] = []
        self._calls: list[asyncio.Task[None]] = []

    async def load(self, key: Any) -> Any:
        """The value of a key."""
        # A field that is cancelled, since its parent became null, takes the value from none of the others.
        return (await asyncio.shield(self._answer(key)))[key]

    async def load_all(self, keys: Iterable[Any]) -> dict[Any, Any]:
        """The values of several keys."""
        answers = {key: self._answer(key) for key in keys}
        for answer in dict.fromkeys(answers.values()):
            await asyncio.shield(answer)
        return {key: answer.result()[key] for key, answer in answers.items()}

    def give_up(self) -> None:
        """End the calls that are under way, which nobody awaits any more."""
        self._waiting.clear()
        for call in self._calls:
            call.cancel()

    def _answer(self, key: Any) -> _Answer:
        if key not in self._answers:
            if self._waiting:
                self._answers[key] = self._answers[self._waiting[0]]
            else:
                loop = asyncio.get_running_loop()
                self._answers[key] = loop.create_future()
                # The others of the level ask in this turn of the loop and the next.
                loop.call_soon(self._begin)
            self._waiting.append(key)
        return self._answers[key]

    def _begin(self) -> None:
        # Where all has been given up meanwhile, there is nothing left to ask.
        if self._waiting:
            self._calls.append(asyncio.create_task(self._ask()))

    async def _ask(self) -> None:
        keys, self._waiting = self._waiting, []
        answer = self._answers[keys[0]]
        try:
            answer.set_result(dict(zip(keys, await self._load(keys), strict=True)))
        except Exception as error:
            answer.set_exception(error)
            # Where all who wait have been cancelled, no one need hear of it.
            answer.exception()
