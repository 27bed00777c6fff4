"""A GraphQL request, and a digest that is equal for equal requests."""

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
        """A digest of the request that does not depend on the order of its variables."""
        name = (self.operation_name or "").encode()
        return digest((name, canonical(self.variables), self.query.encode(errors="surrogatepass")))


def digest(parts: tuple[bytes, ...]) -> bytes:
    """A digest of several parts; each part's length is included."""
    found = blake2b(digest_size=18)
    for part in parts:
        found.update(len(part).to_bytes(4, "big"))
        found.update(part)
    return found.digest()


def canonical(variables: Mapping[str, Any] | None) -> bytes:
    """Variables as canonical JSON, with sorted keys."""
    try:
        return orjson.dumps(variables or {}, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        # orjson does not write integers of more than 64 bits.
        return json.dumps(variables, sort_keys=True).encode()
