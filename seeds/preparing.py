"""Check and build one record of a seed file, apart from all others."""

import pickle
from dataclasses import dataclass
from typing import Any, Final, cast

from loaders.documents import Document
from loaders.mongo.codec import encoded_size
from seeds.agreement import Shared, statements_of
from seeds.building.district import build, content_hash
from seeds.format.checks import check
from seeds.format.reader import Location, Record
from seeds.records import digest_of

_LARGE_BYTES: Final = 1024 * 1024
# MongoDB's limit, less the size of a district's version fields.
_MAX_DOCUMENT_BYTES: Final = 16 * 1024 * 1024 - 64 * 1024
_NOWHERE: Final = Location("", dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A valid record. content: the district that is built of it, pickled. hash: the district's content hash.

    digest: that of the record. statements: what it says of shared things. fits: whether MongoDB can store it.
    """

    slug: str
    content: bytes
    hash: str
    digest: str
    statements: list[Shared]
    fits: bool


def prepare_record(value: Any) -> Prepared | None:
    """Check and build a record; None if it is not valid (`seeds.format.checks.check` says why)."""
    district = check(Record(value, _NOWHERE))
    if isinstance(district, list):
        return None
    content = build(district)
    pickled = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    # Only a district whose pickle is large is encoded as BSON to find its size.
    fits = len(pickled) <= _LARGE_BYTES or encoded_size(cast(Document, content)) <= _MAX_DOCUMENT_BYTES
    statements = list(statements_of(district))
    return Prepared(district.slug, pickled, content_hash(content), digest_of(value), statements, fits)
