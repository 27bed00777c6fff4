"""Show how far a load is: a bar on a terminal, a line now and then elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LINE_EVERY_S: Final = 5.0

Advance = Callable[[int, int], None]


@contextmanager
def progress() -> Iterator[Advance]:
    """Give a function to call with districts done and districts in all."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines()
        return
    columns = (TextColumn("loading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("loading", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines() -> Advance:
    started = told = monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal told
        now = monotonic()
        if now - told > LINE_EVERY_S:
            told = now
            rate = done / (now - started)
            print(f"loaded {done} of {total} districts, {rate:.0f} per second", file=sys.stderr, flush=True)

    return tell
