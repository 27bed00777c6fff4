"""The questions of the benchmarks: one GraphQL document each, with many values of its variables.

The values come from the data and are always the same ones. They are few enough for a cache to hold all answers, and
enough that no single document stays hot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import orjson
from pymongo import MongoClient
from pymongo.database import Database

from loaders.documents import Document
from loaders.mongo.stored_names import stored_name

Variables: TypeAlias = Mapping[str, Any]

FOLDER: Final = Path(__file__).with_name("queries")
PAGE: Final = 50
# How many values each question has at most, and over how many connections it is sent. Enough connections to keep a
# server busy while others wait for the database; more of them would only make each wait longer.
VALUES: Final = {"tiny": 500, "full": 100, "list": 20, "ranking": 60, "search": 24}
CONNECTIONS: Final = {"tiny": 16, "full": 8, "list": 8, "ranking": 8, "search": 8}
TEXTS: Final = (
    *("热线", "平台", "智慧", "数据", "政务服务", "数字经济", "企业", "热線"),
    *("hotline", "platform", "digital", "government services", "smart", "enterprise", "data", "service hall"),
    *("数字 政府", "智慧 平台", "营商环境", "digital economy", "community", "education", "health", "人工智能"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """One GraphQL document and the values of its variables."""

    name: str
    text: str
    values: Sequence[Variables]

    def body(self, variables: Variables) -> bytes:
        """The body of the request with these variables."""
        return orjson.dumps({"query": self.text, "variables": variables})

    @property
    def connections(self) -> int:
        """The number of concurrent connections."""
        return CONNECTIONS[self.name]


def questions(uri: str, database: str, share: float = 1.0) -> list[Question]:
    """All questions, with values that the database has answers to; `share` of them, at least three."""
    with MongoClient[Document](uri) as client:
        found = _values(client.get_database(database))
    return [
        Question(name, (FOLDER / f"{name}.graphql").read_text(), _some(values, max(3, int(VALUES[name] * share))))
        for name, values in found.items()
    ]


def _values(database: Database[Document]) -> dict[str, list[Variables]]:
    slugs = sorted(database[stored_name("districts")].distinct("slug"))
    return {
        "tiny": [{"slug": slug} for slug in slugs],
        "full": [{"slug": slug} for slug in slugs],
        "list": [{"from": slug} for slug in slugs[: max(1, len(slugs) - PAGE + 1)]],
        "ranking": _rankings(database),
        "search": [{"text": text} for text in TEXTS],
    }


def _rankings(database: Database[Document]) -> list[Variables]:
    """The largest figures of each indicator, and those from its middle down."""
    found: list[Variables] = []
    for indicator in sorted(database[stored_name("metrics")].distinct("indicator")):
        figures = database[stored_name("metrics")].distinct("quantity.normalized", {"indicator": indicator})
        if sizes := sorted(figure for figure in figures if figure is not None):
            found += [{"indicator": indicator, "atMost": at_most} for at_most in (sizes[-1], sizes[len(sizes) // 2])]
    return found


def _some(values: Sequence[Variables], most: int) -> list[Variables]:
    """At most so many, evenly from the whole sequence."""
    step = max(1.0, len(values) / most)
    return [values[int(number * step)] for number in range(min(most, len(values)))]
