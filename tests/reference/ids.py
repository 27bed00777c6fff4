"""Global ids: docs/reference/errors.md."""

import re
from typing import Final

from tests.reference.errors import BadInput

_ID: Final = re.compile(
    r"(District|Indicator|Source):[a-z0-9-]{1,80}|(Pillar|Initiative|Metric|Award):[a-z0-9-]{1,80}/[a-z0-9-]{1,80}|"
    r"Observation:[a-z0-9-]{1,80}/[a-z0-9-]{1,80}/[a-z0-9-]{1,80}"
)


def check_id(text: str) -> None:
    """Check the form of a global id. Raises BadInput."""
    if not _ID.fullmatch(text):
        raise BadInput("no id")
