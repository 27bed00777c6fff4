"""Spans for requests, phases of operations, and database commands (OpenTelemetry semantic conventions).

The `traceparent` header (W3C Trace Context) sets the parent of a request's span. Spans contain no text from clients,
such as queries or variables. Imported only by `api.observability.tracing`, if tracing is configured.
"""

from contextlib import AbstractContextManager
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.outcome import OUTCOME
from api.server.request_log import PROBE_PATHS, trace_id
from loaders.mongo.monitoring import CommandMonitor
from schema.base.spans import span_opener

SERVICE: Final = "yunshan"
_CONTEXT: Final = TraceContextTextMapPropagator()


def provider_for(exporter: str) -> TracerProvider:
    """Create the tracer provider of an exporter; the SDK reads the exporter's settings from the environment."""
    resource = Resource.create()
    if str(resource.attributes[SERVICE_NAME]).startswith("unknown_service"):
        resource = resource.merge(Resource({SERVICE_NAME: SERVICE}))
    provider = TracerProvider(resource=resource)
    if exporter == "console":
        provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
    else:
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


class Tracing:
    """Creates the spans of one application."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer(SERVICE)
        self.commands = CommandMonitor(_CommandSpans(self._tracer))
        self.middleware = Middleware(TracingMiddleware, self)

    def close(self) -> None:
        """Send pending spans."""
        self._provider.shutdown()

    def span_of_part(self, name: str) -> AbstractContextManager[Any]:
        """Start the span of a phase of an operation."""
        # Messages of exceptions may contain text from the client; the request's span has the error code.
        return self._tracer.start_as_current_span(
            f"graphql.{name}", record_exception=False, set_status_on_exception=False
        )

    def span_of_request(self, scope: Scope) -> AbstractContextManager[Span]:
        """Start the span of a request."""
        headers = (tuple(part.decode("latin-1") for part in header) for header in scope["headers"])
        return self._tracer.start_as_current_span(
            scope["method"],
            context=_CONTEXT.extract(dict(headers)),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": scope["method"], "url.scheme": scope["scheme"]},
            record_exception=False,
            set_status_on_exception=False,
        )


class TracingMiddleware:
    """Middleware that creates a span for each request, except probes."""

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        self._app = app
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["path"] in PROBE_PATHS:
            await self._app(scope, receive, send)
            return
        with self._tracing.span_of_request(scope) as span:
            tokens = (
                trace_id.set(f"{span.get_span_context().trace_id:032x}"),
                span_opener.set(self._tracing.span_of_part),
            )

            async def send_observed(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        span.set_status(StatusCode.ERROR)
                await send(message)

            try:
                await self._app(scope, receive, send_observed)
            finally:
                _describe(span, scope)
                trace_id.reset(tokens[0])
                span_opener.reset(tokens[1])


def _describe(span: Span, scope: Scope) -> None:
    if route := getattr(scope.get("route"), "path", None):
        span.update_name(f"{scope['method']} {route}")
        span.set_attribute("http.route", route)
    if outcome := scope.get(OUTCOME):
        span.set_attributes({f"yunshan.{name}": value for name, value in outcome.fields().items()})


class _CommandSpans:
    """Creates a span for each command of a traced request. Commands of the driver and the watcher have none."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer = tracer
        self._open: dict[int, Span] = {}

    def command_started(self, number: int, command: str, database: str, collection: str | None) -> None:
        if not trace.get_current_span().is_recording():
            return
        attributes = {"db.system.name": "mongodb", "db.namespace": database, "db.operation.name": command}
        if collection:
            attributes["db.collection.name"] = collection
        name = f"{command} {collection or database}"
        self._open[number] = self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)

    def command_ended(self, number: int, failure: str | None) -> None:
        if span := self._open.pop(number, None):
            if failure:
                span.set_attribute("error.type", failure)
                span.set_status(StatusCode.ERROR)
            span.end()
