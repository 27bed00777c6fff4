"""Keyset cursors: the last item's key, bound to the list's order and to a revision.

Opaque to clients. A page that follows a cursor reads the revision of the page that gave it, as long as that one
is still at hand, so that walking a list gives every item once whatever is loaded meanwhile.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Final

import orjson

from schema.errors import BadUserInput

VERSION: Final = 1
MAX_LENGTH: Final = 1_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in a list: `order` names the list's order, `key` has the item's values for it."""

    order: str
    revision: int
    key: tuple[str, ...]

    def __str__(self) -> str:
        packed = orjson.dumps([VERSION, self.order, self.revision, *self.key])
        return urlsafe_b64encode(packed).decode().rstrip("=")


def parse_cursor(text: str, argument: str, order: str) -> Cursor:
    """Read a cursor that a client sent back.

    Raises BadUserInput, also for a cursor of another order.
    """
    match _unpacked(text):
        case [int(version), str(given), int(revision), str(key)] if version == VERSION and revision >= 0:
            if given != order:
                raise BadUserInput(
                    f'"{argument}" is a cursor of another order ({given}); page in the order it is from'
                )
            return Cursor(order, revision, (key,))
    raise BadUserInput(f'"{argument}" is no cursor; send back an endCursor, startCursor or cursor as it was given')


def _unpacked(text: str) -> Any:
    if len(text) > MAX_LENGTH:
        return None
    try:
        return orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        return None
