"""`python -m bench`: compare servers, measure how ours scales, time the loader; writes bench/results and docs."""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from bench.ablation import measure_parts, parts_table
from bench.answers import DifferentAnswers
from bench.changing import ROUNDS, SIZES, changes_table, measure_changes
from bench.compare import Options, compare
from bench.drivers import drivers_table, measure_drivers
from bench.growth import GrowthOptions, grow, growth_curves, growth_tables
from bench.load import WrongAnswer
from bench.loading import LoaderFailed, loader_table, time_loader
from bench.projection import measure_projections, projection_table
from bench.reporting.plot import bars
from bench.reporting.report import comparison_tables, record
from bench.reporting.summary import throughputs
from bench.staging.environment import environment
from bench.staging.pinning import pin_rest
from bench.staging.processes import ROOT, ServerFailed
from bench.staging.stage import Stage, stage

PICTURES: Final = ROOT / "docs/engineering"
FAILED: Final = 1
_COMPARED: Final = Options()
_GROWN: Final = GrowthOptions()

Job = Callable[[Stage, argparse.Namespace], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one measurement; returns the exit status."""
    options = _parser().parse_args(arguments)
    jobs: dict[str, Job] = {
        "compare": _compare,
        "growth": _growth,
        "loader": _loader,
        "change": _change,
        "projection": _projection,
        "drivers": _drivers,
        "ablation": _ablation,
    }
    # An exit lets every server and the database be stopped in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(FAILED))
    pin_rest()
    try:
        with stage(partial(print, file=sys.stderr, flush=True)) as place:
            jobs[options.command](place, options)
    except (DifferentAnswers, LoaderFailed, ServerFailed, WrongAnswer) as error:
        print(error, file=sys.stderr)
        return FAILED
    return 0


def _compare(place: Stage, options: argparse.Namespace) -> None:
    results = compare(
        place,
        Options(
            districts=options.districts,
            rounds=options.rounds,
            seconds=options.seconds,
            warm_up_s=options.warm_up,
            waves=options.waves,
            share=options.share,
            servers=tuple(options.servers),
            chosen=tuple(options.questions),
        ),
    )
    text = comparison_tables(results["summary"])
    plot = bars(throughputs(results["summary"]), "Answers a second, by question (logarithmic)")
    _finish(place, options, ("results", results), text, {"performance.svg": plot})


def _growth(place: Stage, options: argparse.Namespace) -> None:
    results = grow(place, GrowthOptions(tuple(options.sizes), options.rounds, options.seconds, options.operations))
    plot = growth_curves(results)
    _finish(place, options, ("growth", results), growth_tables(results), {"growth.svg": plot})


def _loader(place: Stage, options: argparse.Namespace) -> None:
    results = time_loader(place, options.districts)
    _finish(place, options, ("loader", results), loader_table(results), {})


def _change(place: Stage, options: argparse.Namespace) -> None:
    results = measure_changes(place, tuple(options.sizes), options.rounds)
    _finish(place, options, ("change", results), changes_table(results), {})


def _projection(place: Stage, options: argparse.Namespace) -> None:
    results = measure_projections(place, options.districts)
    _finish(place, options, ("projection", results), projection_table(results), {})


def _drivers(place: Stage, options: argparse.Namespace) -> None:
    results = measure_drivers(place, options.districts)
    _finish(place, options, ("drivers", results), drivers_table(results), {})


def _ablation(place: Stage, options: argparse.Namespace) -> None:
    results = measure_parts(place, options.districts)
    _finish(place, options, ("ablation", results), parts_table(results), {})


def _finish(
    place: Stage, options: argparse.Namespace, found: tuple[str, Any], text: str, pictures: dict[str, str]
) -> None:
    """Print the tables, and keep everything unless that was declined."""
    print(text)
    if not options.record:
        return
    section, results = found
    for name, plot in pictures.items():
        (PICTURES / name).write_text(plot)
    shown = "".join(f"![The figures below as a plot]({name})\n\n" for name in pictures)
    file = record(environment(place.uri), section, results, shown + text)
    place.tell(f"kept in {file.relative_to(ROOT)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    comparing = commands.add_parser("compare", help="our server beside its floor, its ceiling and its peers")
    comparing.add_argument("--districts", type=int, default=_COMPARED.districts, metavar="N")
    comparing.add_argument("--rounds", type=int, default=_COMPARED.rounds, metavar="N")
    comparing.add_argument("--seconds", type=float, default=_COMPARED.seconds, help="of each run", metavar="S")
    comparing.add_argument("--warm-up", type=float, default=_COMPARED.warm_up_s, help="of each run", metavar="S")
    comparing.add_argument("--waves", type=int, default=_COMPARED.waves, help="at least, of each run", metavar="N")
    comparing.add_argument("--share", type=float, default=1.0, help="of the values of each question", metavar="X")
    comparing.add_argument("--servers", nargs="*", default=(), metavar="NAME")
    comparing.add_argument("--questions", nargs="*", default=(), metavar="NAME")

    growing = commands.add_parser("growth", help="how our server grows with the data and with time")
    growing.add_argument("--sizes", type=int, nargs="+", default=_GROWN.sizes, metavar="DISTRICTS")
    growing.add_argument("--rounds", type=int, default=_GROWN.rounds, metavar="N")
    growing.add_argument("--seconds", type=float, default=_GROWN.seconds, help="of each kind", metavar="S")
    growing.add_argument("--operations", type=int, default=_GROWN.operations, help="distinct", metavar="N")

    loading = commands.add_parser("loader", help="how fast districts are loaded")
    loading.add_argument("--districts", type=int, default=1000, metavar="N")

    changing = commands.add_parser("change", help="what a load costs that changes one district")
    changing.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="DISTRICTS")
    changing.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")

    projecting = commands.add_parser("projection", help="what it costs to bring documents whole or in part")
    projecting.add_argument("--districts", type=int, default=100, metavar="N")

    driving = commands.add_parser("drivers", help="motor beside PyMongo's own client")
    driving.add_argument("--districts", type=int, default=100, metavar="N")

    ablating = commands.add_parser("ablation", help="what each part of the compiled executor earns")
    ablating.add_argument("--districts", type=int, default=100, metavar="N")

    for command in (comparing, growing, loading, changing, projecting, driving, ablating):
        command.add_argument("--no-record", dest="record", action="store_false", help="print only, write no files")
    return parser


if __name__ == "__main__":
    sys.exit(main())
