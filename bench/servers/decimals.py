"""Write a Decimal128 out without going through Decimal, which takes most of the time of a long list's figures."""

from struct import Struct
from typing import Final

from bson.decimal128 import Decimal128

_HALVES: Final = Struct("<QQ")
_BIAS: Final = 6176
# In the upper half: sign, 14 bits of exponent, and the upper bits of the digits, zero for figures of up to 19 digits.
_EXPONENT_AT: Final = 49


def written(figure: Decimal128) -> str:
    """The text of a figure, as `str` gives it."""
    digits, upper = _HALVES.unpack(figure.bid)
    scale = _BIAS - (upper >> _EXPONENT_AT)
    if upper & ((1 << _EXPONENT_AT) - 1) or not 0 <= scale <= 6:
        # Negative, huge, or in scientific notation.
        return str(figure)
    if not scale:
        return str(digits)
    text = str(digits).zfill(scale + 1)
    return f"{text[:-scale]}.{text[-scale:]}"
