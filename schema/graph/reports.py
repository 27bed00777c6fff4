"""What was published otherwise than the figure that stands."""

import strawberry
from strawberry import field

from schema.graph.sources import Citation
from schema.types.enums import ReportKind
from schema.types.texts import LocalizedText
from schema.types.values import Quantity


@strawberry.type(description="A figure that was published of the same thing, and is not the one that stands.")
class OtherReport:
    """See `loaders.documents.OtherReport`."""

    kind: ReportKind = field(description="Whether it was replaced, or another source says so.")
    quantity: Quantity = field(description="The figure that is published.")
    printed: LocalizedText | None = field(description="The figure as it is printed by the source.")
    note: LocalizedText | None = field(description="What else is worth knowing.")
    citations: list[Citation] = field(description="Where it is published; at least one.")
