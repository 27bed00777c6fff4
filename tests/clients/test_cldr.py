"""Large numbers, currencies and measures are written as ICU writes them, by the same data of CLDR."""

import json
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from loaders.values.unit_names import currency_name
from loaders.values.units import UNITS
from schema.base.cldr import measure_patterns
from schema.base.formatting import format_quantity
from tests.clients.conftest import REQUIRED_BY
from tests.support import programs

pytestmark = pytest.mark.slow

# From the first scale that English uses; Chinese has one at ten thousand too.
NUMBERS: Final = ("1234567", "50000000", "152600000", "9095000000", "15258000000", "2000000000000", "3100000000000")
CURRENCIES: Final = [unit.currency for unit in UNITS.values() if unit.currency]
# Those that ECMA-402 has.
MEASURES: Final = {
    **{f"{name}metre": f"{name}meter" for name in ("", "kilo")},
    **{name: name for name in ("hectare", "kilogram", "minute", "hour", "day", "week", "month", "year")},
    **{f"{name}byte": f"{name}byte" for name in ("mega", "giga", "tera", "peta")},
    "degree-celsius": "celsius",
    "kilometre-per-hour": "kilometer-per-hour",
}
LOCALES: Final = {"en": "en-001", "zh-Hans": "zh-Hans"}


@pytest.fixture(scope="module")
def icu() -> Any:
    """What ICU writes, by locale."""
    node = programs.node(18, otherwise="No Node 18 to write by ICU; install Node", required_by=REQUIRED_BY)
    asked = {"numbers": [*map(int, NUMBERS)], "currencies": CURRENCIES, "units": [*MEASURES.values()]}
    script = Path(__file__).parent / "cldr.js"
    done = subprocess.run([node, str(script), json.dumps(asked)], capture_output=True, check=True, timeout=120)
    return json.loads(done.stdout)


def compact(number: str, tag: str) -> str:
    figure: Any = {"value": Decimal(number), "multiplier": 0, "comparator": "EQ", "max_value": None, "unit": "person"}
    return format_quantity(figure, tag, "COMPACT").removesuffix(" people").removesuffix("人")


@pytest.mark.parametrize("tag", LOCALES)
def test_large_numbers_have_the_scales_of_cldr(icu: Any, tag: str) -> None:
    # We group digits before a scale (5,000万), which ICU doesn't.
    written = [compact(number, tag).replace(",", "") for number in NUMBERS]
    assert written == icu[LOCALES[tag]]["compact"]


@pytest.mark.parametrize("tag", LOCALES)
def test_currencies_have_the_names_of_cldr(icu: Any, tag: str) -> None:
    # Versions of CLDR differ in capitals: Turkish Lira, Turkish lira.
    names = [name.lower() for name in icu[LOCALES[tag]]["currencies"]]
    assert [currency_name(str(code), tag).lower() for code in CURRENCIES] == names


@pytest.mark.parametrize("tag", LOCALES)
def test_measures_are_written_as_cldr_has_them(icu: Any, tag: str) -> None:
    patterns = [measure_patterns(UNITS[code], tag) for code in MEASURES]
    assert [[one.format(1), several.format(5)] for one, several in patterns] == icu[LOCALES[tag]]["units"]
