"""`python -m api mcp`, asked over standard input and output: by the official SDK's client, and by hand."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import pytest_asyncio
from jsonschema import Draft202012Validator

from api.release import VERSION
from tests.support.servers import ROOT, Server, free_port
from tests.support.waiting import PATIENCE_S, until

# Importing it takes more than a second, which every worker would need.
if TYPE_CHECKING:
    from mcp import Client
    from mcp.types import CallToolResult

pytestmark = pytest.mark.slow

PAGE: Final = (ROOT / "docs/guide/agents.md").read_text(encoding="utf-8")
PATH_SHOWN: Final = "/path/to/yunshan"
COMMAND: Final = ["-m", "api", "mcp"]
REVENUE: Final = "Metric:baiyun/digital-enterprise-revenue"
COUNT: Final = "query Count($slug: String!) { district(slug: $slug) { metricCount } }"
HIDE: Final = "import runpy, sys; sys.modules['mcp'] = None; sys.argv = ['api', 'mcp']; "
RUN: Final = "runpy.run_module('api', run_name='__main__')"
PATIENT: Final = {"MONGODB_OPERATION_TIMEOUT_MS": "30000", "MONGODB_POOL_WAIT_MS": "10000"}


def environment_of(server: Server, **settings: str) -> dict[str, str]:
    """Those of the server's database; with those of coverage, as the client passes on none."""
    coverage = {name: value for name, value in os.environ.items() if name.startswith("COV")}
    database = {name: server.environment[name] for name in ("MONGODB_URI", "MONGODB_DATABASE")}
    return {**coverage, **PATIENT, **database, **settings}


@asynccontextmanager
async def agent(environment: Mapping[str, str], log: Path | str = os.devnull) -> AsyncIterator["Client"]:
    """The SDK's client, with a process of its own."""
    from mcp import Client, StdioServerParameters, stdio_client

    process = StdioServerParameters(command=sys.executable, args=COMMAND, cwd=ROOT, env=dict(environment))
    with Path(log).open("w") as errors:  # noqa: ASYNC230  # a file
        async with Client(stdio_client(process, errlog=errors)) as client:
            yield client


@pytest_asyncio.fixture(scope="module")
async def client(server: Server) -> AsyncIterator["Client"]:
    """The SDK's client of one process, shared by tests that only ask. One task opens it and closes it, as it must."""
    opened: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
    is_done = asyncio.Event()

    async def hold() -> None:
        async with agent(environment_of(server)) as client:
            opened.set_result(client)
            await is_done.wait()

    holding = asyncio.create_task(hold())
    holding.add_done_callback(lambda ended: opened.done() or opened.cancel())
    yield await opened
    is_done.set()
    await holding


