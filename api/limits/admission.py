"""Make operations wait for admission, fairly among clients, and cancel them at the request deadline.

All running operations share one timer. Of the 0.25 ms of a tiny request, `asyncio.timeout` (a timer for each) and
generators as context managers would take 20 µs; this takes 5.
"""

import asyncio
from contextvars import Token
from types import TracebackType
from typing import Final

from api.http.errors import HttpError
from api.limits.fair_semaphore import FairSemaphore, QueueFull
from api.settings import Settings
from loaders.mongo.deadline import set_deadline, unset_deadline

# Operations up to this cost do not wait for more expensive ones of the same client.
LIGHT_POINTS: Final = 100
RETRY_HEADERS: Final = {"Retry-After": "1"}


class AdmissionController:
    """Admits the operations of one worker. All have the same time limit, so deadlines are in the order of arrival."""

    def __init__(self, settings: Settings) -> None:
        self.semaphore = FairSemaphore(settings.max_running, settings.max_waiting)
        self.deadline_s = settings.request_deadline_s
        # The deadline of each running or waiting task; the tasks cancelled because theirs has passed.
        self._deadlines: dict[asyncio.Task[object], float] = {}
        self._overdue: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def slot(self, client: str, points: int) -> "Slot":
        """Return a context manager that waits for admission, and cancels its block at the deadline, wait included.

        Operations of at most LIGHT_POINTS queue separately from the client's more expensive ones.
        Raises HttpError on entry or exit: 503 if the queue is full, 504 if the deadline has passed.
        """
        return Slot(self, client if points > LIGHT_POINTS else f"{client} light")

    def start_deadline(self, task: "asyncio.Task[object]") -> None:
        """Start the time limit of a task."""
        loop = asyncio.get_running_loop()
        self._deadlines[task] = loop.time() + self.deadline_s
        if self._timer is None:
            self._timer = loop.call_later(self.deadline_s, self._check_deadlines)

    def clear_deadline(self, task: "asyncio.Task[object]") -> bool:
        """Remove the time limit of a task. Returns whether the task was cancelled for exceeding it."""
        del self._deadlines[task]
        if task not in self._overdue:
            return False
        self._overdue.remove(task)
        return True

    def _check_deadlines(self) -> None:
        """Cancel overdue tasks, and set the timer for the next deadline."""
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
    """One admission of an operation, as a context manager."""

    __slots__ = ("_admission", "_client", "_deadline", "_task")

    _task: asyncio.Task[object]
    _deadline: Token[float]

    def __init__(self, admission: AdmissionController, client: str) -> None:
        self._admission = admission
        self._client = client

    async def __aenter__(self) -> None:
        """Wait for admission."""
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
        """Admit the next operation."""
        self._admission.semaphore.release(self._client)
        self._clear_deadline(error)

    def _clear_deadline(self, error: BaseException | None = None) -> None:
        unset_deadline(self._deadline)
        if not self._admission.clear_deadline(self._task):
            return
        # As asyncio.timeout does: if the task was also cancelled for another reason, that cancellation prevails.
        if self._task.uncancel() == 0 and isinstance(error, asyncio.CancelledError):
            raise HttpError(
                504, f"the response took longer than {self._admission.deadline_s} s; request less data"
            ) from None
