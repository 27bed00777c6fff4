"""Charts at addresses of their own, for other sites: `charts/indicators/gdp.svg`."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from markupsafe import Markup

from api.pages.addresses import path_of
from api.pages.charts.frame import STYLES
from api.pages.figures.drawings import Alone, draw_notice, draw_ranking, draw_series, draw_strip, sources_of
from api.pages.figures.metrics import metric_data
from api.pages.figures.plotting import Data, ranked_rows, series_moments
from api.pages.languages import Language
from api.pages.page import PageContent, PageRequest

# What a browser lets the chart do when it is opened by itself.
SVG_POLICY: Final = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLES.encode()).digest()).decode()}'"
_ID: Final = "chart"
_SOURCES: Final = 4


async def read_ranking_chart(request: PageRequest) -> PageContent:
    """Draw an indicator's ranking. Raises HttpError (404) if there is none."""
    data, nodes = await _ranking(request, request.values["slug"])
    indicator = data["indicator"]
    rows = ranked_rows(nodes, request.language)
    alone = _alone(request, data, nodes, indicator)
    return {"svg": draw_ranking(rows, _ID, indicator["name"]["text"], request.language, alone)}


async def read_against_chart(request: PageRequest) -> PageContent:
    """Draw a district against the others of an indicator. Raises HttpError (404) if it isn't ranked."""
    data, nodes = await _ranking(request, request.values["indicator"])
    own, indicator = request.values["slug"], data["indicator"]
    rows = ranked_rows(nodes, request.language, own)
    if not any(row.is_own for row in rows):
        raise request.runner.missing("the district is not in the ranking of this indicator")
    alone = _alone(request, data, nodes, indicator)
    return {"svg": draw_strip(rows, _ID, indicator["name"]["text"], request.language, alone)}


async def read_series_chart(request: PageRequest) -> PageContent:
    """Draw the figures of a metric over time. Raises HttpError (404) if none has a number and a date."""
    data, metric = await metric_data(request)
    shown = series_moments(metric, request.language)
    if not shown:
        raise request.runner.missing("this measure has no figures with a date to draw")
    title = request.language.say(
        "chart-series", metric=metric["name"]["text"], district=data["district"]["name"]["text"]
    )
    quantity = next(one["quantity"] for one in metric["observations"] if one["quantity"])
    footer = _footer(request, data, metric["observations"], metric["id"])
    alone = Alone(subtitle=quantity["unit"]["name"]["text"], footer=footer)
    return {"svg": draw_series(shown, _ID, title, request.language, alone)}


async def _ranking(request: PageRequest, slug: str) -> tuple[Data, list[Data]]:
    data = await request.runner.run_readable("ranking", slug=slug, after=None)
    nodes = [node for node in data["indicator"]["ranking"]["nodes"] if node] if data["indicator"] else []
    if not nodes:
        raise request.runner.missing("there is no ranking at this address")
    return data, nodes


def _alone(request: PageRequest, data: Data, nodes: Sequence[Data], indicator: Data) -> Alone:
    language, ranking = request.language, indicator["ranking"]
    period = nodes[0]["observation"]["period"]
    undated = "each-newest" if indicator["periodType"] == "INSTANT" else "no-date"
    when = period["formatted"] if ranking["period"] and period else language.say(undated)
    parts = [ranking["unit"]["name"]["text"] if ranking["unit"] else "", when]
    if ranking["totalCount"] > len(nodes):
        parts.append(language.say("first-of", shown=len(nodes), count=ranking["totalCount"]))
    if ranking["leftOutCount"]:
        parts.append(language.say("n-left-out", count=ranking["leftOutCount"]))
    footer = _footer(request, data, [node["observation"] for node in nodes], indicator["id"])
    return Alone(subtitle=language.join(parts), footer=footer)


def _footer(request: PageRequest, data: Data, observations: Sequence[Data], node_id: str) -> list[str]:
    language, dataset = request.language, data["dataset"]
    sources = sources_of([citation for one in observations for citation in one["citations"] or ()])
    named = language.join(sources[:_SOURCES])
    if len(sources) > _SOURCES:
        named = f"{named} {language.say('and-more', count=len(sources) - _SOURCES)}"
    day = language.day(dataset["loadedAt"])
    damaged = request.runner.error_count
    return [
        *([language.say("damaged", count=damaged)] if damaged else ()),
        language.say("chart-source", sources=named),
        language.say("chart-revision", site=language.say("site"), revision=str(dataset["revision"]), day=day),
        f"{request.base}/{language.tag}/{path_of(node_id)}",
    ]


def svg_of(content: PageContent, language: Language) -> bytes:
    """The file of a chart; without content, one that says that it can't be read."""
    svg: Markup = content["svg"] if content else draw_notice(_ID, language)
    return svg.encode("utf-8")
