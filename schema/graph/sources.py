"""Sources, the citations that say where in them a statement stands, and a text with citations of its own."""

import strawberry
from strawberry import field

from schema.types.enums import SourceKind
from schema.types.interface import Node
from schema.types.scalars import Date
from schema.types.texts import LocalizedText


@strawberry.type(description="A publication that statements are cited from.")
class Source(Node):
    """See `loaders.documents.Source`."""

    slug: str = field(description="The slug that names it in this dataset, which is the same in every district.")
    title: LocalizedText = field(description="Its title, or a description where it has none.")
    kind: SourceKind = field(description="What kind of publication it is.")
    publisher: LocalizedText | None = field(description="The organisation or person that published it.")
    url: str | None = field(description="Where it can be read, if known.")
    published: str | None = field(
        description="When it was published, in Extended Date/Time Format: 2025, 2025-09 or 2025-09-18, if known; "
        "2025~ is approximate, 2025? uncertain, 2025% both."
    )
    published_on: Date | None = field(description="The day it was published, if known.")
    accessed_on: Date | None = field(description="The day it was read, if known.")
    language: str | None = field(description="The BCP 47 tag of the language that it is in.")


@strawberry.type(description="Where a statement stands in a source.")
class Citation:
    """See `loaders.texts.Citation`; `schema.planning.link_references` puts the source in place of its slug."""

    source: Source = field(description="The publication that says so.")
    locator: str = field(description="The place in it: L5 is the fifth line that is not blank.")


@strawberry.type(description="What guides the work of a district: a text, and where it is published.")
class Strategy(LocalizedText):
    """See `loaders.texts.Strategy`."""

    citations: list[Citation] = field(description="Where it is published; empty where that is not recorded.")
