"""Show how far a load is and how fast: a bar on a terminal, a line now and then elsewhere."""

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
    columns = (
        TextColumn("loading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        yield _bar(bar)


def _bar(bar: Progress) -> Advance:
    started = monotonic()
    task = bar.add_task("loading", total=None, rate="")

    def tell(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total, rate=_rate(done, since=started))

    return tell


def _lines() -> Advance:
    started = told = monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal told
        now = monotonic()
        if now - told > LINE_EVERY_S:
            told = now
            print(f"loaded {done} of {total} districts, {_rate(done, since=started)}", file=sys.stderr, flush=True)

    return tell


def _rate(done: int, *, since: float) -> str:
    return f"{done / (monotonic() - since):.0f} per second"
