"""How figures grew: docs/guide/ask.md, "How figures grew"."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from tests.reference.data import Item
from tests.reference.errors import BadInput
from tests.reference.periods import Days, days_of
from tests.reference.places import without_parts
from tests.reference.ranked import FAR, amount, between
from tests.reference.units import is_unit, unit_of

_RESULTS: Final = ("ESTIMATED", "PROVISIONAL", "NORMAL")
_ABOVE, _BELOW = ("GT", "GTE"), ("LT", "LTE", "UP_TO")


def growth(metric: Item, earlier: str | None, later: str | None) -> Item | None:
    """The growth of a metric; None where a period has no figure."""
    _check(earlier, later)
    own = _results(metric)
    new = _of(own, days_of(later)) if later else metric["latest"]
    if new is None:
        return None
    old = _of(own, days_of(earlier) if earlier else _year_before(_days(new)))
    if old is None or str(old["referenceDate"]) >= str(new["referenceDate"]):
        return None
    return _grown(old, new, own)


def growth_ranking(indicator: Item, arguments: Mapping[str, Any], kinds: list[str] | None) -> Item:
    """The whole ranking, best first, and who is left out."""
    _check(arguments["from"], arguments["to"])
    unit = arguments.get("unit")
    if unit is not None and not is_unit(unit):
        raise BadInput("no unit")
    places = {metric["district"]["slug"]: metric["district"] for metric in indicator["metrics"]}
    candidates: list[Item] = []
    others = {slug for slug, place in places.items() if kinds is not None and place["kind"] not in kinds}
    for metric in indicator["metrics"]:
        if metric["district"]["slug"] in others:
            continue
        own = _results(metric)
        old, new = (_of(own, days_of(arguments[key])) for key in ("from", "to"))
        if old and new:
            item = {"district": metric["district"], "metric": metric, "growth": _grown(old, new, own)}
            candidates.append(item)
    candidates.sort(key=_firmness)
    reasons = {item["district"]["slug"]: item["growth"]["reason"] for item in candidates}
    grew = [item for item in candidates if not item["growth"]["reason"]]
    ranked = [*{(_unit(item), item["district"]["slug"]): item for item in grew}.values()]
    stand = without_parts([(_unit(item), item["district"], item) for item in ranked])
    counts = Counter(unit for unit, _, _ in stand)
    if unit is None:
        unit = min(counts, key=lambda code: (-counts[code], code), default=None)
    reasons |= {item["district"]["slug"]: "OTHER_UNIT" for item in ranked if _unit(item) != unit}
    items_of_unit = [item for code, _, item in stand if code == unit]
    here = {item["district"]["slug"] for item in items_of_unit}
    for item in ranked:
        if _unit(item) == unit and item["district"]["slug"] not in here:
            reasons[item["district"]["slug"]] = "PART_OF_RANKED"
    reasons |= dict.fromkeys(others, "OTHER_KIND")
    sign = -1 if arguments["best"] == "DESC" else 1
    items = sorted(
        items_of_unit,
        key=lambda item: (sign * item["growth"]["quantity"]["normalized"], item["district"]["slug"]),
    )
    values = [item["growth"]["quantity"]["normalized"] for item in items]
    return {
        "unit": unit_of(unit) if unit else None,
        "items": [
            {
                **item,
                "id": item["district"]["slug"],
                "position": values.index(value) + 1,
                "certain": _is_certain(item, items),
            }
            for item, value in zip(items, values, strict=True)
        ],
        "leftOut": [
            {"district": places[slug], "reason": reasons.get(slug) or "NO_FIGURE"}
            for slug in sorted(places)
            if slug not in here
        ],
    }


def _is_certain(item: Item, items: list[Item]) -> bool:
    """Whether no other growth could stand elsewhere beside it."""
    own = item["growth"]["quantity"]
    for other in items:
        one = other["growth"]["quantity"]
        if other is item:
            continue
        if own["value"] == one["value"]:
            if (own["comparator"], one["comparator"]) != ("EQ", "EQ"):
                return False
        else:
            smaller, larger = sorted((item, other), key=lambda each: each["growth"]["quantity"]["value"])
            if _ends(smaller)[1] >= _ends(larger)[0]:
                return False
    return True


def _ends(item: Item) -> tuple[Fraction, Fraction]:
    """Between what a growth is."""
    growth = item["growth"]
    if growth["quantity"]["comparator"] != "APPROX":
        return between(growth["quantity"])
    old, new = between(growth["from"]["quantity"]), between(growth["to"]["quantity"])
    if growth["from"]["quantity"]["unit"]["code"] == "percent":
        return new[0] - old[1], new[1] - old[0]
    if old[0] <= 0:
        return -FAR, FAR
    found = [Fraction(round(10_000 * (one - base) / base), 100) for base in old for one in new]
    return min(found), max(found)


def _check(earlier: str | None, later: str | None) -> None:
    spans = [days_of(text) if text is not None else None for text in (earlier, later)]
    if spans[0] and spans[1] and (_length(spans[0]) is None or _length(spans[0]) != _length(spans[1])):
        raise BadInput("not equally long")
    if spans[0] and spans[1] and str(spans[0].end) >= str(spans[1].end):
        raise BadInput("in the wrong order")


def _firmness(item: Item) -> tuple[bool, int, str]:
    new = item["growth"]["to"]
    return not item["growth"]["reason"], _RESULTS.index(new["status"]), new["id"]


def _unit(item: Item) -> str:
    return str(item["growth"]["to"]["quantity"]["unit"]["code"])


def _results(metric: Item) -> list[Item]:
    return [one for one in metric["observations"] if one["status"] in _RESULTS]


def _of(observations: Iterable[Item], days: Days | None) -> Item | None:
    return next((one for one in observations if days and _days(one) == days), None)


def _days(observation: Mapping[str, Any]) -> Days | None:
    period = observation["period"]
    return days_of(period["edtf"]) if period and period.get("edtf") else None


def _grown(old: Item, new: Item, own: Iterable[Item]) -> Item:
    reason = _reason(old, new, own)
    return {
        "from": old,
        "to": new,
        "reason": reason,
        "quantity": None if reason else _quantity(old["quantity"], new["quantity"]),
        "published": next((one for one in new["changes"] if _says(one, old, new)), None),
    }


def _says(change: Item, old: Item, new: Item) -> bool:
    reference = _days({"period": change["reference"]})
    if reference is None:
        return change["basis"] == "YEAR_ON_YEAR" and _days(old) == _year_before(_days(new))
    return reference == _days(old)


def _reason(old: Item, new: Item, own: Iterable[Item]) -> str | None:
    if not (old["quantity"] and new["quantity"]):
        return "NO_FIGURE"
    lengths = [days and _length(days) for days in (_days(old), _days(new))]
    if not lengths[0] or lengths[0] != lengths[1]:
        return "OTHER_LENGTH"
    if old["quantity"]["unit"] != new["quantity"]["unit"]:
        return "OTHER_UNIT"
    for one in own:
        if one["breaks"] and old["referenceDate"] < (one["referenceDate"] or "") <= new["referenceDate"]:
            return "BREAK"
    if _comparator(old, new) is None:
        return "BOUNDS"
    is_share = old["quantity"]["unit"]["code"] == "percent"
    return "FROM_ZERO" if not is_share and amount(old["quantity"]) <= 0 else None


def _comparator(old: Item, new: Item) -> str | None:
    pair = old["quantity"]["comparator"], new["quantity"]["comparator"]
    if pair == ("EQ", "EQ"):
        return "EQ"
    if set(pair) <= {"EQ", "APPROX", "NEAR"}:
        return "APPROX"
    strict = "T" if {"GT", "LT"} & set(pair) else "TE"
    if pair[0] in (*_BELOW, "EQ") and pair[1] in (*_ABOVE, "EQ"):
        return f"G{strict}"
    if pair[0] in (*_ABOVE, "EQ") and pair[1] in (*_BELOW, "EQ"):
        return f"L{strict}"
    return None


def _quantity(old: Item, new: Item) -> Item:
    before, after = amount(old), amount(new)
    is_share = old["unit"]["code"] == "percent"
    # Fractions round half to even.
    exact = after - before if is_share else Fraction(round(10_000 * (after - before) / before), 100)
    digits = 0
    while exact * 10**digits % 1:
        digits += 1
    value = Decimal(int(exact * 10**digits)).scaleb(-digits)
    return {
        "value": value,
        "multiplier": 0,
        "comparator": _comparator({"quantity": old}, {"quantity": new}),
        "maxValue": None,
        "unit": unit_of("percentage-point" if is_share else "percent"),
        "normalized": float(exact),
        "decimals": digits,
    }


def _length(days: Days) -> tuple[int, int] | None:
    """Whole months, or else days."""
    if not (days.start and days.end):
        return None
    first, after = date.fromisoformat(days.start), date.fromisoformat(days.end) + timedelta(days=1)
    if first.day == after.day == 1:
        return 12 * (after.year - first.year) + after.month - first.month, 0
    return 0, (after - first).days


def _year_before(days: Days | None) -> Days | None:
    if days is None or not (days.start and days.end):
        return None
    start, end = _earlier(days.start, is_end=False), _earlier(days.end, is_end=days.start != days.end)
    return Days(start, end)


def _earlier(day: str, *, is_end: bool) -> str:
    year, month, number = map(int, day.split("-"))
    last = monthrange(year - 1, month)[1]
    is_last = is_end and number == monthrange(year, month)[1]
    return date(year - 1, month, last if is_last else min(number, last)).isoformat()
