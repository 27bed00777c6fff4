"""Show the progress and speed of a load: a bar on a terminal, a line every few seconds elsewhere."""

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
    """Yield a function to call with the number of districts loaded and the total."""
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

    def advance(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total, rate=_rate(done, since=started))

    return advance


def _lines() -> Advance:
    started = reported = monotonic()

    def advance(done: int, total: int) -> None:
        nonlocal reported
        now = monotonic()
        if now - reported > LINE_EVERY_S:
            reported = now
            print(f"loaded {done} of {total} districts, {_rate(done, since=started)}", file=sys.stderr, flush=True)

    return advance


def _rate(done: int, *, since: float) -> str:
    return f"{done / (monotonic() - since):.0f} per second"
