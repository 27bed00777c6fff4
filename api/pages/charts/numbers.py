"""Numbers on axes, as a language shortens them: 15亿, 1.5B."""

from collections.abc import Callable
from decimal import Decimal

from babel.numbers import format_compact_decimal, format_decimal

_PLAIN_BELOW = 10_000


def tick_format(language: str) -> Callable[[Decimal], str]:
    """Return how values on an axis are written in a language, given as a BCP 47 tag. Nothing is rounded away."""
    locale = language.replace("-", "_")

    def written(value: Decimal) -> str:
        if abs(value) < _PLAIN_BELOW:
            return format_decimal(value, locale=locale, decimal_quantization=False)
        return format_compact_decimal(value, locale=locale, fraction_digits=3)

    return written
