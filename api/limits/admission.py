"""Make operations wait for admission, fairly among clients, and cancel them at the request deadline.

An operation waits in the queue of its client. An execution that several requests wait for waits in the queues of all
their clients, and each request has its own deadline: no request waits longer than it would alone, also when other
requests begin or stop waiting for the same execution.

All waiting and running operations share one timer. Of the 0.25 ms of a tiny request, `asyncio.timeout` (a timer for
each) and generators as context managers would take 20 µs; this takes 5.
"""

import asyncio
from collections import Counter
from contextvars import Token
from types import TracebackType
from typing import Final, Self

from api.http.errors import HttpError
from api.limits.fair_semaphore import FairSemaphore, Lane, QueueFull, Turn
from api.settings import Settings
from loaders.mongo.deadline import lift_deadline, set_deadline, time_left_s, unset_deadline

# Operations up to this cost do not wait for more expensive ones of the same client.
LIGHT_POINTS: Final = 100
# Light operations may take all of a client's places, which they leave soon, but neither kind all of its queue.
LIGHT: Final = Lane(queue=0.75)
HEAVY: Final = Lane(places=0.75, queue=0.75)
RETRY_HEADERS: Final = {"Retry-After": "1"}


class AdmissionController:
    """Admits the operations of one worker. All have the same time limit, so deadlines are in the order of arrival."""

    def __init__(self, settings: Settings) -> None:
        self.semaphore = FairSemaphore(settings.max_running, settings.max_waiting)
        self.deadline_s = settings.request_deadline_s
        # The deadline of each running or waiting task, and why tasks were cancelled.
        self._deadlines: dict[asyncio.Task[object], float] = {}
        self._reasons: dict[asyncio.Task[object], HttpError] = {}
        self._timer: asyncio.TimerHandle | None = None

    def slot(self, client: str, points: int, lane: Lane | None = None) -> "Slot":
        """Return a context manager that waits for admission, and cancels its block at the deadline, wait included.

        lane: by default, that of the points.
        Raises HttpError on entry or exit: 503 if the queue is full, 504 if the deadline has passed.
        """
        return Slot(self, client, lane or _lane_for(points))

    def shared_slot(self) -> "SharedSlot":
        """Return the slot of an execution that several requests wait for."""
        return SharedSlot(self)

    def start_deadline(self, task: "asyncio.Task[object]") -> None:
        """Start the time limit of a task."""
        loop = asyncio.get_running_loop()
        self._deadlines[task] = loop.time() + self.deadline_s
        if self._timer is None:
            self._timer = loop.call_later(self.deadline_s, self._check_deadlines)

    def interrupt(self, task: "asyncio.Task[object]", reason: HttpError) -> None:
        """Cancel a task that has a time limit; `end_deadline` raises the reason."""
        if task not in self._reasons:
            self._reasons[task] = reason
            task.cancel()

    def end_deadline(self, task: "asyncio.Task[object]", error: BaseException | None = None) -> None:
        """Remove the time limit of a task that ends with an error, or without one.

        Raises HttpError if the task was interrupted.
        """
        del self._deadlines[task]
        reason = self._reasons.pop(task, None)
        # As asyncio.timeout does: if the task was also cancelled for another reason, that cancellation prevails.
        if reason is not None and task.uncancel() == 0 and isinstance(error, asyncio.CancelledError):
            raise reason from None

    def overdue(self) -> HttpError:
        """The error of a request whose deadline has passed."""
        return HttpError(504, f"the response took longer than {self.deadline_s} s; request less data")

    def _check_deadlines(self) -> None:
        """Interrupt overdue tasks, and set the timer for the next deadline."""
        loop = asyncio.get_running_loop()
        self._timer = None
        for task, due in self._deadlines.items():
            if due > loop.time():
                self._timer = loop.call_at(due, self._check_deadlines)
                return
            self.interrupt(task, self.overdue())


