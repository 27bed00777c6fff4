"""Read the numbers that MongoDB keeps exactly: Decimal128, in IEEE 754's binary integer encoding."""

from struct import Struct
from typing import Final

# Two words of 64 bits; in the upper one the sign, 14 bits of exponent, and the upper 49 of the digits.
_HALVES: Final = Struct("<QQ")
_EXPONENT_AT: Final = 49
_UPPER_DIGITS: Final = (1 << _EXPONENT_AT) - 1
_BIAS: Final = 6176


def unpacked(bid: bytes) -> tuple[int, int] | None:
    """Digits and exponent of the number in sixteen bytes; None if it is negative, huge, infinite or not a number."""
    digits, upper = _HALVES.unpack(bid)
    if upper >> 61 >= 3:
        return None
    return digits | (upper & _UPPER_DIGITS) << 64, (upper >> _EXPONENT_AT) - _BIAS
