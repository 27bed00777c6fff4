"""The charts of a district's page: its shares, its figures over time, its places among others. Pure: no I/O."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from api.pages.charts.figures import Row
from api.pages.districts.view import DistrictView, Figure
from api.pages.figures.drawings import draw_ranking, draw_series, draw_strip
from api.pages.figures.plotting import figure_of, ranked_rows, series_moments
from api.pages.languages import Language

Data = Mapping[str, Any]
# A line of one point says no more than its table.
_MIN_POINTS: Final = 2


class Series(NamedTuple):
    """A measure with several figures. chart: None if too few of them can share an axis."""

    figure: Figure
    observations: Sequence[Data]
    chart: Markup | None


def shares_chart(view: DistrictView, language: Language) -> Markup | None:
    """Draw the shares as bars: hatched beyond a bound, with a whisker where they are about."""
    rows = [
        Row(
            label=share.metric["name"]["text"],
            figure=figure_of(share.latest["quantity"], share.latest["status"], language),
        )
        for share in view.shares
        if share.latest
    ]
    return draw_ranking(rows, "chart-shares", language.say("h-shares"), language) if rows else None


def series(view: DistrictView, language: Language) -> Sequence[Series]:
    """The measures that have several figures, each with its line."""
    return [
        Series(figure, figure.metric["observations"], _line(figure, language))
        for figure in view.figures
        if figure.metric["observationCount"] > 1
    ]


def _line(figure: Figure, language: Language) -> Markup | None:
    metric = figure.metric
    points = series_moments(metric, language)
    if len(points) < _MIN_POINTS:
        return None
    return draw_series(points, f"chart-{metric['slug']}", metric["name"]["text"], language)


def strip(indicator: Data, own: str, language: Language) -> Markup | None:
    """Draw the districts of a ranking on one line, with the own one named. None if there is no other to compare."""
    rows = ranked_rows(indicator["ranking"]["nodes"], language, own)
    if len(rows) < _MIN_POINTS or not any(row.is_own for row in rows):
        return None
    return draw_strip(rows, f"chart-others-{indicator['slug']}", indicator["name"]["text"], language)
