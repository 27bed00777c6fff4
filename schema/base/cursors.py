"""Keyset cursors: the sort keys of an item, bound to the list, its order, its filter and a revision.

Opaque to clients. A page after a cursor reads the revision of the page that returned the cursor while that revision
is readable. So paging through a list returns every item once, even if a load publishes a revision meanwhile.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import orjson

from loaders.documents import STILL_LIVE
from schema.base.errors import BadUserInput

VERSION: Final = 2
MAX_LENGTH: Final = 2_000


@dataclass(frozen=True, slots=True)
class Listing:
    """The list that a cursor belongs to, with fingerprints of its order and its filter."""

    name: str
    order: str
    filter: str

    def cursor(self, revision: int, keys: Sequence[Any]) -> str:
        """Write the cursor of an item."""
        packed = orjson.dumps([VERSION, self.name, self.order, self.filter, revision, *keys])
        return urlsafe_b64encode(packed).decode().rstrip("=")

    def parse(self, text: str, argument: str, kinds: Sequence[type]) -> "Cursor":
        """Parse a cursor from a client; `kinds` are the types of its keys, `object` for any.

        Raises BadUserInput, also for a cursor of another list, order or filter.
        """
        match _decoded(text):
            case [int(version), str(name), str(order), str(filter_), int(revision), *keys] if version == VERSION:
                self._check(argument, name, order, filter_)
                if 0 <= revision <= STILL_LIVE and len(keys) == len(kinds) and all(map(_is_key, keys, kinds)):
                    return Cursor(revision, tuple(keys))
        raise no_cursor(argument)

    def _check(self, argument: str, name: str, order: str, filter_: str) -> None:
        for what, found, own in (("list", name, self.name), ("order", order, self.order)):
            if found != own:
                raise BadUserInput(f'"{argument}" is a cursor of another {what}; page in the {what} it is from')
        if filter_ != self.filter:
            raise BadUserInput(f'"{argument}" is a cursor of another filter; page with the filter it is from')


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in a list: the values of the order's keys."""

    revision: int
    keys: tuple[Any, ...]


def no_cursor(argument: str) -> BadUserInput:
    """The error for an argument that is no cursor of ours."""
    return BadUserInput(f'"{argument}" is no cursor; send back an endCursor, startCursor or cursor as it was given')


def fingerprint(argument: Any) -> str:
    """A hash of an argument that does not depend on the order of its fields."""
    packed = orjson.dumps(argument, option=orjson.OPT_SORT_KEYS)
    return blake2b(packed, digest_size=6).hexdigest()


def _is_key(value: Any, kind: type) -> bool:
    if not isinstance(value, kind):
        return False
    if isinstance(value, int):
        return not isinstance(value, bool) and abs(value) <= STILL_LIVE
    return value is None or isinstance(value, str | float)


def _decoded(text: str) -> Any:
    if len(text) > MAX_LENGTH:
        return None
    try:
        return orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        return None
