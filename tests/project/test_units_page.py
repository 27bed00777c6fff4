"""The page of units lists those of the registry, as clients get them."""

import re
from typing import Final

from loaders.values.units import UNITS, unit_of
from schema.types.units import Dimension
from tests.reference.units import UNITS as EXPECTED
from tests.support.servers import ROOT

PAGE: Final = (ROOT / "docs/reference/units.md").read_text(encoding="utf-8")
ROW: Final = re.compile(r"^\| `([^`]+)` \| ([a-z]+) \| `([^`]+)` \| ([^|]+) \| ([^|]+) \| (yes|no) \|$", re.MULTILINE)


def test_the_page_lists_every_unit_with_its_names() -> None:
    rows = ROW.findall(PAGE)
    assert [code for code, *_ in rows] == [*UNITS]
    for code, dimension, public, english, chinese, adds_up in rows:
        unit = EXPECTED[code]
        assert (dimension.upper(), public) == (unit["dimension"], unit["ucum"] or unit["currency"])
        assert (english, chinese) == (unit["name"]["en"], unit["name"]["zhHans"])
        assert (adds_up == "yes") == UNITS[code].adds_up


def test_every_dimension_is_one_that_the_schema_names() -> None:
    plain = {one.name for one in Dimension} - {"RATE"}
    assert {unit.dimension.upper() for unit in UNITS.values()} == plain
    assert unit_of("cny-per-person").dimension == "rate"


def test_a_sum_has_a_meaning_for_counts_money_and_quantities_but_not_for_ratios_and_readings() -> None:
    adding = {"count", "currency", "length", "area", "volume", "mass", "power", "energy", "data"}
    assert {unit.dimension for unit in UNITS.values() if unit.adds_up} == adding
    assert {unit.dimension for unit in UNITS.values() if not unit.adds_up} == {
        *("ratio", "reading", "time", "temperature", "speed"),
    }
