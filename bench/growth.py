"""Measure how our server scales with the number of districts, and with the number of different operations."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from statistics import median
from typing import Any, Final

from bench.answers import Answers, request_bytes
from bench.changing import examined
from bench.contenders import CONTENDERS, GRAPHQL
from bench.load import Exchange, exchange_once, measure
from bench.questions import FOLDER, Question, questions
from bench.reporting.figures import UNCACHED
from bench.reporting.plot import curves
from bench.reporting.report import table
from bench.staging.processes import Server, rss_bytes, running
from bench.staging.stage import Stage

[OURS] = [one for one in CONTENDERS if one.name == UNCACHED]
SERVER: Final = "grown"
# The questions at each size, by their names in the tables.
KINDS: Final = {
    "district": "full",
    "first page of districts": "first_page",
    "last page of districts": "last_page",
    "ranking": "ranking",
    "search": "search",
    "totals and counts of all": "totals",
}
STEPS: Final = 10
MEBIBYTE: Final = 2**20


@dataclass(frozen=True, slots=True)
class GrowthOptions:
    """sizes: in districts; seconds: of each measurement, of which there are `rounds`; operations: different ones."""

    sizes: tuple[int, ...] = (200, 2_000, 20_000)
    rounds: int = 5
    seconds: float = 1.5
    operations: int = 100_000


def grow(stage: Stage, options: GrowthOptions) -> dict[str, Any]:
    """Measure at each size; returns what the results file holds. The operations are sent at the first size.

    All data is loaded before anything is measured, and all sizes are measured in rounds, so that the machine is the
    same for each.
    """
    load_s = {size: stage.load(_database(size), size) for size in options.sizes}
    with ExitStack() as stack:
        servers = {size: stack.enter_context(_ours(stage, size)) for size in options.sizes}
        idle = {size: rss_bytes(server.pid) for size, server in servers.items()}
        exchanges = {size: _exchanges(stage, size, server) for size, server in servers.items()}
        median_ms = _medians_ms(stage, servers, exchanges, options)
        sizes = {
            str(size): {
                "load_s": load_s[size],
                "ready_s": server.started_within_s,
                "idle_bytes": idle[size],
                "after_bytes": rss_bytes(server.pid),
                "median_ms": median_ms[size],
                "examined": _examined(stage, size, server, exchanges[size]),
            }
            for size, server in servers.items()
        }
    return {
        "options": asdict(options),
        "sizes": sizes,
        "operations": _memory_by_operations(stage, options.sizes[0], options.operations),
    }


def growth_tables(results: Mapping[str, Any]) -> str:
    """The figures of each size, and the memory after so many operations."""
    sizes = results["sizes"]
    head = ["", *(f"{int(size):,} districts" for size in sizes)]
    rows = [
        [f"{kind}, median ms", *(f"{found['median_ms'][kind]:.2f}" for found in sizes.values())] for kind in KINDS
    ]
    rows += [
        [f"{kind}, keys and documents examined", *(f"{found['examined'][kind]:,.0f}" for found in sizes.values())]
        for kind in KINDS
    ]
    rows += [
        ["from start to ready, s", *(f"{found['ready_s']:.2f}" for found in sizes.values())],
        ["memory idle, MiB", *(f"{found['idle_bytes'] / MEBIBYTE:.0f}" for found in sizes.values())],
        ["memory afterwards, MiB", *(f"{found['after_bytes'] / MEBIBYTE:.0f}" for found in sizes.values())],
        ["loading, s", *(f"{found['load_s']:.1f}" for found in sizes.values())],
    ]
    steps = results["operations"]
    memory = table(
        ["different operations", *(f"{sent:,}" for sent, _ in steps)],
        [["memory, MiB", *(f"{held / MEBIBYTE:.0f}" for _, held in steps)]],
    )
    return f"{table(head, rows)}\n\n{memory}"


def growth_curves(results: Mapping[str, Any]) -> str:
    """The plot of the medians over the sizes."""
    sizes = results["sizes"]
    lines = {kind: [(int(size), found["median_ms"][kind]) for size, found in sizes.items()] for kind in KINDS}
    return curves(
        lines, "Median latency in milliseconds, one request at a time", "districts (both scales logarithmic)"
    )


def _examined(stage: Stage, size: int, server: Server, exchanges: Mapping[str, list[Exchange]]) -> dict[str, float]:
    """How many index keys and documents MongoDB examines for one question of each kind, on average."""
    return {
        kind: examined(stage, _database(size), partial(exchange_once, server.port, each, connections=1)) / len(each)
        for kind, each in exchanges.items()
    }


def _medians_ms(
    stage: Stage,
    servers: Mapping[int, Server],
    exchanges: Mapping[int, Mapping[str, list[Exchange]]],
    options: GrowthOptions,
) -> Mapping[int, Mapping[str, float]]:
    """The latency of each kind at each size: the median over the rounds of each one's median."""
    found: dict[int, dict[str, list[float]]] = {size: {kind: [] for kind in KINDS} for size in servers}
    for number in range(options.rounds):
        stage.tell(f"round {number + 1} of {options.rounds}")
        for kind in KINDS:
            for size, server in servers.items():
                exchange = exchanges[size][kind]
                measured = measure(server.port, exchange, connections=1, seconds=options.seconds)
                found[size][kind].append(measured.p50_ms)
    return {size: {kind: median(each) for kind, each in kinds.items()} for size, kinds in found.items()}


def _exchanges(stage: Stage, size: int, server: Server) -> dict[str, list[Exchange]]:
    """The exchange that each kind is measured with; sends every question once."""
    stage.tell(f"asking {size} districts everything once")
    known = {question.name: question for question in questions(stage.uri, _database(size))}
    chosen = {
        kind: known.get(name) or Question(name, (FOLDER / f"{name}.graphql").read_text(), [{}])
        for kind, name in KINDS.items()
    }
    return {kind: Answers().check(OURS, server, question) for kind, question in chosen.items()}


def _memory_by_operations(stage: Stage, size: int, operations: int) -> list[tuple[int, int]]:
    """What our worker holds after each tenth of the operations: (sent, bytes)."""
    stage.tell(f"sending {operations} different operations")
    with _ours(stage, size) as server:
        held = [(0, rss_bytes(server.pid))]
        for chunk in _parts(server, operations):
            exchange_once(server.port, chunk, connections=8)
            held.append((held[-1][0] + len(chunk), rss_bytes(server.pid)))
    return held


def _parts(server: Server, operations: int) -> Iterator[list[Exchange]]:
    """Operations whose texts differ in an alias, in ten parts."""
    [exchange] = Answers().check(OURS, server, _aliased(0))
    every = (
        Exchange(request_bytes(GRAPHQL, question.body(question.values[0])), exchange.length)
        for question in map(_aliased, range(1, operations + 1))
    )
    while part := list(islice(every, max(1, operations // STEPS))):
        yield part


def _aliased(number: int) -> Question:
    text = f"query ($slug: String!) {{ d{number:09d}: district(slug: $slug) {{ slug name {{ zhHans en }} }} }}"
    return Question("aliased", text, [{"slug": "synthetic-00001"}])


def _ours(stage: Stage, size: int) -> AbstractContextManager[Server]:
    environment = {**stage.settings(_database(size)), **OURS.environment}
    return running(SERVER, OURS.command, environment, stage.folder / "grown.log", ready=OURS.ready)


def _database(size: int) -> str:
    return f"districts-{size}"
