"""What initiatives run."""

import strawberry
from strawberry import field

from schema.graph.sources import Citation
from schema.types.enums import InitiativeStatus
from schema.types.texts import LocalizedText


@strawberry.type(description="A named system, platform or facility that an initiative runs.")
class System:
    """See `loaders.documents.System`."""

    slug: str = field(description="The slug that names it within the district.")
    name: LocalizedText = field(description="What it is called.")
    summary: LocalizedText | None = field(description="What it does, in a sentence or two.")
    status: InitiativeStatus | None = field(description="How far it has come, if known.")
    citations: list[Citation] = field(description="Where it is published; empty where that is not recorded.")
