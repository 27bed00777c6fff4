"""The pages of a metric with its series, and of one of its figures with its citation."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from api.pages.addresses import AS_OF, path_of, web_address, with_parameters
from api.pages.figures.citing import CitedFigure, Publication, bibtex, csl_json, plain
from api.pages.figures.drawings import draw_series
from api.pages.figures.plotting import Data, figure_value, series_moments
from api.pages.languages import Language
from api.pages.page import PageContent, PageRequest


async def read_metric(request: PageRequest) -> PageContent:
    """Read a metric with all its figures. Raises HttpError (404) if there is none of that name."""
    data, metric = await metric_data(request)
    latest = metric["latest"] and _find(metric["observations"], metric["latest"]["id"])
    return {**data, "metric": metric, "latest": latest, **_series(metric, request.language)}


async def read_observation(request: PageRequest) -> PageContent:
    """Read one figure, and its series. Raises HttpError (404) if there is none of that name."""
    data, metric = await metric_data(request)
    wanted = "Observation:{district}/{metric}/{slug}".format_map(request.values)
    observation = _find(metric["observations"], wanted)
    if observation is None:
        raise request.runner.missing("there is no figure at this address")
    cited = _cited(data, metric, observation, request)
    return {
        **data,
        "metric": metric,
        "observation": observation,
        "is_latest": metric["latest"] is not None and metric["latest"]["id"] == wanted,
        "linked": _linked(data, metric, observation, cited),
        "citations": {
            "plain": plain(cited, request.language),
            "bibtex": bibtex(cited, request.language),
            "csl": csl_json(cited, request.language),
        },
        **_series(metric, request.language),
    }


async def metric_data(request: PageRequest) -> tuple[dict[str, Any], Data]:
    """Read a metric, now or as of a revision. Raises HttpError (404) if there is none of that name."""
    is_past = request.as_of is not None
    data = await request.runner.run_for_district(
        "metric",
        district=request.values["district"],
        metric=request.values["metric"],
        asOf={"revision": request.as_of} if is_past else None,
        isPast=is_past,
    )
    metrics = data["district"]["metrics"] if data["district"] else None
    if not metrics:
        raise request.runner.missing("there is no measure at this address")
    metric = {"initiative": None, "standing": None, "growth": None, **metrics[0]}
    return data, {**metric, "observations": [one for one in metric["observations"] if one]}


def _series(metric: Data, language: Language) -> dict[str, Any]:
    shown = series_moments(metric, language)
    chart: Markup | None = None
    if len(shown) > 1:
        chart = draw_series(shown, "series-chart", metric["name"]["text"], language)
    return {"chart": chart, "undrawn": len(metric["observations"]) - len(shown)}


def _find(observations: Sequence[Data], node_id: str) -> Data | None:
    return next((one for one in observations if one["id"] == node_id), None)


def _cited(data: Data, metric: Data, observation: Data, request: PageRequest) -> CitedFigure:
    language, revision = request.language, data["dataset"]["revision"]
    path = f"/{language.tag}/{path_of(observation['id'])}"
    period = observation["period"]["formatted"] if observation["period"] else language.say("no-date")
    return CitedFigure(
        key=f"yunshan-{'-'.join(request.values.values())}-r{revision}",
        statement=language.say(
            "cite-statement",
            metric=metric["name"]["text"],
            district=data["district"]["name"]["text"],
            figure=figure_in_words(observation, language),
            period=period,
        ),
        publications=[_publication(citation) for citation in observation["citations"] or ()],
        revision=revision,
        loaded=data["dataset"]["loadedAt"],
        address=request.base + with_parameters(path, {AS_OF: revision}),
    )


def _linked(data: Data, metric: Data, observation: Data, cited: CitedFigure) -> dict[str, Any]:
    """The figure as an Observation of schema.org."""
    quantity, period = observation["quantity"], observation["period"]
    is_exact = quantity is not None and quantity["comparator"] == "EQ"
    return {
        "@context": "https://schema.org",
        "@type": "Observation",
        "@id": cited.address,
        "name": cited.statement,
        "variableMeasured": metric["name"]["text"],
        "observationAbout": {"@type": "Place", "name": data["district"]["name"]["text"]},
        # A bound is no value: it stands in the name alone.
        **(
            {"value": float(figure_value(quantity)), "unitText": quantity["unit"]["name"]["text"]} if is_exact else {}
        ),
        **({"observationDate": period["end"]} if period and period["end"] else {}),
        "citation": [one.url or one.title for one in cited.publications],
    }


def figure_in_words(observation: Data, language: Language) -> str:
    """A figure with its status, or the changes and places that are published in its stead."""
    stated = [one["formatted"] for one in (*(observation["changes"] or ()), *(observation["ranks"] or ()))]
    text = observation["quantity"]["formatted"] if observation["quantity"] else language.join(stated)
    if observation["status"] == "NORMAL":
        return str(text)
    return language.say("figure-with-status", figure=text, status=language.say(f"status-{observation['status']}"))


def _publication(citation: Data) -> Publication:
    source = citation["source"]
    return Publication(
        producer=source["publisher"] and source["publisher"]["text"],
        title=source["title"]["text"],
        locator=citation["locator"],
        published=source["published"],
        url=web_address(source["url"]),
    )
