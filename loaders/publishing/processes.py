"""Compute in several processes what a large load computes of each district, in the order of the districts.

The first districts are computed here, so that a small load starts no process. Few are under way at a time, so memory
does not grow with the load.
"""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Final, TypeVar

Given = TypeVar("Given")
Beside = TypeVar("Beside")
Computed = TypeVar("Computed")
# Starting processes takes as long as computing so many districts.
FEW: Final = 200
# Each takes 170 MB; with more, MongoDB is what a load waits for.
MAX_PROCESSES: Final = 3
# For each process, one district is computed and others wait.
_AHEAD: Final = 4


class ProcessLost(Exception):
    """A process that computed districts has ended; nothing was published."""

    def __init__(self) -> None:
        super().__init__(
            "a process of this load was ended, perhaps as memory was short; nothing was published, run it again"
        )


def compute_each(
    function: Callable[[Given], Computed], items: Iterable[tuple[Given | None, Beside]]
) -> Iterator[tuple[Computed | None, Beside]]:
    """Yield function(given) with what stands beside each given, in order; None where nothing is given.

    function: defined at the top level of a module, as processes find it by its name. Raises ProcessLost.
    """
    rest = iter(items)
    for given, beside in islice(rest, FEW):
        yield None if given is None else function(given), beside
    waiting: deque[tuple[Callable[[], Computed | None], Beside]] = deque()
    try:
        for given, beside in rest:
            waiting.append((_begin_to_compute(function, given), beside))
            if len(waiting) > _AHEAD * _processes():
                result, its = waiting.popleft()
                yield result(), its
        for result, its in waiting:
            yield result(), its
    except BrokenProcessPool:
        raise ProcessLost from None


def _begin_to_compute(function: Callable[[Given], Computed], given: Given | None) -> Callable[[], Computed | None]:
    """Begin in a process; returns what waits for the result."""
    if given is None:
        return lambda: None
    future = _pool().submit(function, given)

    def result() -> Computed:
        try:
            return future.result()
        except RecursionError:
            # What is nested too deeply to be sent.
            return function(given)

    return result


def _processes() -> int:
    return min(os.cpu_count() or 1, MAX_PROCESSES)


@cache
def _pool() -> ProcessPoolExecutor:
    # Not forked: this process has threads.
    return ProcessPoolExecutor(_processes(), get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """What a process does first: it leaves interrupts to its parent, and ends with it however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
