"""Summarise the samples of all rounds: one median for each figure. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from statistics import median
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of one server with one question. The shares are of a processor's time while it ran."""

    throughput: float
    p50_ms: float
    p99_ms: float
    generator_share: float
    server_share: float
    mongod_share: float


Round: TypeAlias = Mapping[str, Mapping[str, Sample]]
Summary: TypeAlias = dict[str, dict[str, dict[str, float]]]


def summarize(rounds: Sequence[Round]) -> Summary:
    """Medians by question, server and figure, with the least and the most throughput of all rounds."""
    return {
        question: {server: _summarized([one[question][server] for one in rounds]) for server in servers}
        for question, servers in rounds[0].items()
    }


def throughputs(summary: Summary) -> dict[str, dict[str, float]]:
    """Answers a second by question and server."""
    return {
        question: {server: figures["throughput"] for server, figures in servers.items()}
        for question, servers in summary.items()
    }


def _summarized(samples: Sequence[Sample]) -> dict[str, float]:
    middle = {one.name: median(getattr(sample, one.name) for sample in samples) for one in fields(Sample)}
    every = [sample.throughput for sample in samples]
    return {**middle, "least": min(every), "most": max(every)}
