"""Which media type to answer in (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
JSON: Final = "application/json"
HTML: Final = "text/html"
EVENT_STREAM: Final = "text/event-stream"

# More than any client sends; a header may be as long as all headers together.
MAX_RANGES: Final = 64
# What a range with another charset is called: it fits nothing that is offered.
_OTHER_CHARSET: Final = ""

_WEIGHT: Final = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


# Clients are of few kinds.
@lru_cache(maxsize=64)
def negotiate(accept: str | None, offers: tuple[str, ...]) -> str | None:
    """Choose from `offers` what an `Accept` header weighs most; None when it takes none of them.

    Among equals, what the client names first wins, and a name wins over a wildcard. Without a header, the first
    offer is taken.
    """
    if accept is None or not accept.strip():
        return offers[0]
    ranges = [_media_range(item) for item in accept.split(",")[:MAX_RANGES]]
    best: tuple[float, int, int] | None = None
    chosen = None
    for preference, offer in enumerate(offers):
        fit = _fit(offer, ranges)
        if fit is None:
            continue
        weight, position, exact = fit
        score = (weight, -position if exact else -len(ranges), -preference)
        if best is None or score > best:
            best, chosen = score, offer
    return chosen


def weights(header: str) -> dict[str, float]:
    """The weight of each item of a header that lists preferences."""
    return dict(_media_range(item) for item in header.split(",")[:MAX_RANGES])


def _fit(offer: str, ranges: Sequence[tuple[str, float]]) -> tuple[float, int, bool] | None:
    """The weight that the most specific matching range gives an offer, and where that range stands."""
    for pattern in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        for position, (name, weight) in enumerate(ranges):
            if name == pattern:
                return (weight, position, pattern == offer) if weight > 0 else None
    return None


def _media_range(item: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in item.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key == "q":
            return name, float(value) if _WEIGHT.fullmatch(value) else 0.0
        if key == "charset" and value.strip('"') not in {"utf-8", "utf8"}:
            name = _OTHER_CHARSET
    return name, 1.0
