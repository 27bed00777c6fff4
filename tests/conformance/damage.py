"""Damage to stored documents, at any depth: what validators would refuse, and no reader may be surprised by."""

from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any, Final, TypeAlias

from loaders.documents import Document

# A document or a list, and the key of a value in it.
Place: TypeAlias = tuple[Any, Any]

REMOVED: Final = object()
# What documents are found by: damage there would hide them.
_FOUND_BY: Final = frozenset({"_id", "id", "from", "to", "hash", "tokens", "name_tokens", "folded", "district"})
_HOW_OFTEN: Final = (1, 1, 2, 3, 6, 12)
_WRONG: Final[tuple[Any, ...]] = (
    *(REMOVED, None, True, b"\0", datetime(2025, 9, 30, tzinfo=UTC)),
    *(0, -1, 7, 2**31 - 1, 2**31, -(2**31) - 1, 2**53 + 1, 2**63 - 1),
    *(1.5, 3.0, -0.0, 1e300, float("nan"), float("inf")),
    *("", "UNKNOWN", "no-such-slug", "2025-13-45", "文\0字", 'quotes " and \\'),
    *(Decimal("1E+3"), Decimal("-0"), Decimal("1.50E-30"), Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")),
    *([], [None], [[]], {}, {"zh_hans": None}, {"slug": 1}),
)


def damaged(document: Document, random: Random) -> Document:
    """A copy with damage in one place or in several; each kind of place is as likely as any other."""
    copy = deepcopy(document)
    for _ in range(random.choice(_HOW_OFTEN)):
        kinds: dict[str, list[Place]] = defaultdict(list)
        for kind, place in _places(copy, ""):
            kinds[kind].append(place)
        holder, key = random.choice(kinds[random.choice(sorted(kinds))])
        wrong = _twisted(holder[key], random) if random.random() < 0.4 else random.choice(_WRONG)
        if wrong is REMOVED:
            del holder[key]
        else:
            holder[key] = deepcopy(wrong)
    return copy


def _places(value: Any, kind: str) -> Iterator[tuple[str, Place]]:
    """Every value below a document or a list, by the path of keys that leads to it."""
    if isinstance(value, dict):
        for key in value:
            if key not in _FOUND_BY and (kind, key) != ("", "slug"):
                yield f"{kind}.{key}", (value, key)
                yield from _places(value[key], f"{kind}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield f"{kind}[]", (value, number)
            yield from _places(item, f"{kind}[]")


def _twisted(value: Any, random: Random) -> Any:
    """The same value in a shape that looks like it."""
    match value:
        case bool() | None:
            return str(value)
        case int() | float():
            return random.choice((str(value), float(value), Decimal(str(value)), value + 0.5))
        case Decimal() if value.is_finite():
            return random.choice((str(value), float(value), value.scaleb(40), -value))
        case str():
            return random.choice((value.lower(), value.upper(), f"{value} ", [value], {"zh_hans": value}))
        case dict():
            return random.choice(([value], list(value), value | {"more": 1}, dict.fromkeys(value)))
        case list():
            return random.choice(([*value, None], [None, *value], value * 2, [value], value[0] if value else {}))
    return None
