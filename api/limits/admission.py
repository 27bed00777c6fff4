"""Work on an operation when it is its client's turn, and for as long as a request may take.

One timer for all that run, where `asyncio.timeout` takes one each: of the 0.25 ms of a tiny request, that and
generators as context managers would take 20 µs, and this takes 5.
"""

import asyncio
from contextvars import Token
from types import TracebackType
from typing import Final

from api.http.errors import HttpError
from api.limits.fair_semaphore import FairSemaphore, QueueFull
from api.settings import Settings
from loaders.mongo.deadline import set_deadline, unset_deadline

# Points of an operation that waits for none of its client's heavier ones.
LIGHT_POINTS: Final = 100
RETRY_HEADERS: Final = {"Retry-After": "1"}


class AdmissionController:
    """The turns of one worker. Each lasts equally long, so that those who began first end first."""

    def __init__(self, settings: Settings) -> None:
        self.semaphore = FairSemaphore(settings.max_running, settings.max_waiting)
        self.deadline_s = settings.request_deadline_s
        # The tasks that work or wait, and when each is over; those that were ended for that.
        self._deadlines: dict[asyncio.Task[object], float] = {}
        self._overdue: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def slot(self, client: str, points: int) -> "Slot":
        """Wait for a client's turn, and end the block when its time is over, the wait included.

        Light operations take turns as if they were another client's.
        Entering and leaving raise HttpError, with 503 where too many wait already and 504 where the time is over.
        """
        return Slot(self, client if points > LIGHT_POINTS else f"{client} light")

    def start_deadline(self, task: "asyncio.Task[object]") -> None:
        """Let a task's time run."""
        loop = asyncio.get_running_loop()
        self._deadlines[task] = loop.time() + self.deadline_s
        if self._timer is None:
            self._timer = loop.call_later(self.deadline_s, self._check_deadlines)

    def clear_deadline(self, task: "asyncio.Task[object]") -> bool:
        """Take a task's time away; gives whether it was over."""
        del self._deadlines[task]
        if task not in self._overdue:
            return False
        self._overdue.remove(task)
        return True

    def _check_deadlines(self) -> None:
        """Cancel what is over its time, and look again when the next is."""
        loop = asyncio.get_running_loop()
        self._timer = None
        for task, due in self._deadlines.items():
            if due > loop.time():
                self._timer = loop.call_at(due, self._check_deadlines)
                return
            if task not in self._overdue:
                self._overdue.add(task)
                task.cancel()


class Slot:
    """One turn of a client, as a context manager."""

    __slots__ = ("_admission", "_client", "_deadline", "_task")

    _task: asyncio.Task[object]
    _deadline: Token[float]

    def __init__(self, admission: AdmissionController, client: str) -> None:
        self._admission = admission
        self._client = client

    async def __aenter__(self) -> None:
        """Wait for the turn."""
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._admission.start_deadline(task)
        self._deadline = set_deadline(self._admission.deadline_s)
        try:
            await self._admission.semaphore.acquire(self._client)
        except QueueFull:
            self._clear_deadline()
            raise HttpError(503, "the server is busy; try again in a moment", RETRY_HEADERS) from None
        except BaseException as error:
            self._clear_deadline(error)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the place to whoever is next."""
        self._admission.semaphore.release(self._client)
        self._clear_deadline(error)

    def _clear_deadline(self, error: BaseException | None = None) -> None:
        unset_deadline(self._deadline)
        if not self._admission.clear_deadline(self._task):
            return
        # As asyncio.timeout does: whoever cancelled the task for another reason besides has the last word.
        if self._task.uncancel() == 0 and isinstance(error, asyncio.CancelledError):
            raise HttpError(
                504, f"the answer took longer than {self._admission.deadline_s} s; ask for less"
            ) from None
