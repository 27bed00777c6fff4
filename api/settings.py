"""Settings of the server, from the environment and `.env`; each is described in `.env.example`."""

from dataclasses import fields
from typing import Literal

from pydantic import Field

from loaders.settings import StoreSettings
from schema.limits import Limits

_LIMITS = Limits()


class Settings(StoreSettings):
    """The store's settings and the server's own; names in the environment are the field names in upper case."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "text"] = "json"
    explorer: bool = True
    explain: bool = False
    metrics: bool = True
    response_cache_bytes: int = Field(67_108_864, ge=0, le=17_179_869_184)
    cache_control: str = Field("no-cache", pattern=r"[\x20-\x7e]{1,200}")
    max_body_bytes: int = Field(131_072, ge=1_024, le=16_777_216)
    shutdown_timeout_s: int = Field(10, ge=1, le=300)
    max_text_characters: int = Field(_LIMITS.text_characters, ge=1_000, le=1_000_000)
    max_tokens: int = Field(_LIMITS.tokens, ge=100, le=100_000)
    max_operations: int = Field(_LIMITS.operations, ge=1, le=1_000)
    max_variables: int = Field(_LIMITS.variables, ge=0, le=1_000)
    max_depth: int = Field(_LIMITS.depth, ge=1, le=100)
    max_root_fields: int = Field(_LIMITS.root_fields, ge=1, le=1_000)
    max_aliases: int = Field(_LIMITS.aliases, ge=0, le=10_000)
    max_directives: int = Field(_LIMITS.directives, ge=0, le=10_000)
    max_overlaps: int = Field(_LIMITS.overlaps, ge=1_000, le=10_000_000)
    max_cost: int = Field(_LIMITS.cost, ge=1, le=1_000_000_000)
    max_errors: int = Field(_LIMITS.errors, ge=1, le=100)

    @property
    def limits(self) -> Limits:
        """What one operation may ask."""
        return Limits(**{limit.name: getattr(self, f"max_{limit.name}") for limit in fields(Limits)})
