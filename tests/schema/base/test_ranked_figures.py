"""By hand: which positions bounds leave open, and what figures add up to."""

from decimal import Decimal
from typing import Any

import pytest

from schema.base.formatting import format_quantity
from schema.base.growth import growth_between
from schema.base.ranked_figures import Figure, GrowthFigure, certain, shares_of, sum_of


def figure(name: str, comparator: str, value: str, multiplier: int = 0, most: str | None = None) -> Figure:
    quantity: Any = {
        "value": Decimal(value),
        "multiplier": multiplier,
        "comparator": comparator,
        "max_value": most and Decimal(most),
        "unit": "enterprise",
    }
    return Figure(name, quantity)


def figures(text: str) -> list[Figure]:
    """Such as a=5 b>7 c~20 d=3..6: each with a name, a comparator and a number."""
    signs = {"=": "EQ", ">": "GT", "≥": "GTE", "<": "LT", "≤": "LTE", "^": "UP_TO", "~": "APPROX", "-": "NEAR"}
    found = []
    for one in text.split():
        low, _, high = one[2:].partition("..")
        found.append(figure(one[0], "RANGE" if high else signs[one[1]], low, most=high or None))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=5 b=4 c=4 d=1", "abcd"),
        # What is over a number may be over every larger one; whoever is smaller stays where it is.
        ("a=5 b>4 c=3", "c"),
        ("a>5 b=4 c=3", "abc"),
        ("a=5 b<4 c=3", "a"),
        ("a=5 b=4 c<3", "abc"),
        # Over 5 is not 5; at least 5 may be.
        ("a=5 b>5", ""),
        ("a≥5 b=5", ""),
        ("a>5 b≤5", ""),
        # Equal numbers of which one is a bound: which is first is known, but not that they share the place.
        ("a=6 b<6 c=5", ""),
        ("a=5 b^4 c=1", "a"),
        # About 20: 15 to 25. About 21: 20.5 to 21.5. Nearly 20: 15 to 20.
        ("a=26 b~20 c=14", "abc"),
        ("a=24 b~20 c=14", "c"),
        ("a=25 b~20", ""),
        ("a=22 b~21 c=20", "abc"),
        ("a=21 b-20 c=16", "a"),
        ("a=21 b=3..6 c=5 d=2", "ad"),
        ("a=21 b=3..6 c=7 d=2", "abcd"),
        ("a>5", "a"),
        ("", ""),
    ],
)
def test_a_position_is_certain_that_no_bound_could_change(text: str, expected: str) -> None:
    assert "".join(sorted(certain(figures(text)))) == expected


@pytest.mark.parametrize(
    ("pairs", "unit", "expected"),
    [
        # From 100 to over 150 is over 50 %, from over 100 to 150 under 50 %: either may be any other's place.
        ("a=100,150 b=100,140", "enterprise", "ab"),
        ("a=100,>150 b=100,140", "enterprise", "ab"),
        ("a=100,>150 b>100,150 c=100,105", "enterprise", ""),
        ("a=100,160 b=100,>150 c=100,105", "enterprise", "c"),
        # About 1,200 may be 1,150, so from 1,000 it grew by 15 % to 25 %, though it reads “about 20 %”.
        ("a=1000,~1200 b=1000,1260", "enterprise", "ab"),
        ("a=1000,~1200 b=1000,1240", "enterprise", ""),
        ("a~1000,1200 b=1000,1130", "enterprise", ""),
        ("a~1000,1200 b=1000,700", "enterprise", "ab"),
        ("a=1000,~1234 b=1000,1240", "enterprise", "ab"),
        ("a=10,~20 b=10,26", "percent", "ab"),
        ("a=10,~20 b=10,24", "percent", ""),
    ],
)
def test_a_position_by_growth_is_certain_that_no_bound_could_change(pairs: str, unit: str, expected: str) -> None:
    found = []
    for one in pairs.split():
        earlier, later = (
            figures(f"a{text if text[0] in '>~=' else '=' + text}")[0].quantity | {"unit": unit}
            for text in one[1:].split(",")
        )
        grew, _ = growth_between(seen(2023, earlier), seen(2024, later), ())
        assert grew is not None
        found.append(GrowthFigure(one[0], grew, earlier, later))
    assert "".join(sorted(certain(found))) == expected


def seen(year: int, quantity: Any) -> Any:
    period = {"start": f"{year}-01-01", "end": f"{year}-12-31", "start_is_open": False, "end_is_open": False}
    return {"quantity": quantity, "period": period, "breaks": None, "reference_date": f"{year}-12-31"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=5 b=4.25", "9.25 enterprises"),
        ("a=5 b>4 c≥1", "over 10 enterprises"),
        ("a=5 b≥1", "at least 6 enterprises"),
        ("a=5 b<4 c^1", "under 10 enterprises"),
        ("a~20 b=1 c-2", "about 23 enterprises"),
        ("a=3..6 b=4", "7–10 enterprises"),
        ("a>5 b<4", None),
        ("a>5 b~4", None),
        ("", None),
    ],
)
def test_figures_add_up_with_the_comparator_that_follows(text: str, expected: str | None) -> None:
    total = sum_of(figures(text))
    assert (total and format_quantity(total, "en", "PLAIN")) == expected


def test_a_sum_is_exact_at_every_scale() -> None:
    total = sum_of([figure("a", "EQ", "90.95", 8), figure("b", "EQ", "0.1"), figure("c", "EQ", "0.2")])
    assert total is not None
    assert (total["value"], total["decimals"]) == (Decimal("9095000000.3"), 1)


def test_shares_are_of_an_exact_or_approximate_sum() -> None:
    listed = figures("a=30 b=10")
    assert shares_of(listed, sum_of(listed)) == {"a": 75.0, "b": 25.0}
    bounded = figures("a=30 b>10")
    assert shares_of(bounded, sum_of(bounded)) == {}
    assert shares_of(figures("a=0"), sum_of(figures("a=0"))) == {}
