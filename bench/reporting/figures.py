"""The arithmetic of results: percentiles, ratios, and which goals they reach. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

UNCACHED: Final = "ours (uncached)"
CACHED: Final = "ours (cached)"
FLOOR: Final = "floor"
CEILING: Final = "ceiling"
PLAIN: Final = "plain Strawberry"
MERCURIUS: Final = "Mercurius"

# Answers a second by question and server, without the servers that can't answer a question.
Throughputs: TypeAlias = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Goal:
    """`ours` is to reach `least` times the throughput of `other`, question by question."""

    ours: str
    other: str
    least: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One goal for one question; `ratio` is None where one of the two was not measured."""

    question: str
    ours: str
    other: str
    least: float
    ratio: float | None

    @property
    def is_reached(self) -> bool:
        """Whether it was measured and reached."""
        return self.ratio is not None and self.ratio >= self.least


_QUESTIONS: Final = ("tiny", "full", "list")
GOALS: Final = (
    Goal(UNCACHED, FLOOR, dict(zip(_QUESTIONS, (0.75, 0.90, 0.85), strict=True))),
    Goal(UNCACHED, MERCURIUS, dict(zip(_QUESTIONS, (1.2, 1.5, 1.5), strict=True))),
    Goal(UNCACHED, PLAIN, dict(zip(_QUESTIONS, (4, 8, 12), strict=True))),
    Goal(CACHED, CEILING, dict(zip(_QUESTIONS, (0.6, 0.6, 0.6), strict=True))),
    Goal(CACHED, MERCURIUS, dict(zip(_QUESTIONS, (5, 10, 50), strict=True))),
)


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all don't exceed (nearest rank); `ordered` is not empty."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def ratio(throughputs: Mapping[str, float], one: str, other: str) -> float | None:
    """How many times the throughput of `other` one server has."""
    above, below = throughputs.get(one), throughputs.get(other)
    return above / below if above is not None and below else None


def outcomes(throughputs: Throughputs) -> list[Outcome]:
    """The goals of all questions that were measured."""
    return [
        Outcome(question, goal.ours, goal.other, least, ratio(throughputs[question], goal.ours, goal.other))
        for goal in GOALS
        for question, least in goal.least.items()
        if question in throughputs
    ]
