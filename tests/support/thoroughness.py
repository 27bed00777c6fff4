"""How thorough a run is: `make test` tries few examples, `make test-all` many."""

import os
from collections.abc import Callable, Hashable, Iterable
from random import Random
from typing import Final, TypeVar

from hypothesis import settings

# How much of what a quick run leaves out is tried: all by `make test-all`, and a part by `.ci/run`.
SHARE: Final = float(os.environ.get("YUNSHAN_THOROUGH") or 0)
IS_THOROUGH: Final = SHARE > 0

Case = TypeVar("Case")


def choose_profile() -> None:
    """Set the number of examples of property tests: few and the same in a quick run, many in a thorough one."""
    settings.register_profile("quick", max_examples=4, deadline=None, derandomize=True)
    settings.register_profile("thorough", max_examples=examples(quick=4, thorough=100), deadline=None)
    settings.load_profile("thorough" if IS_THOROUGH else "quick")


def examples(*, quick: int, thorough: int) -> int:
    """The number of examples of a property that wants other numbers than its profile's."""
    return quick + round((thorough - quick) * SHARE)


def sample(cases: Iterable[Case], *kinds: Callable[[Case], Hashable]) -> list[Case]:
    """Those that a quick run tries: of each kind one, in each way of telling kinds; a thorough run tries more or all.

    Of a kind of many cases it isn't always the first, so that what differs within kinds occurs too.
    """
    cases = list(cases)
    if SHARE >= 1:
        return cases
    dice = Random(0)
    chosen = {number for number in range(len(cases)) if dice.random() < SHARE}
    for kind in kinds:
        groups: dict[Hashable, list[int]] = {}
        for number, case in enumerate(cases):
            groups.setdefault(kind(case), []).append(number)
        for turn, group in enumerate(groups.values()):
            if chosen.isdisjoint(group):
                chosen.add(group[turn % len(group)])
    return [cases[number] for number in sorted(chosen)]