@contextmanager
def process(
    environment: Mapping[str, str], *arguments: str, log: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process that is spoken to by hand, as a desktop agent starts it."""
    with open(log or os.devnull, "w") as errors:
        started = subprocess.Popen(
            [sys.executable, *COMMAND, *arguments],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield started
        finally:
            if started.poll() is None:
                started.kill()
            started.wait()
            for stream in (started.stdin, started.stdout):
                assert stream is not None
                stream.close()


def ask(process: subprocess.Popen[str], number: int, method: str, **params: Any) -> Any:
    """Send one request and read one line."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    assert (answer["jsonrpc"], answer["id"]) == ("2.0", number)
    return answer["result"]


def shake_hands(process: subprocess.Popen[str]) -> Any:
    told = ask(
        process,
        1,
        "initialize",
        protocolVersion="2025-06-18",
        capabilities={},
        clientInfo={"name": "tests", "version": "1"},
    )
    assert process.stdin is not None
    process.stdin.write('{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
    return told


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def text_of(result: "CallToolResult") -> str:
    [content] = result.content
    assert content.type == "text"
    return content.text


def data_of(result: "CallToolResult") -> Any:
    """What a tool gave, which its text and its structured answer say alike."""
    assert not result.is_error, text_of(result)
    assert json.loads(text_of(result)) == result.structured_content
    return result.structured_content


def error_of(result: "CallToolResult") -> tuple[str, str]:
    assert result.is_error, text_of(result)
    [error] = json.loads(text_of(result))["errors"]
    return error["extensions"]["code"], error["message"]


# The messages.


async def test_an_agent_is_told_what_there_is_and_that_nothing_can_be_changed(client: "Client") -> None:
    assert client.protocol_version >= "2026-07-28"
    assert client.server_info is not None
    assert (client.server_info.name, client.server_info.version) == ("yunshan", VERSION)
    assert "Quote a figure with its comparator" in (client.instructions or "")
    assert client.server_capabilities.resources is None
    tools = (await client.list_tools()).tools
    assert [tool.name for tool in tools] == ["search", "get", "query", "schema"]
    for tool in tools:
        assert tool.annotations is not None
        assert (tool.annotations.read_only_hint, tool.annotations.idempotent_hint) == (True, True)
        assert tool.annotations.destructive_hint is False
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator.check_schema(tool.output_schema or {})
    assert "GT over" in str(tools[1].description)


def test_the_version_is_the_projects() -> None:
    assert f'\nversion = "{VERSION}"\n' in (ROOT / "pyproject.toml").read_text()


def test_the_manual_has_each_tool_with_what_it_takes(server: Server, tmp_path: Path) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| .* \|$", PAGE, re.MULTILINE)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"count": COUNT}))
    with process(environment_of(server, TRUSTED_DOCUMENTS=str(manifest))) as started:
        shake_hands(started)
        tools = ask(started, 2, "tools/list")["tools"]
    assert {name: set(re.findall(r"`(\w+)`", takes)) for name, takes in rows} == {
        tool["name"]: set(tool["inputSchema"]["properties"]) for tool in tools
    }


# Search and get.


async def test_what_search_finds_get_gives_with_its_figures_and_sources(client: "Client") -> None:
    found = data_of(await client.call_tool("search", {"text": "熱線", "first": 1}))["search"]
    got = data_of(await client.call_tool("get", {"id": REVENUE}))["node"]
    chinese = data_of(await client.call_tool("get", {"id": REVENUE, "lang": ["zh-HK"]}))["node"]
    nothing = data_of(await client.call_tool("get", {"id": "Metric:baiyun/no-such-thing"}))
    assert found["totalCount"] == 4
    [hit] = found["nodes"]
    assert hit["node"] == {
        "id": "Initiative:baiyun/hotline-12345",
        "name": {"text": "Smart hotline 12345", "zhHans": "智慧热线"},
    }
    assert {"field": "name", "language": "zh-Hant", "text": "智慧熱線", "ranges": [{"start": 2, "end": 4}]} in hit[
        "highlights"
    ]
    assert got["quantity"] == {
        "value": "90.95",
        "multiplier": 8,
        "comparator": "EQ",
        "maxValue": None,
        "unit": {"code": "cny", "name": {"text": "Chinese yuan"}},
        "normalized": 9095000000.0,
        "decimals": 2,
        "formatted": "CNY 9,095,000,000",
    }
    assert got["period"]["edtf"] == "2025-01/2025-09"
    [change] = got["changes"]
    assert (change["basis"], change["direction"], change["quantity"]["value"]) == ("YEAR_ON_YEAR", "UP", "19.1")
    [citation] = got["citations"]
    assert citation["locator"] == "L15"
    assert citation["source"]["title"] == {"text": "Notice on Baiyun District's smart-city award"}
    assert citation["source"]["publisher"] == {"text": "Guangzhou government website"}
    assert got["district"]["id"] == "District:baiyun"
    assert chinese["citations"][0]["source"]["publisher"] == {"text": "廣州政府網"}
    assert nothing == {"node": None}


async def test_search_pages_and_narrows(client: "Client") -> None:
    asked = {"text": "digital", "kinds": ["INITIATIVE", "AWARD"], "first": 1}
    first = data_of(await client.call_tool("search", asked))["search"]
    cursor = first["pageInfo"]["endCursor"]
    second = data_of(await client.call_tool("search", {**asked, "after": cursor}))["search"]
    assert first["pageInfo"]["hasNextPage"] is True
    assert first["nodes"][0]["node"]["id"] != second["nodes"][0]["node"]["id"]
    assert {hit["kind"] for page in (first, second) for hit in page["nodes"]} <= {"INITIATIVE", "AWARD"}


async def test_everything_that_has_an_id_can_be_got(server: Server, client: "Client") -> None:
    of_all = "{ pillars { id initiatives { id awards { id } metrics { id indicator { id } } } } awards { id } id }"
    district = server.data(f'{{ district(slug: "baiyun") {of_all} }}')["district"]
    ids = re.findall(r"'id': '([^']+)'", str(district))
    nodes = [data_of(await client.call_tool("get", {"id": one}))["node"] for one in ids]
    assert {node["__typename"] for node in nodes} == {
        *("District", "Pillar", "Initiative", "Metric", "Award", "Indicator")
    }
    assert [node["id"] for node in nodes] == ids
    assert all(node["name"]["zhHans"] for node in nodes)


INVALID: Final = "GRAPHQL_VALIDATION_FAILED"
WRONG: Final[list[tuple[str, dict[str, Any], str, str]]] = [
    ("search", {"text": "hotline", "first": 500}, "BAD_USER_INPUT", '"first" is 500; 1 to 100 (page with "after")'),
    ("search", {"text": "?!"}, "BAD_USER_INPUT", '"text" has nothing to search for; give letters, digits or Chinese'),
    (
        "search",
        {},
        "BAD_USER_INPUT",
        "Variable '$text' has invalid value: Expected a value of non-null type 'String!' to be provided.",
    ),
    ("search", {"text": 7}, "BAD_USER_INPUT", "Variable '$text' has invalid value: String cannot represent"),
    (
        "search",
        {"query": "hotline"},
        "BAD_USER_INPUT",
        "'query' is not an argument of search; it takes text, kinds, first",
    ),
    ("get", {"id": "baiyun"}, "BAD_USER_INPUT", "'baiyun' is no id; send back an id as it was given"),
    ("get", {"id": REVENUE, "lang": ["Simplified Chinese"]}, "BAD_USER_INPUT", "\"lang\" has 'Simplified Chinese'"),
    ("query", {}, "BAD_REQUEST", '"query" must be a string with the GraphQL document, or "documentId" an id'),
    (
        "query",
        {"query": "{ dataset { revision } }", "variables": "{}"},
        "BAD_REQUEST",
        '"variables" must be an object',
    ),
    ("query", {"query": "{ districts"}, "GRAPHQL_PARSE_FAILED", "Syntax Error"),
    ("query", {"query": "{ nothing }"}, INVALID, "Cannot query field 'nothing' on type 'Query'."),
    ("query", {"query": "mutation { a }"}, INVALID, "The mutation operation is not supported by the schema."),
    (
        *("query", {"query": "subscription { districtChanged { slug } }"}),
        *("NOT_ACCEPTABLE", "A subscription is answered as a stream of events."),
    ),
    ("query", {"query": "query A { a: __typename } query B { b: __typename }"}, "OPERATION_RESOLUTION_FAILURE", ""),
    (
        "query",
        {"query": "{ dataset { revision } }", "variables": {"a": 10**30}},
        "BAD_REQUEST",
        "the call has a number",
    ),
    ("schema", {"types": "Metric"}, "BAD_USER_INPUT", '"types" must be a list of type names'),
    ("schema", {"types": ["Figure"]}, "BAD_USER_INPUT", "'Figure' is not a type of the schema"),
]


async def test_what_is_wrong_is_told_with_a_code(client: "Client") -> None:
    told = [error_of(await client.call_tool(tool, arguments)) for tool, arguments, _, _ in WRONG]
    for (code, message), (tool, arguments, expected, begins) in zip(told, WRONG, strict=True):
        assert (code, message[: len(begins)]) == (expected, begins), (tool, arguments)


# Query and schema.


async def test_query_gives_the_response_of_graphql(client: "Client") -> None:
    question = (
        "query Of($slug: String!) { district(slug: $slug) { metricCount pillars { metrics(first: 500) { id } } } }"
    )
    right = await client.call_tool(
        "query",
        {
            "query": f"query A {{ dataset {{ revision }} }} {COUNT}",
            "variables": {"slug": "baiyun"},
            "operationName": "Count",
        },
    )
    wrong = await client.call_tool("query", {"query": question, "variables": {"slug": "baiyun"}})
    several = await asyncio.gather(
        *(client.call_tool("query", {"query": f"{{ a{one}: dataset {{ revision }} }}"}) for one in range(40))
    )
    from mcp import MCPError

    with pytest.raises(MCPError, match="'delete' is not a tool; choose one of search, get, query, schema"):
        await client.call_tool("delete", {})
    assert data_of(right) == {
        "data": {"district": {"metricCount": 33}},
        "extensions": {"cost": {"estimated": 2, "limit": 5000}},
    }
    code, message = error_of(wrong)
    assert (code, message) == ("BAD_USER_INPUT", '"metrics.first" is 500; 1 to 100, or leave it out for all')
    assert [list(data_of(one)["data"]) for one in several] == [[f"a{number}"] for number in range(40)]


async def test_schema_gives_what_queries_are_written_by(client: "Client") -> None:
    sdl = (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")
    begin = text_of(await client.call_tool("schema", {}))
    types = text_of(await client.call_tool("schema", {"types": ["Quantity", "Comparator", "Quantity"]}))
    assert "\ntype Query {\n" in begin
    assert "MetricFilter" in begin.partition("# Other types: ")[2].split(", ")
    assert types.count("type Quantity {") == 1
    for definition in re.split(r"(?<=})\n\n", types):
        assert definition in sdl
    assert '"""The figure is more than the value (“over”, 超, 突破, 余)."""' in types


# Limits.


async def test_calls_are_under_the_limits_of_the_settings(server: Server, tmp_path: Path) -> None:
    settings = {"MAX_COST": "120", "MAX_BODY_BYTES": "1024", "MAX_RESPONSE_BYTES": "1024", "MAX_DEPTH": "7"}
    log = tmp_path / "log"
    async with agent(environment_of(server, **settings), log) as client:
        cost = await client.call_tool("search", {"text": "hotline"})
        body = await client.call_tool("search", {"text": "x" * 2000})
        response = await client.call_tool("get", {"id": REVENUE})
        depth = await client.call_tool(
            "query",
            {"query": "{ metrics { nodes { district { metrics { district { metrics { district { id } } } } } } } }"},
        )
    assert error_of(cost)[0] == "COST_LIMIT_EXCEEDED"
    assert error_of(body) == ("CONTENT_TOO_LARGE", "the call is larger than 1024 bytes")
    assert error_of(response)[0] == "RESPONSE_LIMIT_EXCEEDED"
    assert error_of(depth)[0] == "DEPTH_LIMIT_EXCEEDED"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    [told] = [line for line in lines if line.get("outcome") == "RESPONSE_LIMIT_EXCEEDED"]
    assert (told["tool"], told["operation"], told["logger"]) == ("get", "node", "yunshan.calls")
    assert not any(REVENUE in str(line) or "hotline" in str(line) for line in lines), (
        "arguments are nobody's business"
    )


async def test_an_agent_spends_points_like_any_client(server: Server) -> None:
    async with agent(environment_of(server, RATE_LIMIT="100")) as client:
        first = await client.call_tool("query", {"query": "{ metrics { totalCount } }"})
        second = await client.call_tool("query", {"query": "{ metrics { totalCount } }"})
    assert not first.is_error
    code, message = error_of(second)
    assert code == "TOO_MANY_REQUESTS"
    assert re.fullmatch(r"the rate limit is exceeded; try again in \d+ s", message)


async def test_a_manifest_may_be_asked_by_name_and_others_too(server: Server, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"count": COUNT}))
    async with agent(environment_of(server, TRUSTED_DOCUMENTS=str(manifest))) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        named = await client.call_tool("query", {"documentId": "count", "variables": {"slug": "baiyun"}})
        other = await client.call_tool("query", {"query": '{ __type(name: "Query") { name } }'})
    assert set(tools) == {"search", "get", "query", "schema"}
    assert tools["query"].input_schema["properties"]["documentId"]["enum"] == ["count"]
    assert tools["query"].input_schema["required"] == []
    assert data_of(named)["data"] == {"district": {"metricCount": 33}}
    assert data_of(other)["data"] == {"__type": {"name": "Query"}}


async def test_a_locked_server_runs_its_manifest_and_tells_no_schema(server: Server, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"count": COUNT, "types": "{ __schema { types { name } } }"}))
    settings = {"PROFILE": "locked", "TRUSTED_DOCUMENTS": str(manifest)}
    async with agent(environment_of(server, **settings)) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        slug = {"slug": "baiyun"}
        named = await client.call_tool("query", {"documentId": "count", "variables": slug})
        sent = await client.call_tool("query", {"query": COUNT, "variables": slug})
        other = await client.call_tool("query", {"query": "{ dataset { revision } }"})
        types = await client.call_tool("query", {"documentId": "types"})
        found = await client.call_tool("search", {"text": "hotline", "first": 1})
        from mcp import MCPError

        with pytest.raises(MCPError):
            await client.call_tool("schema", {})
    assert list(tools) == ["search", "get", "query"]
    assert tools["query"].input_schema["properties"]["documentId"]["enum"] == ["count", "types"]
    assert data_of(named)["data"] == data_of(sent)["data"] == {"district": {"metricCount": 33}}
    assert error_of(other) == ("DOCUMENT_NOT_TRUSTED", "This server runs only documents of its manifest.")
    for error in json.loads(text_of(types))["errors"]:
        assert error["extensions"]["code"] == INVALID
    assert data_of(found)["search"]["nodes"]


