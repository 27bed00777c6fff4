"""Damage stored documents at any depth with values that the validators would reject."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Any, Final, TypeAlias

from loaders.documents import Document

# A document or a list, and the key of a value in it.
Place: TypeAlias = tuple[Any, Any]


class Removed(Enum):
    """In the place of a value: no key, or no item."""

    REMOVED = "removed"


REMOVED: Final = Removed.REMOVED
# What documents are found by: damage there would hide them.
_FOUND_BY: Final = frozenset({"id", "slug", "district"})
# What orders the results of a search, and what they lead to.
_SEARCHED_BY: Final = frozenset({".items[].id", ".items[].length"})
# What no field reads; `from` and `to` of a version, not of a change.
_UNREAD: Final = frozenset({"_id", "hash", "tokens", "name_tokens", "folded", "best_rank", ".from", ".to"})
_HOW_OFTEN: Final = (1, 1, 2, 3, 6, 12)
WRONG: Final[tuple[Any, ...]] = (
    *(REMOVED, None, True, b"\0", datetime(2025, 9, 30, tzinfo=UTC)),
    *(0, -1, 7, 2**31 - 1, 2**31, -(2**31) - 1, 2**53 + 1, 2**63 - 1),
    *(1.5, 3.0, -0.0, 1e300, float("nan"), float("inf")),
    *("", "UNKNOWN", "no-such-slug", "2025-13-45", "文\0字", 'quotes " and \\'),
    *(Decimal("1E+3"), Decimal("-0"), Decimal("1.50E-30"), Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")),
    *([], [None], [[]], {}, {"texts": None}, {"slug": 1}),
)


# How many wrong values of either kind a sample tries in each place.
_SAMPLED: Final = 2


class Sample:
    """Chooses the wrong values that a quick run tries in each place of a document.

    A place always loses its value. The others follow one another from place to place, those that look like the value
    by its type, so that a document with some places of each type meets all of them.
    """

    def __init__(self) -> None:
        self._turns: dict[str, int] = defaultdict(int)

    def of(self, value: Any, wrongs: Sequence[Any]) -> tuple[Any, ...]:
        """Some of the values that look like a stored one, and some of others that are wrong anywhere."""
        alike = like(value)[1:]
        others = wrongs[1:]
        kind = type(value).__name__
        if kind not in self._turns:
            chosen = alike
            self._turns[kind] = 0
        else:
            chosen = self._next(kind, alike)
        return (REMOVED, *chosen, *self._next("anywhere", others))

    def _next(self, kind: str, values: Sequence[Any]) -> tuple[Any, ...]:
        first = self._turns[kind]
        self._turns[kind] += _SAMPLED
        return tuple(values[(first + number) % len(values)] for number in range(_SAMPLED)) if values else ()


def damaged(document: Document, random: Random) -> Document:
    """A copy with damage in one place or in several; each kind of place is as likely as any other."""
    copy = deepcopy(document)
    for _ in range(random.choice(_HOW_OFTEN)):
        kinds: dict[str, list[Place]] = defaultdict(list)
        for kind, place in places(copy):
            kinds[kind].append(place)
        holder, key = random.choice(kinds[random.choice(sorted(kinds))])
        wrongs = like(holder[key]) if random.random() < 0.7 else WRONG
        spoil(holder, key, random.choice(wrongs))
    return copy


def spoil(holder: Any, key: Any, wrong: Any) -> None:
    """Replace a value by a wrong one."""
    if wrong is REMOVED:
        del holder[key]
    else:
        holder[key] = deepcopy(wrong)


def places(value: Any, kind: str = "") -> Iterator[tuple[str, Place]]:
    """Every value that is read from a document, by the path of keys that leads to it."""
    if isinstance(value, dict):
        for key in value:
            found_by = (kind == "" and key in _FOUND_BY) or f"{kind}.{key}" in _SEARCHED_BY
            if not {key, f"{kind}.{key}"} & _UNREAD and not found_by:
                yield f"{kind}.{key}", (value, key)
                yield from places(value[key], f"{kind}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield f"{kind}[]", (value, number)
            yield from places(item, f"{kind}[]")


def like(value: Any) -> tuple[Any, ...]:
    """Wrong values that resemble a value: other types, and values beyond the type's range."""
    match value:
        case bool() | None:
            return (REMOVED, str(value), 0, {}, [])
        case int():
            return (REMOVED, None, str(value), float(value), value + 0.5, True, 2**31, -(2**31) - 1, Decimal(value))
        case float():
            return (REMOVED, None, str(value), 3, True, float("nan"), float("inf"), Decimal("1.5"))
        case Decimal() if value.is_finite():
            return (REMOVED, None, str(value), float(value), 3, value.scaleb(40), -value, Decimal("NaN"))
        case str():
            return (REMOVED, None, value.lower(), f"{value} ", 7, 2.5, True, [value], {"texts": value}, b"text")
        case dict():
            return (REMOVED, None, [value], list(value), value | {"more": 1}, dict.fromkeys(value), {}, "text")
        case list():
            first = value[0] if value else {}
            return (REMOVED, None, [*value, None], [None, *value], value * 2, [value], first, {})
    return (REMOVED, None)
