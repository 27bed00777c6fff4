"""The pages of indicators: the list of all, and one with its ranking, its growth and its figures."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from api.http.errors import HttpError
from api.pages.figures.drawings import draw_ranking
from api.pages.figures.plotting import Data, ranked_rows
from api.pages.lists.reading import read_lists
from api.pages.page import PageContent, PageRequest

# Years, months and half-years: periods whose predecessor a year earlier is as long.
_PERIOD: Final = re.compile(r"\d{4}(-\d{2})?(/\d{4}(-\d{2})?)?")
_YEAR: Final = re.compile(r"\d{4}(?=-|/|$)")


async def read_indicators(request: PageRequest) -> PageContent:
    """Read all indicators, a page of them."""
    after = request.parameters.get("after")
    return await read_lists(request.runner, request.language, "indicators", ("indicators",), after=after)


async def read_indicator(request: PageRequest) -> PageContent:
    """Read an indicator, its ranking and newest figures. Raises HttpError (404) if it is none."""
    slug = request.values["slug"]
    asked = {name: request.parameters.get(name) for name in ("during", "unit", "after")}
    data = await request.runner.run_or_none("indicator", slug=slug, **asked)
    if data is None:
        return await _read_alone(request, slug, asked)
    indicator = data["indicator"]
    if indicator is None:
        raise HttpError(404, "there is no indicator at this address")
    observations = [one for one in data["observations"]["nodes"] if one]
    ranking = indicator["ranking"]
    rows = ranked_rows(ranking["nodes"], request.language)
    return {
        **data,
        "asked": asked,
        "ranking": ranking,
        "observations": observations,
        "total_observations": data["observations"]["totalCount"],
        "chart": draw_ranking(rows, "ranking-chart", indicator["name"]["text"], request.language)
        if len(rows) > 1
        else None,
        "periods": periods_of(observations) if indicator["periodType"] != "INSTANT" else {},
        "growth": await _growth(request, slug, ranking),
    }


async def _read_alone(request: PageRequest, slug: str, asked: Data) -> PageContent:
    """Read an indicator without its figures, of which some can't be read. Raises HttpError (404) if it is none."""
    data = await request.runner.run_readable("measured", slug=slug)
    if data["indicator"] is None:
        raise HttpError(404, "there is no indicator at this address")
    return {**data, "asked": asked, "ranking": None, "growth": None, "observations": None}


async def _growth(request: PageRequest, slug: str, ranking: Data) -> Mapping[str, Any] | None:
    """Read how the figures grew from a year before; None if the ranking is for no period that has such a year."""
    to = ranking["period"]
    earlier = year_before(to) if to else None
    if earlier is None or not ranking["unit"]:
        return None
    unit = ranking["unit"]["code"]
    data = await request.runner.run_or_none("growth", slug=slug, to=to, unit=unit, **{"from": earlier})
    return data["indicator"]["growthRanking"] if data and data["indicator"] else None


def year_before(edtf: str) -> str | None:
    """The same period a year earlier; None if it can't be told from its text."""
    if not _PERIOD.fullmatch(edtf) or edtf.startswith("0000"):
        return None
    return _YEAR.sub(lambda year: f"{int(year[0]) - 1:04}", edtf)


def periods_of(observations: Sequence[Data]) -> dict[str, str]:
    """The periods of figures that can be ranked, by their EDTF text, in words, newest first."""
    return {
        one["period"]["edtf"]: one["period"]["formatted"]
        for one in observations
        if one["quantity"] and one["period"] and one["period"]["edtf"] and one["status"] not in ("FORECAST", "TARGET")
    }