class Slot:
    """One admission of an operation, as a context manager."""

    __slots__ = ("_admission", "_client", "_deadline", "_lane", "_task", "_turn")

    _task: asyncio.Task[object]
    _deadline: Token[float]
    _turn: Turn

    def __init__(self, admission: AdmissionController, client: str, lane: Lane) -> None:
        self._admission = admission
        self._client = client
        self._lane = lane

    async def __aenter__(self) -> None:
        """Wait for admission."""
        self._task = _current_task()
        self._admission.start_deadline(self._task)
        self._deadline = set_deadline(self._admission.deadline_s)
        try:
            self._turn = await self._admission.semaphore.acquire(self._client, self._lane)
        except QueueFull:
            self._end()
            raise _busy() from None
        except BaseException as error:
            self._end(error)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Admit the next operation."""
        self._admission.semaphore.release(self._turn)
        self._end(error)

    def _end(self, error: BaseException | None = None) -> None:
        unset_deadline(self._deadline)
        self._admission.end_deadline(self._task, error)


class SharedSlot:
    """One admission of an execution, for all the requests that wait for its result.

    The execution is a task of its own inside the context manager that `admit` returns. It has no deadline: each
    request that waits for it does so inside `asked_by`, and may leave at any time.
    """

    __slots__ = ("_admission", "_clients", "_requests", "_turn")

    def __init__(self, admission: AdmissionController) -> None:
        self._admission = admission
        self._turn: Turn | None = None
        # There may be thousands, as of an event's subscribers.
        self._requests: dict[_SharedRequest, None] = {}
        self._clients: Counter[str] = Counter()

    @property
    def is_wanted(self) -> bool:
        """Whether any request still waits for the execution."""
        return bool(self._requests)

    def admit(self, points: int) -> "_SharedAdmission":
        """Return a context manager that waits until any of the clients gets a place."""
        return _SharedAdmission(self._admission.semaphore, self, points)

    def asked_by(self, client: str) -> "_SharedRequest":
        """Return a context manager in which a request waits for the execution's result.

        Raises HttpError on entry or exit: 503 if the client's queue is full, 504 if the deadline has passed.
        """
        return _SharedRequest(self._admission, self, client)

    def begin(self, turn: Turn) -> None:
        """Let a turn wait in the queues of all the clients; requests whose queue is full are refused."""
        self._turn = turn
        for request in self._requests:
            try:
                self._admission.semaphore.enter(turn, request.client)
            except QueueFull:
                self._admission.interrupt(request.task, _busy())

    def join(self, request: "_SharedRequest") -> None:
        """Add a request. Raises QueueFull."""
        if self._turn is not None:
            self._admission.semaphore.enter(self._turn, request.client)
        self._requests[request] = None
        self._clients[request.client] += 1

    def part(self, request: "_SharedRequest") -> None:
        """Remove a request."""
        del self._requests[request]
        self._clients[request.client] -= 1
        if not self._clients[request.client] and self._turn is not None:
            self._admission.semaphore.leave(self._turn, request.client)


class _SharedAdmission:
    """The admission of a shared execution, as a context manager inside its task."""

    __slots__ = ("_deadline", "_semaphore", "_slot", "_turn")

    _deadline: Token[float]

    def __init__(self, semaphore: FairSemaphore, slot: SharedSlot, points: int) -> None:
        self._semaphore = semaphore
        self._slot = slot
        self._turn = Turn(_lane_for(points))

    async def __aenter__(self) -> None:
        # The task has inherited the deadline of the first request.
        self._deadline = lift_deadline()
        self._slot.begin(self._turn)
        await self._semaphore.wait(self._turn)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._semaphore.release(self._turn)
        unset_deadline(self._deadline)


class _SharedRequest:
    """One request that waits for a shared execution, as a context manager."""

    __slots__ = ("_admission", "_slot", "_timer", "client", "task")

    task: asyncio.Task[object]

    def __init__(self, admission: AdmissionController, slot: SharedSlot, client: str) -> None:
        self._admission = admission
        self._slot = slot
        self._timer: asyncio.TimerHandle | None = None
        self.client = client

    def __enter__(self) -> Self:
        self.task = _current_task()
        self._admission.start_deadline(self.task)
        if (left_s := time_left_s()) < self._admission.deadline_s:
            # A request of a batch has what the others have left.
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(
                max(left_s, 0), self._admission.interrupt, self.task, self._admission.overdue()
            )
        try:
            self._slot.join(self)
        except QueueFull:
            self._end(None)
            raise _busy() from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._slot.part(self)
        self._end(error)

    def _end(self, error: BaseException | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._admission.end_deadline(self.task, error)


def _lane_for(points: int) -> Lane:
    return LIGHT if points <= LIGHT_POINTS else HEAVY


def _busy() -> HttpError:
    return HttpError(503, "the server is busy; try again in a moment", RETRY_HEADERS)


def _current_task() -> "asyncio.Task[object]":
    task = asyncio.current_task()
    assert task is not None
    return task
