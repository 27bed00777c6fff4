"""What `extensions.explain` says: how the database answered each root field."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from loaders.mongo.explain import ExplainSummary


def explanation(
    explained: Mapping[str, Sequence[ExplainSummary]], completions: Mapping[str, Set[str]]
) -> dict[str, Any]:
    """Write the explanations of a request, by response key of the root field.

    completion: "compiled" where compiled functions completed all documents, "ordinary" where graphql-core did so
    field by field, "compiled, ordinary" where each did a part.
    """
    return {
        root: {
            "completion": ", ".join(sorted(completions.get(root, {"ordinary"}))),
            "commands": [_command(command) for command in commands],
        }
        for root, commands in explained.items()
    }


def _command(explained: ExplainSummary) -> dict[str, Any]:
    return {
        "aggregate": explained.collection,
        "pipeline": explained.pipeline,
        "indexes": explained.indexes,
        "collectionScan": explained.scans,
        "keysExamined": explained.keys_examined,
        "documentsExamined": explained.documents_examined,
        "documentsReturned": explained.documents_returned,
        "sortedInMemory": explained.sorted,
    }
