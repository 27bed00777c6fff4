"""Negotiate the content coding of a response (RFC 9110, section 12.5.3), and encode bodies, whole or in pieces."""

import zlib
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Protocol

import brotli

from api.http.preference_headers import preferences

# Compressing smaller bodies saves less than it costs.
MIN_COMPRESSED_BYTES: Final = 1_024
IDENTITY: Final = ""


def _brotli(data: bytes) -> bytes:
    # A tenth to a fifth smaller than gzip's level 6 in the same time; level 11 takes a hundred times as long.
    compressed: bytes = brotli.compress(data, quality=5)
    return compressed


def _gzip(data: bytes) -> bytes:
    compressor = zlib.compressobj(6, wbits=31)
    return compressor.compress(data) + compressor.flush()


# In order of preference.
CODINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = MappingProxyType({"br": _brotli, "gzip": _gzip})


@lru_cache(maxsize=64)
def coding_for(accept_encoding: str | None, codings: Collection[str] = tuple(CODINGS)) -> str:
    """Choose the coding with the highest weight in `Accept-Encoding`, the first of equals; "" for none."""
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
    """Encode bytes in a content coding."""
    return CODINGS[coding](data)


class Compressor(Protocol):
    """Encodes a body that is sent in pieces."""

    def compress(self, data: bytes, /) -> bytes:
        """Add a piece, and return the bytes that can be sent."""
        ...

    def flush(self) -> bytes:
        """Return the remaining bytes."""
        ...


class _Identity:
    def compress(self, data: bytes, /) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""


# For long-running responses, of which there may be many: gzip needs 0.3 MB for each, Brotli 5.4 MB.
STREAM_CODINGS: Final = ("gzip",)


def compressor_for(coding: str) -> Compressor:
    """Create a compressor for a coding of `STREAM_CODINGS`, or for none."""
    return zlib.compressobj(6, wbits=31) if coding else _Identity()
