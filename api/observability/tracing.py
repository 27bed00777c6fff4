"""Open tracing if OpenTelemetry's environment variables configure it; otherwise the SDK is not imported."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from api.observability.spans import Tracing

logger = logging.getLogger(__name__)

# From OpenTelemetry's "Environment Variable Specification". The exporter; "otlp" if only an endpoint is set.
EXPORTER_VARIABLE: Final = "OTEL_TRACES_EXPORTER"
EXPORTERS: Final = ("otlp", "console")
ENDPOINT_VARIABLES: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def open_tracing(environment: Mapping[str, str]) -> "Tracing | None":
    """Create the tracing that the environment configures; None if it configures none or the SDK is not installed."""
    exporter = _exporter(environment)
    if exporter is None:
        return None
    if exporter not in EXPORTERS:
        logger.warning(
            "no traces: %s is %a; send them to one of %s", EXPORTER_VARIABLE, exporter, ", ".join(EXPORTERS)
        )
        return None
    try:
        from api.observability.spans import Tracing, provider_for
    except ModuleNotFoundError as error:
        logger.warning("no traces: %s is not installed (uv sync --group otel)", error.name)
        return None
    return Tracing(provider_for(exporter))


def _exporter(environment: Mapping[str, str]) -> str | None:
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    name = environment.get(EXPORTER_VARIABLE) or ("otlp" if any(map(environment.get, ENDPOINT_VARIABLES)) else "none")
    return None if name == "none" else name
