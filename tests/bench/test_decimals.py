"""The floor's own way to write figures gives what the driver's gives."""

from decimal import Decimal

import pytest
from bson.decimal128 import Decimal128
from hypothesis import given
from hypothesis import strategies as st

from bench.servers.decimals import written


@pytest.mark.parametrize(
    "text",
    [
        *("0", "0.0", "0.00", "7", "90.95", "100", "1E+3", "0.000001", "1E-7", "-1.5", "-0"),
        *("18446744073709551615", "18446744073709551616", "1234567890123456789012345678901234"),
        *("NaN", "Infinity", "-Infinity", "9.99E-20"),
    ],
)
def test_a_figure_is_written_as_the_driver_writes_it(text: str) -> None:
    assert written(Decimal128(text)) == str(Decimal128(text)) == text


FIGURES = st.decimals(allow_nan=False, allow_infinity=False).filter(lambda one: len(one.as_tuple().digits) <= 34)


@given(FIGURES)
def test_any_figure_is_written_as_the_driver_writes_it(figure: Decimal) -> None:
    assert written(Decimal128(figure)) == str(Decimal128(figure))
