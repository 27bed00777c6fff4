"""What is said of all figures of a ranking: docs/guide/ask.md, "Indicators, rankings and standings"."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from tests.reference.data import Item
from tests.reference.errors import BadInput

FAR: Final = Fraction(10**40)
# A step that no two published figures are apart by.
_STEP: Final = Fraction(1, 10**30)
_UP, _DOWN = ("GT", "GTE"), ("LT", "LTE", "UP_TO")
_NO_SUMS: Final = ("percent", "percentage-point", "tier")


def adds_up(unit: Item) -> bool:
    """Whether figures of a unit have a sum."""
    return unit["code"] not in _NO_SUMS and unit["dimension"] != "RATE"


def have_sum(ranked: list[Item]) -> bool:
    """Whether some figures have a sum: a single one, or those for the same days, which are known."""
    if not all(adds_up(one["quantity"]["unit"]) for one in ranked):
        return False
    return len(ranked) < 2 or (None not in (days := _days(ranked)) and (not _are_latest(ranked) or len(days) == 1))


def _are_latest(ranked: list[Item]) -> bool:
    return all(
        one["indicator"]["periodType"] == "INSTANT" and one["status"] not in {"FORECAST", "TARGET"} for one in ranked
    )


def _days(ranked: list[Item]) -> set[str | None]:
    if _are_latest(ranked):
        return {(one.get("latest") or one).get("referenceDate") for one in ranked}
    return {(one["period"] or {}).get("edtf") for one in ranked}


def is_certain(observation: Item, ranked: list[Item]) -> bool:
    """Whether no other figure could stand elsewhere beside it."""
    if len(ranked) > 1 and not _are_latest(ranked) and None in _days(ranked):
        return False
    own = observation["quantity"]
    for other in ranked:
        if other is observation:
            continue
        one = other["quantity"]
        if amount(own) == amount(one):
            if (own["comparator"], one["comparator"]) != ("EQ", "EQ"):
                return False
        else:
            smaller, larger = sorted((own, one), key=amount)
            if between(smaller)[1] >= between(larger)[0]:
                return False
    return True


def total(ranked: list[Item]) -> Item | None:
    """The sum of the figures of a ranking."""
    figures = [one["quantity"] for one in ranked]
    if not figures:
        return None
    if not have_sum(ranked):
        raise BadInput("they don't add up")
    comparator = _comparator([figure["comparator"] for figure in figures])
    if comparator is None:
        return None
    low = sum(map(amount, figures), Fraction())
    most = sum((amount(one, "value" if one["maxValue"] is None else "maxValue") for one in figures), Fraction())
    digits = max(map(_digits, figures))
    return {
        "value": _decimal(low, digits),
        "multiplier": 0,
        "comparator": comparator,
        "maxValue": _decimal(most, digits) if comparator == "RANGE" else None,
        "unit": figures[0]["unit"],
        "normalized": float(low),
        "decimals": digits,
    }


def share(observation: Item, ranked: list[Item]) -> float | None:
    """The share of a figure in the sum, in percent."""
    if not have_sum(ranked):
        return None
    whole = total(ranked)
    if whole is None or whole["comparator"] not in {"EQ", "APPROX"} or whole["value"] <= 0:
        return None
    return float(100 * amount(observation["quantity"]) / amount(whole))


def amount(quantity: Any, key: str = "value") -> Fraction:
    """The exact value of a figure."""
    scale = Fraction(10 ** abs(quantity["multiplier"]))
    value = Fraction(quantity[key])
    return value * scale if quantity["multiplier"] >= 0 else value / scale


def _comparator(found: list[str]) -> str | None:
    kinds = {_kind(one) for one in found} - {""}
    if len(kinds) > 1:
        return None
    strict = any(one in {"GT", "LT"} for one in found)
    match kinds.pop() if kinds else "":
        case "up":
            return "GT" if strict else "GTE"
        case "down":
            return "LT" if strict else "LTE"
        case "about":
            return "APPROX"
        case "between":
            return "RANGE"
    return "EQ"


def _kind(comparator: str) -> str:
    if comparator in {"EQ", "RANGE"}:
        return "" if comparator == "EQ" else "between"
    return "up" if comparator in _UP else "down" if comparator in _DOWN else "about"


def between(quantity: Item) -> tuple[Fraction, Fraction]:
    """Between what a figure is."""
    value = amount(quantity)
    match quantity["comparator"]:
        case "EQ":
            return value, value
        case "GT":
            return value + _STEP, FAR
        case "GTE":
            return value, FAR
        case "LT":
            return -FAR, value - _STEP
        case "LTE" | "UP_TO":
            return -FAR, value
        case "RANGE":
            return value, amount(quantity, "maxValue")
    half = Fraction(10) ** _last_digit(value) / 2
    return value - half, value if quantity["comparator"] == "NEAR" else value + half


def _last_digit(value: Fraction) -> int:
    """The power of ten of the last digit that is no zero; of zero, 0."""
    power = 0
    while value % 1:
        value, power = value * 10, power - 1
    while value and value % 10 == 0:
        value, power = value / 10, power + 1
    return power


def _digits(quantity: Item) -> int:
    """How many digits after the decimal point the whole number is written with."""
    _, _, digits = format(quantity["value"].scaleb(quantity["multiplier"]), "f").partition(".")
    return len(digits)


def _decimal(value: Fraction, digits: int) -> Decimal:
    return Decimal(int(value * 10**digits)).scaleb(-digits)
