"""Pin processes to processors: servers to the first, MongoDB and the load generator to the second."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_ALLOWED = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def processors() -> int:
    """How many processors there were for this run before its parts were pinned."""
    return len(_ALLOWED) or os.cpu_count() or 1


def is_pinned() -> bool:
    """Whether there are two processors to part the work between."""
    return len(_ALLOWED) > 1


def pin_server(pid: int = 0) -> None:
    """Put a process with all its threads where servers run."""
    _pin(pid, _ALLOWED[:1])


def pin_rest(pid: int = 0) -> None:
    """Put a process with all its threads beside the servers; 0 is the caller's own."""
    _pin(pid, _ALLOWED[1:2])


def _pin(pid: int, processors: Iterable[int]) -> None:
    if not is_pinned():
        return
    for thread in Path(f"/proc/{pid or os.getpid()}/task").iterdir():
        # A thread may have ended meanwhile.
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(thread.name), set(processors))
