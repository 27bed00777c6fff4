"""Measure the speed of loading districts, compared with bare inserts of the same documents, and its memory."""

import asyncio
import os
import resource
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import bson
from pymongo import MongoClient
from pymongo.database import Database as MongoDatabase
from pymongo.write_concern import WriteConcern

from bench.reporting.report import table
from bench.staging.processes import ROOT, clean_environment, python
from bench.staging.stage import Stage
from loaders.documents import Document
from loaders.model.collections import VERSIONED_COLLECTIONS
from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.mongo.stored_names import stored_name
from loaders.publishing.batches import BATCH_BYTES
from loaders.settings import StoreSettings

LOADED: Final = "loaded"
INSERTED: Final = "inserted"
MEBIBYTE: Final = 2**20


class LoaderFailed(Exception):
    """The loader ended with an error."""


def time_loader(stage: Stage, districts: int) -> dict[str, Any]:
    """Load districts both ways; returns what the results file holds.

    Raises LoaderFailed.
    """
    stage.generate(districts)
    stage.tell(f"loading {districts} districts")
    loader_s, peak_bytes = _load(stage, districts)
    asyncio.run(_prepare(stage.uri))
    stage.tell("inserting the same documents")
    with MongoClient[Document](stage.uri) as client:
        loaded = client.get_database(LOADED)
        inserted = client.get_database(INSERTED, write_concern=WriteConcern("majority"))
        documents, insert_s = _insert(loaded, inserted)
    return {
        "districts": districts,
        "documents": documents,
        "loader_s": loader_s,
        "insert_s": insert_s,
        "loader_peak_bytes": peak_bytes,
    }


def loader_table(results: Mapping[str, Any]) -> str:
    """Documents a second both ways, and the loader's memory."""
    documents = results["documents"]
    rows = [
        [
            "`python -m seeds load`, from start to end of the process",
            f"{results['loader_s']:.1f}",
            f"{documents / results['loader_s']:,.0f}",
            f"{results['loader_peak_bytes'] / MEBIBYTE:.0f}",
        ],
        [
            "`insert_many` of the same documents, in batches of the same size",
            f"{results['insert_s']:.1f}",
            f"{documents / results['insert_s']:,.0f}",
            "",
        ],
    ]
    head = [f"{results['districts']:,} districts, {documents:,} documents", "s", "documents a second", "peak MiB"]
    return table(head, rows)


def _load(stage: Stage, districts: int) -> tuple[float, int]:
    """Run the loader; returns its seconds and the most bytes it held."""
    file = stage.generate(districts)
    began = time.perf_counter()
    used = run_loader(stage, LOADED, file)
    return time.perf_counter() - began, used.ru_maxrss * 1024


def run_loader(stage: Stage, database: str, file: Path) -> resource.struct_rusage:
    """Load a file in a process of its own; returns what it used. Raises LoaderFailed."""
    log = stage.folder / "loader.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            python("seeds", "load", str(file)),
            cwd=ROOT,
            env={**clean_environment(), **stage.settings(database)},
            stdout=output,
            stderr=output,
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise LoaderFailed(log.read_text())
    return used


async def _prepare(uri: str) -> None:
    """Create the collections with the validators and indexes that the loader fills."""
    database = Database.open(uri, StoreSettings(mongodb_database=INSERTED), timeout_ms=60_000)
    await ensure_collections(database)
    await database.close()


def _insert(loaded: MongoDatabase[Document], inserted: MongoDatabase[Document]) -> tuple[int, float]:
    """Copy what was published; returns how many documents, and how long the inserts took without the reads."""
    documents, seconds = 0, 0.0
    for name in map(stored_name, VERSIONED_COLLECTIONS):
        for batch in _batches(loaded[name].find()):
            began = time.perf_counter()
            inserted[name].insert_many(batch)
            seconds += time.perf_counter() - began
            documents += len(batch)
    return documents, seconds


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Cut as the loader does, by the bytes of the encoded documents."""
    batch: list[Document] = []
    size = 0
    for document in documents:
        batch.append(document)
        size += len(bson.encode(document))
        if size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
