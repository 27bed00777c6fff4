"""Which content coding to answer in (RFC 9110, section 12.5.3), and the coding itself, at once or piece by piece."""

import zlib
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Protocol

import brotli

from api.http.preference_headers import preferences

# Below this, what is saved does not pay for the work.
MIN_COMPRESSED_BYTES: Final = 1_024
IDENTITY: Final = ""


def _brotli(data: bytes) -> bytes:
    # A tenth to a fifth smaller than gzip's level 6 in the same time; level 11 takes a hundred times as long.
    compressed: bytes = brotli.compress(data, quality=5)
    return compressed


def _gzip(data: bytes) -> bytes:
    compressor = zlib.compressobj(6, wbits=31)
    return compressor.compress(data) + compressor.flush()


# By our preference.
CODINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = MappingProxyType({"br": _brotli, "gzip": _gzip})


@lru_cache(maxsize=64)
def coding_for(accept_encoding: str | None, codings: Collection[str] = tuple(CODINGS)) -> str:
    """The coding that an `Accept-Encoding` header weighs most there are, the first of equals; "" for none."""
    if not accept_encoding:
        return IDENTITY
    given = {one.name: one.weight for one in reversed(preferences(accept_encoding).elements)}
    best, chosen = 0.0, IDENTITY
    for name in codings:
        weight = given.get(name, given.get("*", 0.0))
        if weight > best:
            best, chosen = weight, name
    return chosen if best >= given.get("identity", 0.0) else IDENTITY


def encode(data: bytes, coding: str) -> bytes:
    """Bytes in a coding."""
    return CODINGS[coding](data)


class Compressor(Protocol):
    """Encodes what is sent piece by piece."""

    def compress(self, data: bytes, /) -> bytes:
        """Take a piece, and give what can be sent by now."""
        ...

    def flush(self) -> bytes:
        """Give what is left."""
        ...


class _Identity:
    def compress(self, data: bytes, /) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""


# Of those who may be many at once and take minutes: gzip keeps 0.3 MB for each, Brotli 5.4.
STREAM_CODINGS: Final = ("gzip",)


def compressor_for(coding: str) -> Compressor:
    """What encodes in a coding of `STREAMED`, or not at all."""
    return zlib.compressobj(6, wbits=31) if coding else _Identity()
