"""Traces for OpenTelemetry, where its variables say where to send them; otherwise nothing of it is even imported."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from api.observability.spans import Tracing

logger = logging.getLogger(__name__)

# By OpenTelemetry's "Environment Variable Specification". Where spans go, if an address or this itself is given:
EXPORTER_VARIABLE: Final = "OTEL_TRACES_EXPORTER"
EXPORTERS: Final = ("otlp", "console")
ENDPOINT_VARIABLES: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def open_tracing(environment: Mapping[str, str]) -> "Tracing | None":
    """What makes spans and sends them; None where nobody asked for it, or it isn't installed."""
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
