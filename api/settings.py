"""Settings of the server, from the environment and `.env`; each is described in `.env.example`."""

import re
from dataclasses import fields
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from loaders.settings import StoreSettings
from schema.operation.limits import Limits

_LIMITS = Limits()

# Origins and host names, separated by commas.
Names: TypeAlias = Annotated[tuple[str, ...], NoDecode]
ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_HOST: Final = re.compile(r"\*|(\*\.)?[a-z0-9.-]+|\[[0-9a-f:]+\]")


class Settings(StoreSettings):
    """The store's settings and the server's own; names in the environment are the field names in upper case."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "text"] = "json"
    profile: Literal["open", "locked"] = "open"
    trusted_documents: Path | None = None
    trusted_only: bool | None = Field(None, validate_default=True)
    export: bool | None = None
    max_exports: int = Field(16, ge=1, le=1_000)
    remember_documents: bool = True
    explorer: bool = True
    pages: bool | None = None
    explain: bool = False
    metrics: bool = True
    response_cache_bytes: int = Field(67_108_864, ge=0, le=17_179_869_184)
    cache_control: str = Field("no-cache", pattern=r"[\x20-\x7e]{1,200}")
    max_body_bytes: int = Field(131_072, ge=1_024, le=16_777_216)
    max_json_depth: int = Field(32, ge=2, le=200)
    max_json_digits: int = Field(20, ge=1, le=300)
    max_batch: int = Field(0, ge=0, le=100)
    max_url_bytes: int = Field(32_768, ge=1_024, le=1_048_576)
    max_headers: int = Field(100, ge=10, le=1_000)
    max_header_bytes: int = Field(32_768, ge=1_024, le=1_048_576)
    max_connections: int = Field(800, ge=10, le=100_000)
    max_pipelined: int = Field(16, ge=0, le=1_000)
    request_timeout_s: int = Field(10, ge=1, le=300)
    keep_alive_s: int = Field(10, ge=1, le=300)
    trusted_hosts: Names = ("*",)
    cors_origins: Names = ()
    cors_headers: Names = ()
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
    max_response_bytes: int = Field(16_777_216, ge=1_024, le=1_073_741_824)
    max_running: int = Field(32, ge=1, le=1_000)
    max_waiting: int = Field(1_000, ge=0, le=100_000)
    rate_limit: int = Field(0, ge=0, le=1_000_000_000)
    trusted_proxies: Names = ()
    max_streams: int = Field(100, ge=1, le=100_000)
    max_socket_operations: int = Field(50, ge=1, le=10_000)
    socket_idle_s: int = Field(60, ge=1, le=86_400)
    request_deadline_s: int = Field(10, ge=1, le=300)
    drain_s: int = Field(2, ge=0, le=60)
    max_errors: int = Field(_LIMITS.errors, ge=1, le=100)

    @property
    def limits(self) -> Limits:
        """The limits of one operation."""
        return Limits(**{limit.name: getattr(self, f"max_{limit.name}") for limit in fields(Limits)})

    @property
    def is_locked(self) -> bool:
        """Whether the schema is hidden: no explorer, no introspection, no suggestions in errors."""
        return self.profile == "locked"

    @property
    def is_trusted_only(self) -> bool:
        """Whether only documents of the manifest are run; the default depends on the profile."""
        return self.is_locked if self.trusted_only is None else self.trusted_only

    @property
    def serves_llms_txt(self) -> bool:
        """Whether `/llms.txt` is served: its example queries are not in a manifest, and they reveal the schema."""
        return not (self.is_locked or self.is_trusted_only)

    @property
    def has_exports(self) -> bool:
        """Whether `/export` is served; by default, only if clients may send documents of their own."""
        return not self.is_trusted_only if self.export is None else self.export

    @property
    def has_pages(self) -> bool:
        """Whether the pages for people are served; by default, only if clients may send documents of their own."""
        return not self.is_trusted_only if self.pages is None else self.pages

    @property
    def shows_explorer(self) -> bool:
        """Whether the explorer is served to browsers."""
        return self.explorer and not self.is_locked

    @field_validator("trusted_hosts", "cors_origins", "cors_headers", "trusted_proxies", mode="before")
    @classmethod
    def _split_names(cls, names: object) -> object:
        return tuple(name.strip().lower() for name in names.split(",")) if isinstance(names, str) else names

    @field_validator("trusted_only")
    @classmethod
    def _check_manifest_is_set(cls, value: object, info: ValidationInfo) -> object:
        wanted = info.data.get("profile") == "locked" if value is None else value
        if wanted and not info.data.get("trusted_documents"):
            raise ValueError(
                "set TRUSTED_DOCUMENTS to the manifest of the allowed documents, or set TRUSTED_ONLY=false"
            )
        return value

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        if origins != ("*",) and not all(map(ORIGIN.fullmatch, origins)):
            raise ValueError(
                "write each origin as https://host or https://host:port, or * alone for any; null is not allowed"
            )
        return origins

    @field_validator("cors_headers")
    @classmethod
    def _check_header_names(cls, headers: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(_HEADER.fullmatch, headers)):
            raise ValueError("write each header name without a value, such as X-Client-Name")
        return headers

    @field_validator("trusted_proxies")
    @classmethod
    def _check_networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            try:
                ip_network(proxy)
            except ValueError:
                raise ValueError(
                    f"write each proxy as an address, or as a network such as 10.0.0.0/8: {proxy!a}"
                ) from None
        return proxies

    @field_validator("trusted_hosts")
    @classmethod
    def _check_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(_HOST.fullmatch, hosts)):
            raise ValueError("write each host as host or *.host, without a port; * allows any")
        return hosts


@cache
def settings_of_process() -> Settings:
    """The settings for the objects that uvicorn creates itself, such as protocols."""
    return Settings()
