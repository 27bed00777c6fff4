"""Wait for conditions: a test waits for an event, never for a fixed time.

The time limits only end a test that hangs, so they are far longer than anything takes on a busy machine.
"""

import asyncio
from collections.abc import Callable
from time import monotonic, sleep
from typing import Final

PATIENCE_S: Final = 60.0
_LOOK_EVERY_S: Final = 0.02


def until(condition: Callable[[], object], *, within_s: float = PATIENCE_S, what: str = "") -> None:
    """Wait until a condition holds. Raises AssertionError, with `what` was waited for, after `within_s`."""
    ends = monotonic() + within_s
    while not condition():
        assert monotonic() < ends, f"not within {within_s} s: {what or condition}"
        sleep(_LOOK_EVERY_S)


async def until_async(condition: Callable[[], object], *, within_s: float = PATIENCE_S, what: str = "") -> None:
    """Wait until a condition holds, while other tasks go on. It must not block."""
    ends = monotonic() + within_s
    while not condition():
        assert monotonic() < ends, f"not within {within_s} s: {what or condition}"
        await asyncio.sleep(_LOOK_EVERY_S)
