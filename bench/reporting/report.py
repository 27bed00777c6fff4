"""Write results: tables for people, the results file, and the page that shows both. Pure but for the files."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bench.reporting.figures import outcomes
from bench.reporting.summary import Summary, throughputs
from bench.staging.processes import ROOT

RESULTS: Final = ROOT / "bench" / "results"
PAGE: Final = ROOT / "docs/engineering/performance.md"
NONE: Final = "–"


def comparison_tables(summary: Summary) -> str:
    """Throughput, latency and processor time by server and question, and the goals."""
    return "\n\n".join(
        (
            "Answers a second (medians over rounds):",
            _by_server(summary, lambda figures: _number(figures["throughput"])),
            "Latency in milliseconds, median / 99th percentile:",
            _by_server(summary, lambda figures: f"{_number(figures['p50_ms'])} / {_number(figures['p99_ms'])}"),
            "Processor time of server / MongoDB / load generator, in percent of one processor:",
            _by_server(summary, _shares),
            "Goals:",
            goals_table(summary),
        )
    )


def goals_table(summary: Summary) -> str:
    """Every goal, what was measured, and whether that reaches it."""
    rows = [
        [
            f"{one.ours} ÷ {one.other}",
            one.question,
            f"{one.least:g}",
            NONE if one.ratio is None else f"{one.ratio:.2f}",
            "reached" if one.is_reached else NONE if one.ratio is None else "not reached",
        ]
        for one in outcomes(throughputs(summary))
    ]
    return table(["ratio of throughput", "question", "goal", "measured", ""], rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def described(environment: Mapping[str, Any]) -> str:
    """One paragraph on where and when."""
    packages = ", ".join(f"{name} {version}" for name, version in environment["packages"].items())
    pinned = "servers on one, the rest on another" if environment["pinned"] else "shared by everything"
    return (
        f"Measured on {environment['date']} at commit `{environment['commit']}`: {environment['processor']}, "
        f"{environment['processors']} processors ({pinned}), {environment['system']}, "
        f"Python {environment['python']}, Node {environment['node']}, MongoDB {environment['mongodb']}; {packages}."
    )


def record(environment: Mapping[str, Any], section: str, results: Mapping[str, Any], text: str) -> Path:
    """Put results into the day's file for this commit, and their tables between the markers of the page."""
    file = RESULTS / f"{environment['date']}-{environment['commit']}.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    known |= {"environment": environment, section: results}
    RESULTS.mkdir(exist_ok=True)
    file.write_text(json.dumps(known, indent=1) + "\n")
    PAGE.write_text(between_markers(PAGE.read_text(), section, f"{described(environment)}\n\n{text}"))
    return file


def between_markers(page: str, section: str, text: str) -> str:
    """Replace the text between a section's markers in the page.

    Raises ValueError where the page lacks them.
    """
    opening, closing = f"<!-- {section} -->", f"<!-- /{section} -->"
    before, found, rest = page.partition(opening)
    _, also_found, after = rest.partition(closing)
    if not (found and also_found):
        raise ValueError(f"the page has no markers {opening} … {closing}")
    return f"{before}{opening}\n\n{text}\n\n{closing}{after}"


def _by_server(summary: Summary, cell: Any) -> str:
    servers = list(dict.fromkeys(server for found in summary.values() for server in found))
    head = ["", *summary]
    first = next(iter(summary.values()))
    servers.sort(key=lambda server: -first.get(server, {}).get("throughput", 0))
    rows = [
        [server, *(cell(found[server]) if server in found else NONE for found in summary.values())]
        for server in servers
    ]
    return table(head, rows)


def _shares(figures: Mapping[str, float]) -> str:
    return " / ".join(f"{figures[f'{process}_share'] * 100:.0f}" for process in ("server", "mongod", "generator"))


def _number(value: float) -> str:
    """Three digits that matter, more where the number has them before the point."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
