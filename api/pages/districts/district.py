"""The page of a district: its figures, claims and sources, now or at a revision, and its places among others."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from api.http.errors import HttpError
from api.pages.districts.charts import series, shares_chart, strip
from api.pages.districts.view import DistrictView
from api.pages.page import PageContent, PageRequest

# Operations that read eight indicators each; the page says how many are beyond.
_COMPARED_PAGES: Final = 3
# As many as a filter takes.
_MAX_SLUGS: Final = 200


async def read_district(request: PageRequest) -> PageContent:
    """Read a district whole. Raises HttpError (404) if there is none of that slug."""
    as_of = None if request.as_of is None else {"revision": request.as_of}
    data = await request.runner.run_for_district("district", slug=request.values["slug"], asOf=as_of)
    district = data["district"]
    if district is None:
        raise HttpError(404, "there is no district at this address")
    view = DistrictView(district)
    # Of the past, only the documents of districts are kept: there is nothing to compare them with.
    others = None if request.as_of is not None else await _others(request, view.indicator_slugs)
    return {
        "dataset": data["dataset"],
        "district": district,
        "view": view,
        "others": others,
        "places": None if request.as_of is not None else await _places(request),
        "shares_chart": shares_chart(view, request.language),
        "series": series(view, request.language),
        "strip": partial(strip, own=district["slug"], language=request.language),
    }


async def _places(request: PageRequest) -> Any:
    """What the district is a part of, and its parts; None if one of them can't be read, which the page then says."""
    data = await request.runner.run_or_none("places", slug=request.values["slug"])
    return data["district"] if data else None


async def _others(request: PageRequest, slugs: Sequence[str]) -> dict[str, Any]:
    """The rankings of the indicators shared with other districts; `more`: whether there are further ones.

    is_unreadable: whether a damaged district keeps all from being compared.
    """
    found = await _rankings(request, slugs)
    # Another district is damaged; what this one has published can be shown all the same.
    return found or {"indicators": [], "more": False, "is_unreadable": True}


async def _rankings(request: PageRequest, slugs: Sequence[str]) -> dict[str, Any] | None:
    found: list[Any] = []
    after = None
    for _ in range(_COMPARED_PAGES):
        data = await request.runner.run_or_none("others", slugs=slugs[:_MAX_SLUGS], after=after)
        if data is None:
            return None
        found += data["indicators"]["nodes"]
        after = data["indicators"]["pageInfo"]["endCursor"]
        if not data["indicators"]["pageInfo"]["hasNextPage"]:
            return {"indicators": found, "more": len(slugs) > _MAX_SLUGS, "is_unreadable": False}
    return {"indicators": found, "more": True, "is_unreadable": False}
