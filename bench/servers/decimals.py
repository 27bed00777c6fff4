"""Format a Decimal128 without converting it to Decimal, which takes most of the time for a long list of figures."""

from bson.decimal128 import Decimal128

from loaders.mongo.codec import unpack_decimal


def written(figure: Decimal128) -> str:
    """The text of a figure, as `str` gives it."""
    parts = unpack_decimal(figure.bid)
    if parts is None or not 0 <= -parts[1] <= 6:
        # Negative, huge, or in scientific notation.
        return str(figure)
    digits, scale = parts[0], -parts[1]
    if not scale:
        return str(digits)
    text = str(digits).zfill(scale + 1)
    return f"{text[:-scale]}.{text[-scale:]}"
