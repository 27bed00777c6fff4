"""Turn data of the API into what charts show.

Pure: no I/O. Values are exact decimals; their wording is the API's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Context, Decimal
from typing import Any, Final

from api.pages.charts.figures import Figure, Moment, Row
from api.pages.charts.lines import length_of
from api.pages.languages import Language

Data = Mapping[str, Any]

# Enough for every decimal128 value at every multiplier.
_EXACT: Final = Context(prec=80)
PERCENT: Final = "percent"


def figure_of(quantity: Data, status: str, language: Language) -> Figure:
    """A figure with its value as it is; its status is said unless it is a plain result."""
    text = quantity["formatted"]
    if status != "NORMAL":
        text = language.say("figure-with-status", figure=text, status=language.say(f"status-{status}"))
    return Figure(
        value=figure_value(quantity),
        maximum=_scaled(quantity["maxValue"], quantity) if quantity["maxValue"] is not None else None,
        text=text,
        unit=quantity["unit"]["code"],
        comparator=quantity["comparator"],
        status=status,  # type: ignore[arg-type] # the API's and the charts' are the same
    )


def ranked_rows(nodes: Sequence[Data], language: Language, own: str | None = None) -> list[Row]:
    """The rows of a ranking in its order. own: the slug of the district that the chart is about."""
    return [
        Row(
            label=node["metric"]["district"]["name"]["text"],
            figure=figure_of(node["observation"]["quantity"], node["observation"]["status"], language),
            is_own=node["metric"]["district"]["slug"] == own,
        )
        for node in nodes
        if node and node["observation"]["quantity"]
    ]


def series_moments(metric: Data, language: Language) -> list[Moment]:
    """The figures of a series that share an axis: one unit, and periods that are as long; oldest first.

    The unit is the newest figure's, the length that of most results. Figures without a last day have no place.
    """
    unit = series_unit(metric)
    is_instant = metric["indicator"]["periodType"] == "INSTANT"
    shown = _moments(metric["observations"], unit, language, is_instant=is_instant) if unit else []
    lengths = Counter(length_of(moment) for moment in shown[::-1] if moment.figure and not _is_target(moment.figure))
    if not lengths:
        return shown
    usual = lengths.most_common(1)[0][0]
    return [moment for moment in shown if length_of(moment) == usual or (moment.figure and _is_target(moment.figure))]


def series_unit(metric: Data) -> str | None:
    """The unit that a series is drawn in: that of the newest figure that has a number."""
    return next((one["quantity"]["unit"]["code"] for one in metric["observations"] if one["quantity"]), None)


def _is_target(figure: Figure) -> bool:
    return figure.status == "TARGET"


def _moments(observations: Sequence[Data], unit: str, language: Language, *, is_instant: bool) -> list[Moment]:
    shown = [
        Moment(
            label=_short(period["formatted"], period["start"], period["end"]),
            start=date.fromisoformat(period["end"] if is_instant else period["start"] or period["end"]),
            end=date.fromisoformat(period["end"]),
            figure=figure_of(quantity, observation["status"], language),
            breaks=observation["breaks"] is not None,
        )
        for observation in observations
        if (quantity := observation["quantity"])
        and quantity["unit"]["code"] == unit
        and (period := observation["period"])
        and period["end"]
    ]
    return sorted(shown, key=lambda moment: (moment.end, moment.start))


def _short(formatted: str, start: str | None, end: str) -> str:
    """A whole year in digits, which all languages read; any other period in words."""
    return end[:4] if start == f"{end[:4]}-01-01" and end.endswith("-12-31") else formatted


def figure_value(quantity: Data) -> Decimal:
    """The exact value of a quantity, its multiplier applied."""
    return _scaled(quantity["value"], quantity)


def _scaled(value: str, quantity: Data) -> Decimal:
    return Decimal(value).scaleb(quantity["multiplier"], _EXACT)
