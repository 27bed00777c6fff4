"""Negotiate the media type of a response (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from api.http.preference_headers import Preference, preferences

GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
JSON: Final = "application/json"
HTML: Final = "text/html"
EVENT_STREAM: Final = "text/event-stream"

_UTF_8: Final = frozenset({"utf-8", "utf8"})
# Java's built-in HTTP client, among others, writes `*` for `*/*`.
_ANY: Final = frozenset({"*/*", "*"})


# There are few kinds of clients.
@lru_cache(maxsize=64)
def negotiate(accept: str | None, offers: tuple[str, ...], fallbacks: tuple[str, ...] = ()) -> str | None:
    """Choose the offer with the highest weight in an `Accept` header; None if the header accepts none.

    Among equals, the type that the client names first wins, and a name wins over a wildcard. The first offer is
    chosen if there is no header, or if a part of the header can't be parsed and the rest accepts none.
    fallbacks: offered if the header accepts none of the offers.
    """
    accepted = preferences(accept or "")
    if not accepted.elements and accepted.is_complete:
        return offers[0]
    ranges = [element for element in accepted.elements if _is_media_range(element.name)]
    if chosen := _best_offer(offers, ranges) or _best_offer(fallbacks, ranges):
        return chosen
    if accepted.is_complete and len(ranges) == len(accepted.elements):
        return None
    return next((offer for offer in offers if _fit(offer, ranges) is None), None)


def _best_offer(offers: Sequence[str], ranges: Sequence[Preference]) -> str | None:
    best: tuple[float, int, int] | None = None
    chosen = None
    for preference, offer in enumerate(offers):
        fit = _fit(offer, ranges)
        if fit is None or not fit[0]:
            continue
        weight, position, exact = fit
        score = (weight, -position if exact else -len(ranges), -preference)
        if best is None or score > best:
            best, chosen = score, offer
    return chosen


def _fit(offer: str, ranges: Sequence[Preference]) -> tuple[float, int, bool] | None:
    """Return weight and position of the most specific range that matches an offer, and whether it matches exactly."""
    for names in ({offer}, {f"{offer.partition('/')[0]}/*"}, _ANY):
        for position, element in enumerate(ranges):
            if element.name in names and _is_in_utf_8(element):
                return element.weight, position, element.name == offer
    return None


def _is_media_range(name: str) -> bool:
    """Whether a name is `*`, `*/*`, `type/*` or `type/subtype`."""
    type_, _, subtype = name.partition("/")
    return name in _ANY or (bool(subtype) and type_ != "*")


def _is_in_utf_8(media_range: Preference) -> bool:
    return all(value in _UTF_8 for name, value in media_range.parameters if name == "charset")
