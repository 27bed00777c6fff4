"""The settings of the database connection, read from the environment."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, TypeAlias

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Driver: TypeAlias = Literal["motor", "pymongo"]

ROOT: Final = Path(__file__).resolve().parents[1]


class StoreSettings(BaseSettings):
    """Settings of the store; the environment variables are the field names in upper case.

    Times are in milliseconds. Without `mongodb_uri`, a local mongod is used (`loaders.local.shared_mongod`).
    """

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore", env_ignore_empty=True)

    mongodb_uri: SecretStr | None = None
    data_dir: Path = ROOT / ".data"
    mongodb_database: str = Field("yunshan", pattern=r"^[A-Za-z0-9_-]{1,38}$")
    mongodb_driver: Driver = "motor"
    mongodb_max_pool_size: int = Field(50, ge=1, le=1000)
    mongodb_connect_timeout_ms: int = Field(2_000, ge=100, le=60_000)
    mongodb_server_selection_timeout_ms: int = Field(1_500, ge=100, le=60_000)
    mongodb_operation_timeout_ms: int = Field(2_000, ge=50, le=600_000)
    mongodb_pool_wait_ms: int = Field(500, ge=50, le=60_000)
    history_days: int | None = Field(None, ge=1, le=36_500)

    @field_validator("mongodb_uri")
    @classmethod
    def _is_a_mongodb_address(cls, uri: SecretStr | None) -> SecretStr | None:
        if uri and not uri.get_secret_value().startswith(("mongodb://", "mongodb+srv://")):
            raise ValueError("an address begins with mongodb:// or mongodb+srv://")
        return uri


def settings_problems(error: ValidationError) -> Iterator[str]:
    """Yield one line for each invalid setting: its environment variable and what is wrong."""
    for details in error.errors():
        name = "_".join(map(str, details["loc"])).upper()
        yield f"{name}: {details['msg'].removeprefix('Value error, ')}"
