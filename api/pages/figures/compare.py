"""The page that compares some districts by some indicators, with a reason wherever there is no figure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from api.http.errors import HttpError
from api.pages.charts.figures import Row
from api.pages.figures.drawings import draw_ranking
from api.pages.figures.plotting import Data, ranked_rows
from api.pages.languages import Language
from api.pages.lists.reading import read_lists
from api.pages.page import PageContent, PageRequest

MAX_DISTRICTS: Final = 8
MAX_INDICATORS: Final = 6
# Rankings are read in pages of sixty districts.
_MAX_PAGES: Final = 5
# A filter takes no empty list, and nothing has this slug.
_NONE: Final = ("-",)


class Compared(NamedTuple):
    """An indicator with what each chosen district has: ranked, else the reason why it isn't; in the order chosen."""

    indicator: Data
    variables: Mapping[str, Any]
    cells: Sequence[tuple[Data, Data | None, str]]
    chart: Markup | None


async def read_compare(request: PageRequest) -> PageContent:
    """Read the rankings of the chosen indicators.

    Raises HttpError: 400 for too many or repeated names, 404 for names that there are not.
    """
    districts = _names(request.parameters.get("districts"), "districts", MAX_DISTRICTS)
    indicators = _names(request.parameters.get("indicators"), "indicators", MAX_INDICATORS)
    data = await read_lists(
        request.runner,
        request.language,
        "choices",
        ("districts", "chosenDistricts", "indicators", "chosenIndicators"),
        districts=districts or _NONE,
        indicators=indicators or _NONE,
    )
    chosen = _chosen(data["chosenDistricts"]["nodes"], districts, "district")
    measured = _chosen(data["chosenIndicators"]["nodes"], indicators, "indicator")
    compared = [await _compared(request, one, chosen) for one in measured] if chosen else []
    return {
        **data,
        "chosen": chosen,
        "measured": measured,
        "compared": compared,
        "max_districts": MAX_DISTRICTS,
        "max_indicators": MAX_INDICATORS,
    }


async def _compared(request: PageRequest, indicator: Data, chosen: Sequence[Data]) -> Compared:
    slug = indicator["slug"]
    variables = {"slug": slug, "after": None}
    read = await request.runner.run_or_none("ranking", **variables)
    if read is None:
        unread: Data = {**indicator, "ranking": None}
        cells = [(one, None, "unreadable") for one in chosen]
        return Compared(unread, {"lang": [request.language.tag], **variables}, cells, None)
    data = read["indicator"]
    ranking, nodes = data["ranking"], [*data["ranking"]["nodes"]]
    wanted = {one["slug"] for one in chosen}
    pages = 1
    while not wanted <= _slugs(nodes) and ranking["pageInfo"]["hasNextPage"] and pages < _MAX_PAGES:
        more = await request.runner.run_or_none("ranking", slug=slug, after=ranking["pageInfo"]["endCursor"])
        if more is None:
            break
        ranking = more["indicator"]["ranking"]
        nodes += ranking["nodes"]
        pages += 1
    found = [_cell(one, nodes, ranking) for one in chosen]
    chart = _chart(found, data, request.language)
    return Compared(data, {"lang": [request.language.tag], **variables}, found, chart)


def _cell(district: Data, nodes: Sequence[Data], ranking: Data) -> tuple[Data, Data | None, str]:
    ranked = next((node for node in nodes if node["metric"]["district"]["slug"] == district["slug"]), None)
    if ranked is not None:
        return district, ranked, ""
    left = next((one for one in ranking["leftOut"] if one["district"]["slug"] == district["slug"]), None)
    if left is not None:
        return district, None, f"reason-{left['reason']}"
    is_all = not ranking["pageInfo"]["hasNextPage"] and ranking["leftOutCount"] <= len(ranking["leftOut"])
    return district, None, "reason-nothing" if is_all else "reason-beyond"


def _chart(cells: Sequence[tuple[Data, Data | None, str]], indicator: Data, language: Language) -> Markup | None:
    rows: list[Row] = []
    for district, ranked, reason in cells:
        rows += ranked_rows([ranked], language) if ranked else []
        if ranked is None:
            rows.append(Row(label=district["name"]["text"], figure=None, note=language.say(reason)))
    if not any(row.figure for row in rows):
        return None
    return draw_ranking(rows, f"compare-{indicator['slug']}", indicator["name"]["text"], language)


def _slugs(nodes: Sequence[Data]) -> set[str]:
    return {node["metric"]["district"]["slug"] for node in nodes if node}


def _names(text: str | None, parameter: str, most: int) -> list[str]:
    names = [name.strip() for name in text.split(",")] if text else []
    if not all(names) or len(names) != len(set(names)):
        raise HttpError(400, f'"{parameter}" has an empty or a repeated name; separate different slugs by commas')
    if len(names) > most:
        raise HttpError(400, f'"{parameter}" has {len(names)} names; at most {most} are compared on a page')
    return names


def _chosen(nodes: Sequence[Data], slugs: Sequence[str], kind: str) -> list[Data]:
    found = {node["slug"]: node for node in nodes if node}
    if missing := [slug for slug in slugs if slug not in found]:
        raise HttpError(404, f'there is no {kind} "{missing[0][:60]}"')
    return [found[slug] for slug in slugs]
