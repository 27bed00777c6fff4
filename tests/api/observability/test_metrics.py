"""What a server tells Prometheus: figures that move as requests do, under labels that no client adds to."""

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.http.outcome import OutcomeSummary, RequestOutcome
from api.observability.metrics import OPERATIONS, OUTCOMES, Metrics
from seeds.commands import BAIYUN
from tests.conftest import run_seeds
from tests.support import waiting
from tests.support.attacks.raw_http import connection
from tests.support.servers import Server, running_beside, running_server
from tests.support.waiting import PATIENCE_S

DISTRICT = '{ district(slug: "baiyun") { slug } }'
SECONDS = "yunshan_request_duration_seconds_count"
REQUESTS = "yunshan_requests_total"

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def client_of(server: Server) -> httpx2.Client:
    """A client with a connection for each request, which reaches one worker or another."""
    return httpx2.Client(base_url=server.url, timeout=PATIENCE_S, headers={"connection": "close"})


@pytest.fixture
def client(server: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, timeout=PATIENCE_S) as client:
        until_announced(server)
        until(client, lambda samples: samples[of("yunshan_dataset_followed")] == 1)
        yield client


def of(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


def scrape(client: httpx2.Client) -> Samples:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    assert response.headers["cache-control"] == "no-store"
    families = text_string_to_metric_families(response.text)
    return {of(sample.name, **sample.labels): sample.value for family in families for sample in family.samples}


def until(client: httpx2.Client, is_so: Callable[[Samples], bool]) -> Samples:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        # A worker that goes takes connections with it that it has not answered yet.
        with suppress(httpx2.TransportError):
            if is_so(samples := scrape(client)):
                return samples
        time.sleep(0.05)
    raise AssertionError(client.get("/metrics").text)


def until_announced(server: Server) -> None:
    """Wait until the server has asked itself the first question, which is counted as any other."""
    waiting.until(lambda: "ready: " in server.log.read_text(), what="the server's own question")


def moved(before: Samples, after: Samples, *names: str) -> dict[Any, float]:
    """What went up, of some names, by how much."""
    return {
        (name, *sorted(value for _, value in labels)): value - before.get((name, labels), 0.0)
        for (name, labels), value in after.items()
        if name in names and value != before.get((name, labels), 0.0)
    }


def ask(client: httpx2.Client, query: str, **headers: str) -> httpx2.Response:
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/graphql", params={"query": query}, headers={"accept": "application/json", **own})


def a_new_name() -> str:
    """A text that no answer is kept of yet."""
    return f"q{uuid4().hex}"


def test_requests_are_counted_by_root_field_and_timed_by_how_they_were_answered(client: httpx2.Client) -> None:
    query = f"query {a_new_name()} {DISTRICT}"
    before = scrape(client)
    tag = ask(client, query).headers["etag"]
    ask(client, query)
    ask(client, query)
    assert ask(client, query, if_none_match=tag).status_code == 304
    assert moved(before, scrape(client), REQUESTS, SECONDS) == {
        (REQUESTS, "OK", "district"): 4,
        (SECONDS, "district", "miss"): 1,
        (SECONDS, "district", "hit"): 2,
        (SECONDS, "district", "unchanged"): 1,
    }


@pytest.mark.parametrize(
    ("query", "operation", "outcome"),
    [
        ("{ nothing", "none", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "none", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { __typename }", "none", "OPERATION_RESOLUTION_FAILURE"),
        ('{ metrics(after: "never given out") { totalCount } }', "metrics", "BAD_USER_INPUT"),
        ("query Q($id: ID!) { node(id: $id) { id } }", "node", "BAD_USER_INPUT"),
        ("{ __schema { queryType { name } } }", "__schema", "OK"),
        ("{ dataset { revision } ...A } fragment A on Query { nodes(ids: []) { id } }", "several", "OK"),
    ],
)
def test_an_outcome_is_a_code_of_ours(client: httpx2.Client, query: str, operation: str, outcome: str) -> None:
    before = scrape(client)
    ask(client, query)
    assert moved(before, scrape(client), REQUESTS) == {(REQUESTS, *sorted((outcome, operation))): 1}


def test_a_request_that_is_no_graphql_is_counted_and_a_probe_is_not(client: httpx2.Client) -> None:
    before = scrape(client)
    assert client.post("/graphql", content=b"{}", headers={"content-type": "text/plain"}).status_code == 415
    for path in ("/healthz", "/readyz", "/graphql/schema.graphql", "/nowhere"):
        client.get(path)
    assert moved(before, scrape(client), REQUESTS, SECONDS) == {
        (REQUESTS, "UNSUPPORTED_MEDIA_TYPE", "none"): 1,
        (SECONDS, "bypass", "none"): 1,
    }


def test_what_is_turned_away_before_it_is_a_request_is_counted(server: Server) -> None:
    with running_beside(server, TRUSTED_HOSTS="here.example") as guarded, client_of(guarded) as client:
        until_announced(guarded)
        before = scrape(client)
        assert ask(client, DISTRICT, host="elsewhere.example").status_code == 421
        assert ask(client, DISTRICT, sec_fetch_site="cross-site", sec_fetch_mode="no-cors").status_code == 403
        with connection(guarded) as raw:
            raw.send(b"GET /graphql HTTP/1.1\r\n\r\n")
            assert raw.answer().status == 400
        assert moved(before, scrape(client), "yunshan_refusals_total", REQUESTS) == {
            ("yunshan_refusals_total", "MISDIRECTED_REQUEST"): 1,
            ("yunshan_refusals_total", "FORBIDDEN"): 1,
            ("yunshan_refusals_total", "BAD_REQUEST"): 1,
        }


async def test_those_who_wait_for_anothers_answer_are_told_apart(client: httpx2.Client) -> None:
    query = (
        f"query {a_new_name()} {{ metrics(first: 31) {{ nodes {{ name {{ en }} district {{ name {{ en }} }} }} }} }}"
    )
    before = scrape(client)
    async with httpx2.AsyncClient(base_url=client.base_url, timeout=PATIENCE_S) as together:
        await asyncio.gather(*(together.post("/graphql", json={"query": query}) for _ in range(8)))
    found = moved(before, scrape(client), SECONDS)
    assert found[SECONDS, "metrics", "miss"] == 1
    assert found[SECONDS, "metrics", "shared"] >= 1
    assert sum(found.values()) == 8


def test_labels_stay_within_closed_sets_whatever_clients_call_things(client: httpx2.Client) -> None:
    evil = a_new_name()
    before = len(scrape(client))
    for number in range(30):
        ask(client, f"query {evil}{number} {{ {evil}{number}: dataset {{ revision }} }}")
        ask(client, f"query {evil}{number} {{ {evil}{number} }}")
        ask(client, "{ __typename }", x_request_id=f"{evil}{number}")
        client.get(f"/{evil}{number}")
        client.request(f"{evil}{number}", "/graphql")
    text = client.get("/metrics").text
    assert evil not in text
    # A histogram of two dozen lines for each way to answer each of the two operations, and no more for thirty names.
    assert len(scrape(client)) - before < 200
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            assert sample.labels.get("operation", "none") in OPERATIONS
            assert sample.labels.get("outcome", "OK") in OUTCOMES
            assert sample.labels.get("cache", "hit") in {"hit", "miss", "shared", "unchanged", "bypass"}


def test_what_a_server_is_at_a_moment_is_told(client: httpx2.Client) -> None:
    ask(client, DISTRICT)
    samples = {name: value for (name, labels), value in scrape(client).items() if not labels}
    assert samples["yunshan_workers"] == 1
    assert samples["yunshan_dataset_revision"] == 1
    assert samples["yunshan_response_cache_bytes"] > 1_000
    assert samples["yunshan_response_cache_max_bytes"] == 67_108_864
    assert 0 <= samples["yunshan_pool_connections_in_use"] <= samples["yunshan_pool_connections"]
    assert samples["yunshan_pool_max_operations"] == 50
    assert 1 <= samples["yunshan_pool_connections"] <= 52
    assert 0 <= samples["yunshan_pool_waiting"] <= 50
    assert 30e6 < samples["yunshan_process_resident_memory_bytes"] < 1e9
    assert 5 < samples["yunshan_process_open_fds"] < samples["yunshan_process_max_fds"]
    assert samples["yunshan_process_cpu_seconds_total"] > 0.1
    assert samples["yunshan_event_loop_lag_seconds_count"] >= 1


def test_a_scrape_is_no_line_of_the_log(server: Server, client: httpx2.Client) -> None:
    client.get("/metrics", headers={"x-request-id": "a-scrape"})
    client.get("/nowhere", headers={"x-request-id": "not-a-scrape"})
    client.get("/healthz")
    log = server.log.read_text()
    assert '"not-a-scrape"' in log
    assert '"a-scrape"' not in log


def test_a_line_of_the_log_says_what_was_asked_and_what_came_of_it(server: Server, client: httpx2.Client) -> None:
    query = f'query {a_new_name()} {{ b: dataset {{ revision }} a: search(text: "a") {{ totalCount }} }}'
    for _ in range(2):
        ask(client, query, x_request_id="a-logged-question")
    ask(client, "{ nothing }", x_request_id="a-logged-question")
    # A line is written after its response, and before the next one.
    client.get("/healthz")
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if "a-logged-question" in line]
    told = [{key: line[key] for key in line.keys() & {"operation", "outcome", "cache", "cost"}} for line in lines]
    assert told == [
        {"operation": "dataset,search", "outcome": "OK", "cache": "miss", "cost": 320},
        {"operation": "dataset,search", "outcome": "OK", "cache": "hit", "cost": 320},
        {"operation": "none", "outcome": "GRAPHQL_VALIDATION_FAILED", "cache": "miss"},
    ]


def test_the_cost_of_what_is_run_is_counted_and_that_of_a_kept_answer_is_not(client: httpx2.Client) -> None:
    query = f"query {a_new_name()} {{ awards {{ nodes {{ slug }} }} }}"
    cost = ask(client, query, yunshan_cost="validate").json()["extensions"]["cost"]["estimated"]
    assert cost > 1
    before = scrape(client)
    for _ in range(3):
        ask(client, query)
    count, points = "yunshan_request_cost_points_count", "yunshan_request_cost_points_sum"
    assert moved(before, scrape(client), count, points) == {(count, "awards"): 1, (points, "awards"): cost}


async def test_a_code_that_is_not_in_the_table_is_counted_as_ours() -> None:
    metrics = Metrics()
    metrics.record(RequestOutcome(OutcomeSummary(code="SOMETHING_ELSE")), 0.001)
    assert b'outcome="INTERNAL_SERVER_ERROR"' in (await metrics.response()).body


def test_a_batch_is_one_request_with_the_cost_of_all_and_the_gravest_outcome(mongodb_uri: str) -> None:
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": "empty", "MAX_BATCH": "2"}
    with running_server(environment) as server, client_of(server) as client:
        for queries in (["{ __typename }", "{ awards { totalCount } }"], ["{ __typename }", "{ nothing }"]):
            response = client.post("/graphql", json=[{"query": query} for query in queries])
            assert len(response.json()) == 2
        samples = scrape(client)
        assert samples[of(REQUESTS, operation="batch", outcome="OK")] == 1
        assert samples[of(REQUESTS, operation="batch", outcome="GRAPHQL_VALIDATION_FAILED")] == 1
        assert samples[of("yunshan_request_cost_points_sum", operation="batch")] >= 1


def test_without_the_setting_there_are_no_figures(mongodb_uri: str) -> None:
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": "empty", "METRICS": "false"}
    with running_server(environment) as server:
        assert httpx2.get(f"{server.url}/metrics", timeout=PATIENCE_S).status_code == 404
        assert server.data('{ district(slug: "baiyun") { slug } }') == {"district": None}


@pytest.mark.slow
def test_the_figures_of_all_workers_are_in_one_scrape_however_often_workers_are_replaced(mongodb_uri: str) -> None:
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": f"metrics-{uuid4().hex[:8]}"}
    run_seeds("load", str(BAIYUN), environment=environment)
    with running_server(environment, "--workers", "2") as server, client_of(server) as client:
        until_announced(server)
        until(client, lambda samples: samples.get(of("yunshan_workers")) == 2)
        before = until(client, lambda samples: samples.get(of("yunshan_dataset_followed")) == 1)
        for _ in range(20):
            # A connection each, so that both workers get some.
            server.data(DISTRICT)
        after = scrape(client)
        assert moved(before, after, REQUESTS) == {(REQUESTS, "OK", "district"): 20}
        assert sum(moved(before, after, SECONDS).values()) == 20
        assert after[of("yunshan_pool_max_operations")] == 100

        killed = workers_of(server)[0]
        os.kill(int(killed), signal.SIGKILL)
        until(client, lambda now: now[of("yunshan_workers")] == 2 and killed not in workers_of(server))
        folder = Path(environment_of(server)["PROMETHEUS_MULTIPROC_DIR"])
        assert {path.name for path in folder.glob("*.lock")} == {"0.lock", "1.lock"}
        # uvicorn then goes on with a worker less.
        server.process.send_signal(signal.SIGTTOU)
        samples = until(client, lambda now: now[of("yunshan_workers")] == 1)
        district = of(REQUESTS, operation="district", outcome="OK")
        assert samples[district] == after[district] == 20
        assert samples[of("yunshan_pool_max_operations")] == 50
        assert samples[of("yunshan_dataset_revision")] == 1
    assert not folder.exists()


def workers_of(server: Server) -> list[str]:
    command = ["pgrep", "--parent", str(server.process.pid), "--full", "multiprocessing.spawn"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def environment_of(server: Server) -> dict[str, str]:
    """Of a worker, as the one that started it set it."""
    entries = Path(f"/proc/{workers_of(server)[0]}/environ").read_text().split("\0")
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)
