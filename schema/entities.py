"""Types with an identity: districts and what they hold, each a `Node` with a stable global id.

Instances are stored documents (`loaders.documents`); a field without a resolver is the stored key of its name.
"""

from typing import Any

import strawberry
from strawberry import ID, field

from schema.enums import AreaLevel, AwardKind, InitiativeStatus, MetricStatus
from schema.values import (
    Change,
    Citation,
    Code,
    Indicator,
    LocalizedText,
    Period,
    Quantity,
    Rank,
)


@strawberry.interface(description="Something with a global id, as Relay and normalising caches expect.")
class Node:
    """Relay's Global Object Identification; the id begins with the type's name."""

    id: ID = field(description="Stable across revisions, and unique in the whole dataset.")

    @classmethod
    def resolve_type(cls, document: Any, *_: Any) -> str:
        """Read the type from the id."""
        return str(document["id"]).partition(":")[0]

    @classmethod
    def is_type_of(cls, document: Any, *_: Any) -> bool:
        """Every instance is a document, of the type its place says."""
        return isinstance(document, dict)


@strawberry.type(description="A prize, honour, pilot status or certification.")
class Award(Node):
    """See `loaders.documents.Award`."""

    slug: str = field(description="Its name within the district.")
    name: LocalizedText = field(description="What was awarded.")
    kind: AwardKind = field(description="What kind of distinction it is.")
    level: AreaLevel | None = field(description="How large the area is that it was chosen from, if known.")
    issuer: LocalizedText | None = field(description="Who gave it, if known.")
    period: Period | None = field(description="When it was given, or the period it is for.")
    streak_years: int | None = field(description="For how many years in a row it has now been held.")
    rank: Rank | None = field(description="The place among peers that goes with it.")
    note: LocalizedText | None = field(description="What else is worth knowing.")
    citations: list[Citation] = field(description="Where this is published; at least one.")


@strawberry.type(description="One published figure about an initiative, with everything needed to trust it.")
class Metric(Node):
    """See `loaders.documents.Metric`."""

    slug: str = field(description="Its name within the district.")
    name: LocalizedText = field(description="What the figure is about.")
    indicator: Indicator = field(description="What it measures in common with other districts' figures.")
    quantity: Quantity | None = field(description="The figure; null where only a change or a rank is published.")
    period: Period | None = field(description="What time the figure is for; null where the source names none.")
    changes: list[Change] = field(description="How it moved.")
    rank: Rank | None = field(description="Its place among peers, where one is claimed.")
    status: MetricStatus = field(description="How firm it is.")
    note: LocalizedText | None = field(description="What else is worth knowing, such as the source's wording.")
    citations: list[Citation] = field(description="Where it is published; at least one.")


@strawberry.type(description="A named system, platform or facility that an initiative runs.")
class System:
    """See `loaders.documents.System`."""

    slug: str = field(description="Its name within the district.")
    name: LocalizedText = field(description="What it is called.")
    summary: LocalizedText | None = field(description="What it does.")
    status: InitiativeStatus | None = field(description="How far it has come, if known.")


@strawberry.type(description="A line of work within a pillar, such as the 12345 hotline.")
class Initiative(Node):
    """See `loaders.documents.Initiative`."""

    slug: str = field(description="Its name within the district.")
    name: LocalizedText = field(description="What it is called.")
    summary: LocalizedText | None = field(description="What it is about.")
    status: InitiativeStatus | None = field(description="How far it has come, if known.")
    systems: list[System] = field(description="What it runs.")
    metric_count: int = field(description="How many figures it has.")
    metrics: list[Metric] = field(description="Its figures.")
    award_count: int = field(description="How many awards it has.")
    awards: list[Award] = field(description="Its awards.")


@strawberry.type(description="One of the main themes of a district's work, such as governance.")
class Pillar(Node):
    """See `loaders.documents.Pillar`."""

    slug: str = field(description="Its name within the district.")
    name: LocalizedText = field(description="What it is called.")
    summary: LocalizedText | None = field(description="What it is about.")
    initiative_count: int = field(description="How many initiatives it has.")
    initiatives: list[Initiative] = field(description="Its initiatives.")
    award_count: int = field(description="How many awards it has itself.")
    awards: list[Award] = field(description="The awards of the pillar itself.")


@strawberry.type(description="A district and what it has achieved, as of one revision of the data.")
class District(Node):
    """See `loaders.documents.District`."""

    slug: str = field(description="Its name in this dataset, such as baiyun.")
    name: LocalizedText = field(description="What it is called.")
    city: LocalizedText = field(description="The city it belongs to.")
    province: LocalizedText = field(description="The province it belongs to.")
    codes: list[Code] = field(description="Codes of the district, its city and its province in public schemes.")
    strategy: LocalizedText | None = field(description="What guides its work.")
    pillar_count: int = field(description="How many pillars it has.")
    pillars: list[Pillar] = field(description="The main themes of its work.")
    initiative_count: int = field(description="How many initiatives all of its pillars have.")
    metric_count: int = field(description="How many figures all of its initiatives have.")
    award_count: int = field(description="How many awards the district itself has.")
    awards: list[Award] = field(description="The awards of the district itself.")
    total_award_count: int = field(description="How many awards it has with its pillars and initiatives.")