# What goes wrong around it.


async def test_a_database_that_is_away_is_told_at_each_call_and_nothing_else_is(server: Server) -> None:
    away = f"mongodb://reader:secret@127.0.0.1:{free_port()}/"
    async with agent(environment_of(server, MONGODB_URI=away)) as client:
        results = [await client.call_tool("get", {"id": REVENUE}) for _ in range(2)]
    for result in results:
        assert error_of(result) == (
            "STORE_UNAVAILABLE",
            "The database cannot be reached right now; try again in a moment.",
        )


async def test_a_database_that_says_nothing_is_given_up_at_the_deadline(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = {
            "MONGODB_URI": f"mongodb://127.0.0.1:{silent.getsockname()[1]}/",
            "MONGODB_SERVER_SELECTION_TIMEOUT_MS": "60000",
            "REQUEST_DEADLINE_S": "1",
        }
        async with agent(environment_of(server, **settings)) as client:
            code, _ = error_of(await client.call_tool("get", {"id": REVENUE}))
    # What the database's driver would say, later, is STORE_UNAVAILABLE.
    assert code in {"DEADLINE_EXCEEDED", "STORE_TIMEOUT"}


def test_nothing_but_the_protocol_comes_out_and_it_ends_with_its_input(server: Server, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with process(environment_of(server, LOG_LEVEL="DEBUG"), log=log) as started:
        told = shake_hands(started)
        called = ask(started, 2, "tools/call", name="get", arguments={"id": REVENUE})
        assert started.stdin is not None
        assert started.stdout is not None
        started.stdin.close()
        assert started.wait(PATIENCE_S) == 0
        assert started.stdout.read() == ""
    assert told["protocolVersion"] == "2025-06-18"
    assert called["isError"] is False
    assert called["structuredContent"]["node"]["id"] == REVENUE
    assert '"tool":"get"' in log.read_text()


@pytest.mark.parametrize("number", [None, signal.SIGTERM, signal.SIGINT])
def test_a_mongod_of_its_own_is_loaded_and_ends_with_it(tmp_path: Path, number: signal.Signals | None) -> None:
    with process({"DATA_DIR": str(tmp_path)}, "--seed", log=tmp_path / "log") as started:
        shake_hands(started)
        called = ask(started, 2, "tools/call", name="get", arguments={"id": "District:baiyun"})
        port = int((tmp_path / "port").read_text())
        assert listens(port)
        assert started.stdin is not None
        if number:
            started.send_signal(number)
        else:
            started.stdin.close()
        assert started.wait(PATIENCE_S) == -(number or 0)
    assert called["structuredContent"]["node"]["name"]["text"] == "Baiyun District"
    until(lambda: not listens(port), what=f"the end of port {port}")


def test_the_settings_of_the_manual_start_it_from_any_folder(server: Server, tmp_path: Path) -> None:
    [shown] = [
        json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) if "mcpServers" in block
    ]
    told = json.loads(json.dumps(shown["mcpServers"]["yunshan"]).replace(PATH_SHOWN, str(ROOT)))
    assert told["command"] == f"{ROOT}/.venv/bin/python"
    with subprocess.Popen(
        [sys.executable, *told["args"]],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], **environment_of(server), **told["env"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as started:
        assert shake_hands(started)["serverInfo"]["name"] == "yunshan"


async def test_the_failure_of_the_manual_is_the_servers(client: "Client") -> None:
    [shown] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) if "errors" in block]
    result = await client.call_tool("search", {"text": "hotline", "first": 500})
    assert json.loads(text_of(result)) == shown


def test_without_the_sdk_it_says_in_a_line_what_to_install() -> None:
    # As where it was never installed.
    told = subprocess.run([sys.executable, "-c", HIDE + RUN], cwd=ROOT, capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (3, "")
    assert told.stderr == "the MCP server needs the package mcp; install it with: make mcp\n"


def test_what_is_for_http_is_refused() -> None:
    told = subprocess.run([sys.executable, *COMMAND, "--workers", "2"], cwd=ROOT, capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (2, "")
    assert "--workers and --reload are for serving over HTTP" in told.stderr
