"""Traces: who called, what a request came to, its parts and its commands; nothing where nobody asked for them."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from api.graphql.endpoint import GraphQLEndpoint
from api.health import healthz
from api.observability.spans import Tracing
from api.observability.tracing import open_tracing
from api.server.request_log import RequestLogMiddleware
from api.settings import Settings
from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
from loaders.store.store import Store
from tests.support.servers import ROOT, Server, running_server
from tests.support.waiting import PATIENCE_S

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
QUERY = 'query Secret { district(slug: "hidden") { slug } }'


class Traced:
    """A client of an application whose spans are kept."""

    def __init__(self, client: httpx2.AsyncClient, exporter: InMemorySpanExporter) -> None:
        self.client = client
        self.exporter = exporter

    def spans(self) -> dict[str, ReadableSpan]:
        return {span.name: span for span in self.exporter.get_finished_spans()}


async def traced(settings: StoreSettings, uri: str, provider: TracerProvider) -> AsyncIterator[Traced]:
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing = Tracing(provider)
    app = Starlette(
        routes=[Route("/graphql", GraphQLEndpoint(Settings())), Route("/healthz", healthz)],
        middleware=[tracing.middleware, Middleware(RequestLogMiddleware)],
    )
    database = Database.open(uri, settings, listeners=[tracing.commands])
    app.state.store = Store(database)
    # The first reading of the pointer takes more commands than any other.
    await app.state.store.published()
    exporter.clear()
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        yield Traced(client, exporter)
    await database.close()


@pytest_asyncio.fixture
async def server_in_process(database: Database, settings: StoreSettings, mongodb_uri: str) -> AsyncIterator[Traced]:
    async for each in traced(settings, mongodb_uri, TracerProvider()):
        yield each


async def test_a_request_is_traced_from_its_caller_to_its_commands(server_in_process: Traced) -> None:
    response = await server_in_process.client.post("/graphql", json={"query": QUERY}, headers={"traceparent": CALLER})
    assert response.json()["data"] == {"district": None}
    spans = server_in_process.spans()
    parents = {
        "POST /graphql": "b7ad6b7169203331",
        **dict.fromkeys(["graphql.parse", "graphql.validate", "graphql.execute"], id_of(spans["POST /graphql"])),
        **dict.fromkeys(["find revisions_2", "find districts_2"], id_of(spans["graphql.execute"])),
    }
    assert {name: f"{span.parent.span_id:016x}" for name, span in spans.items() if span.parent} == parents
    traces = {f"{span.context.trace_id:032x}" for span in spans.values() if span.context}
    assert traces == {"0af7651916cd43dd8448eb211c80319c"}
    request, command = spans["POST /graphql"].attributes, spans["find districts_2"].attributes
    assert request == {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "http.route": "/graphql",
        "url.scheme": "http",
        "yunshan.operation": "district",
        "yunshan.outcome": "OK",
        "yunshan.cache": "bypass",
        "yunshan.cost": 1,
    }
    assert command
    assert command["db.system.name"] == "mongodb"
    assert command["db.operation.name"] == "find"
    assert command["db.collection.name"] == "districts_2"


def id_of(span: ReadableSpan) -> str:
    assert span.context
    return f"{span.context.span_id:016x}"


@pytest.mark.parametrize("query", [QUERY, "{ hidden", "{ hidden }", '{ metrics(after: "hidden") { totalCount } }'])
async def test_no_text_of_a_client_is_in_a_span(server_in_process: Traced, query: str) -> None:
    await server_in_process.client.get("/graphql", params={"query": query}, headers={"x-request-id": "hidden"})
    text = "".join(span.to_json() for span in server_in_process.exporter.get_finished_spans())
    assert '"GET /graphql"' in text
    assert "idden" not in text
    assert "ecret" not in text


async def test_a_probe_is_not_traced(server_in_process: Traced) -> None:
    await server_in_process.client.get("/healthz")
    assert server_in_process.spans() == {}


async def test_a_request_that_is_not_sampled_costs_no_spans(
    database: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    async for server in traced(settings, mongodb_uri, TracerProvider(sampler=ALWAYS_OFF)):
        assert (await server.client.post("/graphql", json={"query": QUERY})).status_code == 200
        assert server.spans() == {}


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_SERVICE_NAME": "a"},
        {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"},
        {"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"},
    ],
)
def test_nothing_is_traced_unless_asked_for(environment: dict[str, str]) -> None:
    assert open_tracing(environment) is None


def test_an_exporter_that_there_is_not_is_said(caplog: pytest.LogCaptureFixture) -> None:
    assert open_tracing({"OTEL_TRACES_EXPORTER": "zipkin"}) is None
    assert caplog.messages == ["no traces: OTEL_TRACES_EXPORTER is 'zipkin'; send them to one of otlp, console"]


def test_without_the_packages_a_server_says_so_and_goes_on(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith(("opentelemetry", "api.observability.spans"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    assert open_tracing({"OTEL_TRACES_EXPORTER": "otlp"}) is None
    assert caplog.messages == ["no traces: opentelemetry is not installed (uv sync --group otel)"]


@pytest.mark.slow
def test_nothing_of_opentelemetry_is_imported_unless_asked_for() -> None:
    code = (
        "import sys; from api.app import create_app; from api.settings import Settings;"
        "create_app(Settings(mongodb_uri='mongodb://127.0.0.1:1'));"
        "print([name for name in sys.modules if 'opentelemetry' in name])"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


@pytest.fixture
def traced_server(mongodb_uri: str) -> Iterator[Server]:
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": "empty", "OTEL_TRACES_EXPORTER": "console"}
    with running_server(environment) as server:
        yield server


def test_a_server_traces_where_the_environment_says_so_and_its_log_has_the_trace(traced_server: Server) -> None:
    headers = {"traceparent": CALLER, "x-request-id": "a-traced-question"}
    assert traced_server.data("{ dataset { revision } }", None, **headers) == {"dataset": {"revision": 0}}
    # A line is written after its response, and before the next one.
    httpx2.get(f"{traced_server.url}/healthz", timeout=PATIENCE_S)
    text = traced_server.log.read_text()
    [line] = [json.loads(line) for line in text.splitlines() if '"request_id":"a-traced-question"' in line]
    assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    spans = list(json_objects(text))
    assert {"POST /graphql", "graphql.execute"} <= {span["name"] for span in spans}
    assert {span["resource"]["attributes"]["service.name"] for span in spans} == {"yunshan"}


def json_objects(text: str) -> Iterator[Any]:
    """What the console exporter writes, over several lines each, among the lines of the log."""
    decoder = json.JSONDecoder()
    at = text.find("{\n")
    while at >= 0:
        value, end = decoder.raw_decode(text, at)
        yield value
        at = text.find("{\n", end)
