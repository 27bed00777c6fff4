"""What `extensions.explain` says: how the database answered each root field."""

from collections.abc import Mapping, Sequence
from typing import Any

from loaders.explain import Explained


def explanation(explained: Mapping[str, Sequence[Explained]]) -> dict[str, Any]:
    """Write the explanations of a request, by response key of the root field.

    completion: "ordinary" where graphql-core completed everything field by field.
    """
    return {
        root: {"completion": "ordinary", "commands": [_command(command) for command in commands]}
        for root, commands in explained.items()
    }


def _command(explained: Explained) -> dict[str, Any]:
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
