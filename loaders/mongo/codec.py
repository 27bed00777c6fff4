"""Encode documents as BSON and decode them; decimal numbers keep their digits."""

from decimal import Decimal
from functools import lru_cache
from struct import Struct
from typing import Final, cast

import bson
from bson import json_util
from bson.codec_options import CodecOptions, TypeCodec, TypeRegistry
from bson.decimal128 import Decimal128
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument

from loaders.documents import Document

# Decimals of documents, most of which are short and found in many: with their keys, 1 MB.
_KEPT_DECIMALS: Final = 4_096


class _ExactDecimal(TypeCodec):
    """Decimal in Python, Decimal128 in MongoDB."""

    python_type = Decimal
    bson_type = Decimal128

    def transform_python(self, value: Decimal) -> Decimal128:
        return Decimal128(value)

    def transform_bson(self, value: Decimal128) -> Decimal:
        return _decimal(value.bid)


@lru_cache(maxsize=_KEPT_DECIMALS)
def _decimal(bid: bytes) -> Decimal:
    if (parts := unpack_decimal(bid)) is None:
        return Decimal128.from_bid(bid).to_decimal()
    # Takes a fifth of the time of the driver's `to_decimal`.
    digits, exponent = parts
    return Decimal(f"{digits}E{exponent}")


CODEC: Final[CodecOptions[Document]] = CodecOptions(
    document_class=dict, tz_aware=True, type_registry=TypeRegistry([_ExactDecimal()])
)


def encode(document: Document) -> bytes:
    """A document as BSON; MongoDB stores at most 16 MiB."""
    return bson.encode(document, codec_options=CODEC)


def encoded_size(document: Document) -> int:
    """The size of a document in bytes as BSON."""
    return len(encode(document))


def encoded_document(data: bytes) -> Document:
    """A document to insert that is encoded already; it can be read like any other, and not changed."""
    return cast(Document, RawBSONDocument(data))


_EXTENDED_JSON: Final = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL, tz_aware=True)


def to_extended_json(document: Document) -> str:
    """Write a document as one line of MongoDB Extended JSON (canonical): values keep their types and all digits."""
    plain = bson.decode(bson.encode(document, codec_options=CODEC))
    return json_util.dumps(plain, json_options=_EXTENDED_JSON, ensure_ascii=False)


def from_extended_json(line: bytes) -> Document:
    """Read a document that `to_extended_json` wrote.

    Raises ValueError for anything that is no document in Extended JSON.
    """
    try:
        plain = json_util.loads(line, json_options=_EXTENDED_JSON)
        return bson.decode(bson.encode(plain), codec_options=CODEC)
    except (TypeError, ArithmeticError, RecursionError, BSONError) as error:
        raise ValueError(str(error)) from error


# Two 64-bit words; the upper one has the sign, 14 bits of exponent, and the upper 49 bits of the digits.
_HALVES: Final = Struct("<QQ")
_EXPONENT_AT: Final = 49
_UPPER_DIGITS: Final = (1 << _EXPONENT_AT) - 1
_BIAS: Final = 6176


def unpack_decimal(bid: bytes) -> tuple[int, int] | None:
    """Digits and exponent of a decimal128 in sixteen bytes; None if it is negative, huge, infinite or NaN."""
    digits, upper = _HALVES.unpack(bid)
    if upper >> 61 >= 3:
        return None
    return digits | (upper & _UPPER_DIGITS) << 64, (upper >> _EXPONENT_AT) - _BIAS
