"""Summarise the `explain` output of an aggregation: the indexes it used and how many documents it examined."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loaders.documents import Document


@dataclass(frozen=True, slots=True)
class ExplainSummary:
    """How MongoDB ran one aggregation of `collection`.

    pipeline: its stages, as sent.
    indexes: the names of the indexes used. scans: whether a collection was scanned without an index.
    sorted: how many documents the largest in-memory sort may hold; 0 without a sort, None without a limit.
    """

    collection: str
    pipeline: Sequence[Mapping[str, Any]]
    indexes: list[str]
    scans: bool
    keys_examined: int
    documents_examined: int
    documents_returned: int
    sorted: int | None


def summarize_explain(
    collection: str, pipeline: Sequence[Mapping[str, Any]], explanation: Document
) -> ExplainSummary:
    """Summarise `explain` output of verbosity executionStats, including the parts of a `$unionWith`."""
    stages = [stage for plan in _winning_plans(explanation) for stage in _dicts(plan) if "stage" in stage]
    stats = [one["executionStats"] for one in _dicts(explanation) if "executionStats" in one]
    sorts = [stage.get("limitAmount") for stage in stages if stage["stage"] == "SORT"]
    # For a part of a union that did not run, the output has the stages as written and no statistics.
    sorts += [
        one["$sort"].get("limit")
        for one in _dicts(explanation)
        if isinstance(one.get("$sort"), dict) and one["$sort"].get("totalDataSizeSortedBytesEstimate")
    ]
    bounds = [limit for limit in sorts if limit is not None]
    return ExplainSummary(
        collection=collection,
        pipeline=pipeline,
        indexes=sorted({stage["indexName"] for stage in stages if "indexName" in stage}),
        scans=any(stage["stage"] == "COLLSCAN" for stage in stages),
        keys_examined=sum(one.get("totalKeysExamined", 0) for one in stats),
        documents_examined=sum(one.get("totalDocsExamined", 0) for one in stats),
        documents_returned=sum(one.get("nReturned", 0) for one in stats),
        sorted=max(bounds, default=0) if len(bounds) == len(sorts) else None,
    )


def _winning_plans(explanation: Document) -> Iterator[Any]:
    for one in _dicts(explanation):
        if "winningPlan" in one:
            yield one["winningPlan"]


def _dicts(value: Any) -> Iterator[Document]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _dicts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _dicts(item)
