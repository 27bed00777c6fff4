"""A GraphQL request, and what makes two of them the same."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import orjson


@dataclass(frozen=True)
class Request:
    """A GraphQL request (GraphQL over HTTP, section 5.1)."""

    query: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None

    @cached_property
    def digest(self) -> bytes:
        """What is the same for requests that ask the same, however their variables are written."""
        name = (self.operation_name or "").encode()
        return digest((name, canonical(self.variables), self.query.encode(errors="surrogatepass")))


def digest(parts: tuple[bytes, ...]) -> bytes:
    """A digest of some bytes, that tells where each part ends."""
    found = blake2b(digest_size=18)
    for part in parts:
        found.update(len(part).to_bytes(4, "big"))
        found.update(part)
    return found.digest()


def canonical(variables: Mapping[str, Any] | None) -> bytes:
    """Variables as the same JSON however they were written."""
    try:
        return orjson.dumps(variables or {}, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        # An integer of more than 64 bits, which orjson doesn't write.
        return json.dumps(variables, sort_keys=True).encode()
