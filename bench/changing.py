"""Measure what a load costs that changes one district, by how many are stored, beside loads that change nothing."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from pymongo import MongoClient

from bench.loading import run_loader
from bench.reporting.report import table
from bench.staging.processes import cpu_seconds
from bench.staging.stage import Stage
from loaders.documents import Document

SIZES: Final = (200, 2_000, 20_000)
ROUNDS: Final = 5


def measure_changes(stage: Stage, sizes: tuple[int, ...], rounds: int) -> dict[str, Any]:
    """Measure at each size; returns what the results file holds. Raises LoaderFailed."""
    found: dict[str, Any] = {}
    for size in sizes:
        database = f"changed-{size}"
        stage.load(database, size)
        stage.tell(f"changing one district of {size}")
        whole = stage.generate(size)
        one = _marked(stage.folder / "one.jsonl", whole, mark := 1, rest=False)
        # Before the others, as superseded versions that are not yet removed would be counted too.
        keys_and_documents = examined(stage, database, partial(_load, stage, database, one))
        measured = dict[str, list[tuple[float, float]]]()
        for _ in range(rounds):
            one = _marked(stage.folder / "one.jsonl", whole, mark := mark + 1, rest=False)
            measured.setdefault("one", []).append(_load(stage, database, one))
            measured.setdefault("one again", []).append(_load(stage, database, one))
            all_of = _marked(stage.folder / "all.jsonl", whole, mark := mark + 1, rest=True)
            measured.setdefault("whole", []).append(_load(stage, database, all_of))
            measured.setdefault("whole again", []).append(_load(stage, database, all_of))
        found[str(size)] = {
            "examined": keys_and_documents,
            "cpu_s": {
                name: [median(loads), median(mongods)]
                for name, runs in measured.items()
                for loads, mongods in [zip(*runs, strict=True)]
            },
        }
    return {"rounds": rounds, "sizes": found}


def changes_table(results: Mapping[str, Any]) -> str:
    """What MongoDB examines, and the processor time of both sides, without that of a load that changes nothing."""
    rows = []
    for size, found in results["sizes"].items():
        times = found["cpu_s"]
        shown = []
        for name in ("one", "whole"):
            (load, mongod), (load_idle, mongod_idle) = times[name], times[f"{name} again"]
            shown += [f"{load - load_idle:.2f} + {mongod - mongod_idle:.2f}", f"{load_idle:.2f} + {mongod_idle:.2f}"]
        rows.append([f"{int(size):,}", f"{found['examined']:,}", *shown])
    head = [
        "districts",
        "keys and documents examined",
        "one district: loader + MongoDB, s",
        "the same again",
        "one line of a whole file",
        "the same again",
    ]
    return table(head, rows)


def _marked(file: Path, whole: Path, mark: int, *, rest: bool) -> Path:
    """Write the file's first district under another English name, with or without the rest of the file."""
    with whole.open(encoding="utf-8") as source, file.open("w", encoding="utf-8") as output:
        line = source.readline()
        name = json.loads(line)["name"]["en"]
        output.write(line.replace(name, f"{name} {mark}", 1))
        if rest:
            output.writelines(source)
    return file


def _load(stage: Stage, database: str, file: Path) -> tuple[float, float]:
    """Load a file; returns the processor time of the loader and of MongoDB, in seconds."""
    before = cpu_seconds(stage.mongod)
    used = run_loader(stage, database, file)
    return used.ru_utime + used.ru_stime, cpu_seconds(stage.mongod) - before


def examined(stage: Stage, database: str, run: Callable[[], object]) -> int:
    """Run something under the profiler; returns how many index keys and documents MongoDB examined meanwhile."""
    with MongoClient[Document](stage.uri) as client:
        profile = client[database]["system.profile"]
        profile.drop()
        client[database].command({"profile": 2, "filter": {"ns": {"$not": {"$regex": "system"}}}})
        run()
        client[database].command({"profile": 0})
        return sum(one.get("keysExamined", 0) + one.get("docsExamined", 0) for one in profile.find())
