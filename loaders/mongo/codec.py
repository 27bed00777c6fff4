"""How documents become BSON and come back: figures keep their digits."""

from decimal import Decimal
from typing import Final

import bson
from bson.codec_options import CodecOptions, TypeCodec, TypeRegistry
from bson.decimal128 import Decimal128

from loaders.documents import Document
from loaders.values.decimals import unpacked


class _ExactDecimal(TypeCodec):
    """Decimal in Python, Decimal128 in MongoDB."""

    python_type = Decimal
    bson_type = Decimal128

    def transform_python(self, value: Decimal) -> Decimal128:
        return Decimal128(value)

    def transform_bson(self, value: Decimal128) -> Decimal:
        if (parts := unpacked(value.bid)) is None:
            return value.to_decimal()
        # A fifth of the time that the driver takes.
        digits, exponent = parts
        return Decimal(f"{digits}E{exponent}")


CODEC: Final[CodecOptions[Document]] = CodecOptions(
    document_class=dict, tz_aware=True, type_registry=TypeRegistry([_ExactDecimal()])
)


def encoded_size(document: Document) -> int:
    """Bytes that a document takes in MongoDB, which stores at most 16 MiB."""
    return len(bson.encode(document, codec_options=CODEC))
