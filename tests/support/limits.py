"""Limits for tests whose operations exceed those of a server."""

from typing import Final

from schema.operation.limits import Limits

FREE: Final = Limits(
    text_characters=1_000_000,
    tokens=100_000,
    operations=1_000,
    variables=1_000,
    depth=100,
    root_fields=1_000,
    aliases=10_000,
    directives=10_000,
    overlaps=500_000,
    cost=1_000_000_000,
    errors=10_000,
)
