"""Which media type to answer in (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from api.http.preference_headers import Preference, preferences

GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
JSON: Final = "application/json"
HTML: Final = "text/html"
EVENT_STREAM: Final = "text/event-stream"

_UTF_8: Final = frozenset({"utf-8", "utf8"})
# Java's own HTTP client, among others, writes `*` for `*/*`.
_ANY: Final = frozenset({"*/*", "*"})


# Clients are of few kinds.
@lru_cache(maxsize=64)
def negotiate(accept: str | None, offers: tuple[str, ...], others: tuple[str, ...] = ()) -> str | None:
    """Choose from `offers` what an `Accept` header weighs most; None when it takes none of them.

    Among equals, what the client names first wins, and a name wins over a wildcard. Without a header, the first
    offer is taken, and likewise where some of the header can't be read and the rest takes nothing.
    others: what is offered where the header takes none of the offers.
    """
    wanted = preferences(accept or "")
    if not wanted.elements and wanted.is_whole:
        return offers[0]
    ranges = [one for one in wanted.elements if _is_media_range(one.name)]
    if chosen := _heaviest(offers, ranges) or _heaviest(others, ranges):
        return chosen
    if wanted.is_whole and len(ranges) == len(wanted.elements):
        return None
    return next((offer for offer in offers if _fit(offer, ranges) is None), None)


def _heaviest(offers: Sequence[str], ranges: Sequence[Preference]) -> str | None:
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
    """The weight that the most specific matching range gives an offer, and where that range stands."""
    for names in ({offer}, {f"{offer.partition('/')[0]}/*"}, _ANY):
        for position, one in enumerate(ranges):
            if one.name in names and _is_in_utf_8(one):
                return one.weight, position, one.name == offer
    return None


def _is_media_range(name: str) -> bool:
    """Whether a name is `*`, `*/*`, `type/*` or `type/subtype`."""
    type_, _, subtype = name.partition("/")
    return name in _ANY or (bool(subtype) and type_ != "*")


def _is_in_utf_8(media_range: Preference) -> bool:
    return all(value in _UTF_8 for name, value in media_range.parameters if name == "charset")
