"""Turn data of the API into what charts show.

Pure: no I/O. Values are exact decimals; their wording is the API's.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Context, Decimal
from typing import Any, Final

from api.pages.charts.figures import Figure, Moment, Row
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


def moments(observations: Sequence[Data], unit: str, language: Language) -> list[Moment]:
    """The figures of a series that have a last day and a unit, oldest first."""
    shown = [
        Moment(
            label=_short(period["formatted"], period["start"], period["end"]),
            start=date.fromisoformat(period["start"] or period["end"]),
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
