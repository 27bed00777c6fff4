"""The shard key of each collection, and the collections that stay whole on one shard (docs/guide/scale.md).

What grows with the number of districts is divided by district, and a query that knows the district names the key, so
that one shard answers it. No index is unique but that of `_id`, which MongoDB keeps unique within each shard only.
That is enough: an `_id` tells its document's shard key, so two documents with one `_id` would be on one shard.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loaders.model.collections import HISTORY, NUMBERS, RECORDS, REVISIONS, ROW_COLLECTIONS
from loaders.model.tallies import TALLIES

# The field by whose ranges a collection is divided; an index begins with it. Rows that districts share have null.
SHARD_KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {"districts": "slug", HISTORY: "slug", **dict.fromkeys(ROW_COLLECTIONS, "district"), RECORDS: "_id"}
)
# Why a collection isn't divided.
WHOLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        REVISIONS: "one write to one document publishes, and it is found by its _id alone",
        NUMBERS: "one document has the highest number drawn; it is empty but for that between loads",
        "indicators": "they grow with what is measured, not with the districts",
        TALLIES: "a page of one tally is read in the order of one index; a shard for each would have to be asked",
    }
)
