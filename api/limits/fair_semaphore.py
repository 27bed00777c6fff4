"""The queue in which operations wait for admission: a bounded semaphore, fair among clients.

Requests from a busy client queue behind one another: a client gets at most half of the places and half of the queue,
and waiting clients are served in rotation. While others ask too, it gets fewer, in each lane: what runs at the same
time shares one processor, so each makes every other answer take longer. Within its share, its lanes are served in
rotation. Each worker has its own semaphore.
"""

import asyncio
from collections import Counter, deque
from dataclasses import dataclass
from time import monotonic
from typing import Final

# Of all places, what a client gets in each lane while another has asked for one within so many seconds.
SHARE_AMONG_OTHERS: Final = 1 / 32
RECENT_S: Final = 1.0


class QueueFull(Exception):
    """The queue is full, for all clients, for this one or for its lane."""


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """A queue of its own inside the share of each client.

    places, queue: the parts of a client's places and of its queue that the lane may take. all_places: the part of all
    places that it may take for all clients together. Each allows at least one. is_apart: whether what runs in it is
    no part of what a client gets among others, as it computes little.
    """

    places: float = 1.0
    queue: float = 1.0
    all_places: float = 1.0
    is_apart: bool = False


ONE_LANE: Final = Lane()


class Turn:
    """One wait for a place, in the queues of all the clients that ask for it together; the first free place counts.

    client: whose place it got; None while it waits.
    """

    __slots__ = ("client", "clients", "granted", "lane")

    def __init__(self, lane: Lane = ONE_LANE) -> None:
        self.lane = lane
        self.clients: set[str] = set()
        self.client: str | None = None
        self.granted: asyncio.Future[None] | None = None


class FairSemaphore:
    """At most `max_running` holders and `max_waiting` waiters; half as many of each for one client."""

    def __init__(self, max_running: int, max_waiting: int) -> None:
        self._max_running = max_running
        self._free = max_running
        self._max_running_per_client = max(1, max_running // 2)
        self._max_waiting = max_waiting
        self._max_waiting_per_client = max(1, max_waiting // 2)
        self._waiting = 0
        # Holders by client, by lane, and by both.
        self._running: Counter[str | Lane | tuple[str, Lane]] = Counter()
        # By client and lane, each in the order in which they are served next.
        self._queues: dict[str, dict[Lane, deque[Turn]]] = {}
        # Who asked last, and which other client before; with the times.
        self._last: tuple[str, float] = ("", -RECENT_S)
        self._other: tuple[str, float] = ("", -RECENT_S)

    async def acquire(self, client: str, lane: Lane = ONE_LANE) -> Turn:
        """Wait for a place; the caller must `release` it.

        Raises QueueFull immediately if the queue is full.
        """
        turn = Turn(lane)
        self.enter(turn, client)
        await self.wait(turn)
        return turn

    def enter(self, turn: Turn, client: str) -> None:
        """Let a turn wait in a client's queue too; it gets a place at once if the client may take one.

        Raises QueueFull.
        """
        if turn.client is not None or client in turn.clients:
            return
        if client != self._last[0]:
            self._other = self._last
        self._last = (client, monotonic())
        if self._can_run(client, turn.lane):
            self._grant(turn, client)
            return
        lanes = self._queues.get(client, {})
        most = self._max_waiting_per_client
        if (
            self._waiting >= self._max_waiting
            or sum(map(len, lanes.values())) >= most
            or len(lanes.get(turn.lane, ())) >= _part(most, turn.lane.queue)
        ):
            raise QueueFull
        self._queues.setdefault(client, lanes).setdefault(turn.lane, deque()).append(turn)
        turn.clients.add(client)
        self._waiting += 1

    def leave(self, turn: Turn, client: str) -> None:
        """Let a turn no longer wait in a client's queue."""
        if client not in turn.clients:
            return
        turn.clients.remove(client)
        self._waiting -= 1
        lanes = self._queues[client]
        lanes[turn.lane].remove(turn)
        if not lanes[turn.lane]:
            del lanes[turn.lane]
        if not lanes:
            del self._queues[client]

    async def wait(self, turn: Turn) -> None:
        """Wait until a turn has a place; if that is cancelled, it leaves every queue."""
        if turn.client is not None:
            return
        turn.granted = asyncio.get_running_loop().create_future()
        try:
            await turn.granted
        except asyncio.CancelledError:
            if turn.client is not None:
                # The place was granted at the moment of the cancellation.
                self.release(turn)
            else:
                self._leave_all(turn)
            raise

    def release(self, turn: Turn) -> None:
        """Return the place of a turn, and grant it to the next waiter."""
        client, lane = turn.client, turn.lane
        assert client is not None
        self._free += 1
        for key in (client, lane, (client, lane)):
            self._running[key] -= 1
            if not self._running[key]:
                del self._running[key]
        while self._free and (found := self._next()) is not None:
            self._grant(*found)

    def _next(self) -> tuple[Turn, str] | None:
        """The turn that is served next, and the client whose place it gets; both go to the end of their rotation."""
        for client, lanes in self._queues.items():
            for lane, queue in lanes.items():
                if self._can_run(client, lane):
                    turn = queue[0]
                    lanes[lane] = lanes.pop(lane)
                    self._queues[client] = self._queues.pop(client)
                    return turn, client
        return None

    def _can_run(self, client: str, lane: Lane) -> bool:
        most, running = self._max_running_per_client, self._running
        return (
            self._free > 0
            and running[client] < most
            and running[client, lane] < _part(most, lane.places)
            and (lane.is_apart or running[client, lane] < self._places_among_others(client))
            and running[lane] < _part(self._max_running, lane.all_places)
        )

    def _places_among_others(self, client: str) -> int:
        """How many places a client may hold now in each lane that isn't apart."""
        _, asked = self._other if client == self._last[0] else self._last
        is_alone = asked + RECENT_S < monotonic()
        return self._max_running if is_alone else _part(self._max_running, SHARE_AMONG_OTHERS)

    def _grant(self, turn: Turn, client: str) -> None:
        self._leave_all(turn)
        self._free -= 1
        for key in (client, turn.lane, (client, turn.lane)):
            self._running[key] += 1
        turn.client = client
        if turn.granted is not None and not turn.granted.done():
            turn.granted.set_result(None)

    def _leave_all(self, turn: Turn) -> None:
        for client in tuple(turn.clients):
            self.leave(turn, client)


def _part(of: int, part: float) -> int:
    return max(1, int(of * part))
