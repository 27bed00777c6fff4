"""Find by global id: `Metric:baiyun/work-orders` is a metric of the district baiyun."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from loaders.documents import Document
from schema.errors import BadUserInput

_ID: Final = re.compile(
    r"(?P<kind>District):(?P<district>[a-z0-9-]{1,80})"
    r"|(?P<inner>Pillar|Initiative|Metric|Award):(?P<owner>[a-z0-9-]{1,80})/[a-z0-9-]{1,80}"
)


@dataclass(frozen=True, slots=True)
class NodeId:
    """A global id, and the district whose document has the node."""

    text: str
    district: str


def parse_id(text: str) -> NodeId:
    """Read a global id.

    Raises BadUserInput.
    """
    if match := _ID.fullmatch(text):
        return NodeId(text, match["district"] or match["owner"])
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    raise BadUserInput(f"{shown!a} is no id; send back an id as it was given, such as District:baiyun")


def find_node(document: Document, node_id: NodeId) -> Document | None:
    """Find the node within its district's document; None when it has none of that id."""
    return next((node for node in _nodes(document) if node["id"] == node_id.text), None)


def _nodes(document: Document) -> Iterator[Document]:
    yield document
    yield from document["awards"]
    for pillar in document["pillars"]:
        yield pillar
        yield from pillar["awards"]
        for initiative in pillar["initiatives"]:
            yield initiative
            yield from initiative["metrics"]
            yield from initiative["awards"]
