"""What each part of the compiled executor earns: the same operations with one part after the other taken away.

Processor time of this process, which plans, fetches, decodes and completes each operation; no HTTP. A part that
earns nothing here has no reason to stay.
"""

import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, Final

import uvloop
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet

from bench.questions import Question, questions
from bench.reporting.report import table
from bench.staging.stage import Stage
from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
from loaders.store.store import Store
from schema.base.context import Context
from schema.base.request import Request
from schema.execution.codegen import Compiler
from schema.execution.compiled_types import Function, Level
from schema.execution.executor import CompiledExecutor
from schema.graph.contract import GRAPHQL_SCHEMA
from schema.operation.operation_cache import Operations
from schema.operation.runner import run

DATABASE: Final = "ablated"
ROUNDS: Final = 9
# How often in a row, so that a round takes long enough to be measured.
TIMES: Final[Mapping[str, int]] = {"tiny": 60, "full": 6, "list": 1, "ranking": 6, "search": 2}


class _Nothing(Compiler):
    """Compiles nothing: fields are collected once an operation, and that is all."""

    def function(self, type_: Any, details: FieldDetailsList, *, with_placeholders: bool = False) -> Function | None:
        return None

    def level(self, type_: Any, grouped: GroupedFieldSet) -> Level:
        return Level(None, grouped, "")


class _Documents(Compiler):
    """Compiles documents that cross to no other, as wholes."""

    def function(self, type_: Any, details: FieldDetailsList, *, with_placeholders: bool = False) -> Function | None:
        return super().function(type_, details)


class _Whole(Compiler):
    """Compiles documents with placeholders where they cross to others, and no selection set in part."""

    def level(self, type_: Any, grouped: GroupedFieldSet) -> Level:
        level = super().level(type_, grouped)
        return Level(None, level.rest, level.whole) if level.rest else level


# From graphql-core as it is to all of our executor; each has one part more than the one above it.
PARTS: Final[Mapping[str, type[Compiler] | None]] = {
    "graphql-core": None,
    "collected fields kept": _Nothing,
    "plain documents compiled": _Documents,
    "placeholders": _Whole,
    "selection sets in part": Compiler,
}


def measure_parts(stage: Stage, districts: int) -> dict[str, Any]:
    """Run each question with each set of parts, interleaved; returns medians in milliseconds of processor time."""
    stage.load(DATABASE, districts)
    return uvloop.run(_measure(stage.uri))


def parts_table(results: Mapping[str, Any]) -> str:
    """The figures, a row a set of parts, and how much less than graphql-core it takes."""
    names = list(results)
    rows = []
    for part in PARTS:
        cells = [
            f"{results[name][part]:.2f} ({results[name][part] / results[name]['graphql-core']:.2f})" for name in names
        ]
        rows.append([part, *cells])
    return table(["", *(f"{name}, ms" for name in names)], rows)


async def _measure(uri: str) -> dict[str, Any]:
    database = Database.open(uri, StoreSettings(mongodb_database=DATABASE), timeout_ms=60_000)
    store = Store(database)
    asked = questions(uri, DATABASE, 0.1)
    caches = {part: Operations() for part in PARTS}
    seen: dict[str, dict[str, list[float]]] = {question.name: {part: [] for part in PARTS} for question in asked}
    for number in range(ROUNDS + 1):
        for question in asked:
            for part, compiler in PARTS.items():
                spent = await _round(store, caches[part], question, compiler)
                # The first round compiles and fills the database's cache.
                if number:
                    seen[question.name][part].append(spent)
    await database.close()
    return {name: {part: median(spent) for part, spent in by_part.items()} for name, by_part in seen.items()}


async def _round(store: Store, operations: Operations, question: Question, part: type[Compiler] | None) -> float:
    times = TIMES[question.name]
    requests = [Request(question.text, dict(one)) for one in _in_turn(question.values, times)]
    began = time.process_time()
    for request in requests:
        _choose(operations, request, part)
        executor: type[Executor[Any]] = Executor if part is None else CompiledExecutor
        response = await run(operations, request, Context(store), executor_class=executor)
        assert not response.errors, response.errors
    return 1000 * (time.process_time() - began) / times


def _choose(operations: Operations, request: Request, part: type[Compiler] | None) -> None:
    """Let an operation be compiled with some parts only."""
    operation = operations.get(request.query, request.operation_name)
    variables = operation.variables(request.variables or {})
    assert not isinstance(variables, list)
    program = operation.program(variables)
    if part is not None and type(program.compiler) is not part:
        program.compiler = part(GRAPHQL_SCHEMA, program.collect)


def _in_turn(values: Sequence[Mapping[str, Any]], times: int) -> Sequence[Mapping[str, Any]]:
    return [values[number % len(values)] for number in range(times)]
