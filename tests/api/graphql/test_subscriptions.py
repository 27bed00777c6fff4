"""Subscriptions, asked for by a client of either protocol over WebSockets, and as server-sent events."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from time import monotonic
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from websockets.exceptions import InvalidStatus

from loaders.mongo.driver import Database
from loaders.publishing import history
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from schema.retrieval.events import REVISION_POINTS
from seeds.building.district import build
from seeds.format.model import District
from tests.support.api import api_of
from tests.support.data.content import contents, district, load_of, put
from tests.support.servers import Server, running_beside, running_server, until_followed
from tests.support.subscriber import PROTOCOL, Subscriber, event_stream, subscriber
from tests.support.waiting import PATIENCE_S, until_async

DISTRICTS = """subscription($slug: String, $resumeAfter: Revision, $after: String) {
  districtChanged(slug: $slug, resumeAfter: $resumeAfter, after: $after) {
    cursor revision kind slug paths district { name { en } metrics { quantity { value } } }
  }
}"""
METRICS = """subscription($where: MetricFilter, $resumeAfter: Revision, $after: String) {
  metricChanged(where: $where, resumeAfter: $resumeAfter, after: $after) {
    cursor revision kind metricId paths quantityBefore { value } quantityAfter { value }
    metric { id name { en } citations { source { slug } } indicator { slug } }
  }
}"""
OBSERVATIONS = """subscription($where: ObservationFilter, $resumeAfter: Revision, $after: String) {
  observationChanged(where: $where, resumeAfter: $resumeAfter, after: $after) {
    cursor revision kind observationId paths quantityBefore { value } quantityAfter { value }
    observation { id status citations { source { slug } } indicator { slug } }
  }
}"""
DATASET = """subscription($resumeAfter: Revision) {
  datasetChanged(resumeAfter: $resumeAfter) { revision counts { districts } }
}"""
TERMINALS = "pillars.foundations.initiatives.sensing.metrics.terminals.quantity.value"


INIT = {"type": "connection_init"}


def subscribe(id_: str) -> dict[str, Any]:
    return {"type": "subscribe", "id": id_, "payload": {"query": DISTRICTS}}


def nested(depth: int) -> list[Any]:
    return [nested(depth - 1)] if depth else []


def with_figure(slug: str, value: float, mark: str = "a") -> Any:
    """A district whose one metric has a figure."""
    given = district(slug, mark)
    given["pillars"][0]["initiatives"][0]["metrics"][0]["quantity"]["value"] = value
    return build(District.model_validate(given))


@pytest_asyncio.fixture(scope="module")
async def quiet(mongodb_uri: str) -> AsyncIterator[Server]:
    """A server whose one revision has two districts, for tests that publish nothing."""
    async with api_of(mongodb_uri, contents(["a", "b"])) as api:
        with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": api.database_name}) as server:
            yield server


@pytest_asyncio.fixture
async def live(database: Database, settings: StoreSettings, mongodb_uri: str) -> AsyncIterator[Server]:
    """A server of its own whose first revision has two districts."""
    await put(database, ["a", "b"])
    with running_server({"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}) as server:
        yield server


async def until_subscribed(client: Subscriber) -> None:
    """Wait until the server has begun with all that the connection has asked so far."""
    await client.ask("last", "{ dataset { revision } }")
    assert list(await client.next()) == ["dataset"]
    assert await client.message() == {"id": "last", "type": "complete"}


def told(change: dict[str, Any]) -> tuple[int, str, str]:
    told_id: str = change.get("slug") or change.get("metricId") or change["observationId"]
    return change["revision"], change["kind"], told_id


async def test_each_change_is_told_as_it_is_published(database: Database, live: Server) -> None:
    async with subscriber(live) as client:
        await client.begin()
        await client.ask("1", DISTRICTS)
        await until_subscribed(client)
        await publish(database, load_of([with_figure("b", 150), with_figure("c", 1)]))
        first, second = [(await client.next())["districtChanged"] for _ in range(2)]
        assert told(first) == (2, "CHANGED", "b")
        assert first["paths"] == [TERMINALS]
        assert first["district"] == {"name": {"en": "a"}, "metrics": [{"quantity": {"value": "150"}}]}
        assert told(second) == (2, "ADDED", "c")
        assert second["paths"] == []
        await publish(database, load_of([with_figure("b", 150), with_figure("c", 1)], prune=True))
        gone = (await client.next())["districtChanged"]
        assert told(gone) == (3, "REMOVED", "a")
        assert gone["district"] is None


async def test_who_connects_again_is_told_what_was_missed_once_and_in_order(database: Database, live: Server) -> None:
    for number in range(2, 5):
        await put(database, ["a", "b", f"c{number}"], f"mark {number}")
    expected = [(n, "CHANGED", s) for n in (2, 3, 4) for s in ("a", "b")] + [(n, "ADDED", f"c{n}") for n in (2, 3, 4)]
    async with subscriber(live) as client:
        await client.begin()
        await client.ask("1", DISTRICTS, {"resumeAfter": 1})
        changes = [(await client.next())["districtChanged"] for _ in range(9)]
        assert [told(change) for change in changes] == sorted(expected, key=lambda one: (one[0], one[2]))
        assert {change["district"]["name"]["en"] for change in changes if change["revision"] == 3} == {"mark 3"}
        # In the midst of a revision, each event has a place of its own.
        await client.end("1")
        await client.ask("2", DISTRICTS, {"after": changes[3]["cursor"]})
        assert [(await client.next())["districtChanged"]["cursor"] for _ in range(5)] == [
            change["cursor"] for change in changes[4:]
        ]
        await put(database, ["a"], "mark 5")
        assert told((await client.next())["districtChanged"]) == (5, "CHANGED", "a")


async def test_one_district_alone_can_be_followed(database: Database, live: Server) -> None:
    async with subscriber(live) as client:
        await client.begin()
        await client.ask("1", DISTRICTS, {"slug": "b", "resumeAfter": 1})
        await put(database, ["a"], "x")
        await put(database, ["a", "b"], "y")
        assert told((await client.next())["districtChanged"]) == (3, "CHANGED", "b")


async def test_metrics_are_told_with_what_they_were(database: Database, live: Server) -> None:
    over = {"quantity": {"unit": {"eq": "terminal"}, "normalized": {"gt": 2_000_000}}}
    async with subscriber(live) as client:
        await client.begin()
        await client.ask("1", METRICS, {"where": over, "resumeAfter": 1})
        await publish(database, load_of([with_figure("a", 150), with_figure("b", 250)]))
        change = (await client.next())["metricChanged"]
        assert told(change) == (2, "CHANGED", "Metric:b/terminals")
        assert change["paths"] == ["quantity.value"]
        assert (change["quantityBefore"], change["quantityAfter"]) == ({"value": "140"}, {"value": "250"})
        assert change["metric"] == {
            "id": "Metric:b/terminals",
            "name": {"en": "Terminals"},
            "citations": [{"source": {"slug": "notice"}}],
            "indicator": {"slug": "terminals"},
        }
        # A metric that matched before the change, and no longer does, is sent too.
        await publish(database, load_of([with_figure("b", 150)]))
        change = (await client.next())["metricChanged"]
        assert (change["revision"], change["quantityAfter"]) == (3, {"value": "150"})
        await publish(database, load_of([with_figure("a", 300)], prune=True))
        assert told((await client.next())["metricChanged"]) == (4, "CHANGED", "Metric:a/terminals")
        await client.end("1")
        await client.ask("2", METRICS, {"after": "4:a/terminals"})
        gone = (await client.next())["metricChanged"]
        assert told(gone) == (4, "REMOVED", "Metric:b/terminals")
        assert (gone["quantityAfter"], gone["metric"]) == (None, None)


def with_years(slug: str, **values: int) -> Any:
    """A district whose one metric has a figure for each of some years, given as y2024."""
    given = district(slug)
    [metric] = given["pillars"][0]["initiatives"][0]["metrics"]
    citations = metric.pop("citations")
    del metric["quantity"]
    metric["observations"] = [
        {
            "slug": year[1:],
            "quantity": {"value": value, "unit": "terminal"},
            "period": {"kind": "YEAR", "edtf": year[1:], "label": {"zhHans": "年"}},
            "citations": citations,
        }
        for year, value in values.items()
    ]
    return build(District.model_validate(given))


async def test_observations_are_told_each_on_its_own(database: Database, live: Server) -> None:
    async with subscriber(live) as client:
        await client.begin()
        await client.ask("1", OBSERVATIONS, {"where": {"district": {"eq": "b"}}, "resumeAfter": 1})
        await publish(database, load_of([with_figure("a", 1), with_years("b", y2023=5, y2024=7)]))
        changes = [(await client.next())["observationChanged"] for _ in range(3)]
        # What was the only figure of the metric gave way to those of two years.
        assert [told(change) for change in changes] == [
            (2, "ADDED", "Observation:b/terminals/2023"),
            (2, "ADDED", "Observation:b/terminals/2024"),
            (2, "REMOVED", "Observation:b/terminals/main"),
        ]
        assert [change["cursor"] for change in changes] == [
            "2:b/terminals/2023",
            "2:b/terminals/2024",
            "2:b/terminals/main",
        ]
        assert [change["observation"] and change["observation"]["id"] for change in changes] == [
            "Observation:b/terminals/2023",
            "Observation:b/terminals/2024",
            None,
        ]
        assert [(change["quantityBefore"], change["quantityAfter"]) for change in changes] == [
            (None, {"value": "5"}),
            (None, {"value": "7"}),
            ({"value": "140"}, None),
        ]
        # A figure of an earlier year is corrected, and the metric's latest is not.
        await publish(database, load_of([with_years("b", y2023=6, y2024=7)]))
        change = (await client.next())["observationChanged"]
        assert told(change) == (3, "CHANGED", "Observation:b/terminals/2023")
        assert change["paths"] == ["quantity.value"]
        assert (change["quantityBefore"], change["quantityAfter"]) == ({"value": "5"}, {"value": "6"})
        assert change["observation"] == {
            "id": "Observation:b/terminals/2023",
            "status": "NORMAL",
            "citations": [{"source": {"slug": "notice"}}],
            "indicator": {"slug": "terminals"},
        }
        # In the midst of a revision, each event has a place of its own.
        await client.end("1")
        await client.ask("2", OBSERVATIONS, {"after": "2:b/terminals/2024"})
        assert told((await client.next())["observationChanged"]) == (2, "REMOVED", "Observation:b/terminals/main")
        assert told((await client.next())["observationChanged"]) == (3, "CHANGED", "Observation:b/terminals/2023")


async def test_an_observation_that_matched_before_its_change_is_told(database: Database, live: Server) -> None:
    await publish(database, load_of([with_years("b", y2023=5, y2024=7)]))
    until_followed(live, 2)
    async with subscriber(live) as client:
        await client.begin()
        many = {"period": {"during": "2023"}, "quantity": {"unit": {"eq": "terminal"}, "normalized": {"gte": 5}}}
        await client.ask("1", OBSERVATIONS, {"where": many})
        await until_subscribed(client)
        await publish(database, load_of([with_years("b", y2023=4, y2024=8)]))
        await publish(database, load_of([with_years("b", y2023=3, y2024=9)]))
        await publish(database, load_of([with_years("b", y2024=9)]))
        await publish(database, load_of([with_years("b", y2023=6, y2024=9)]))
        seen = [(await client.next())["observationChanged"] for _ in range(2)]
        assert [told(one) for one in seen] == [
            (3, "CHANGED", "Observation:b/terminals/2023"),
            (6, "ADDED", "Observation:b/terminals/2023"),
        ]


async def test_an_observation_of_an_old_revision_is_told_from_the_history(
    database: Database, live: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "READER_GRACE", timedelta(0))
    for number in range(2, 6):
        await publish(database, load_of([with_figure("a", number)]))
    async with subscriber(live) as client:
        await client.begin()
        await client.ask("1", OBSERVATIONS, {"resumeAfter": 2})
        seen = [(await client.next())["observationChanged"] for _ in range(3)]
        assert [change["quantityBefore"]["value"] for change in seen] == ["2", "3", "4"]
        assert all(change["observation"]["citations"] for change in seen)
        # What only other documents hold is refused, and not made up.
        await client.ask("2", "subscription { observationChanged(resumeAfter: 2) { observation { metric { id } } } }")
        [error] = (await client.message())["payload"]["errors"]
        assert (error["path"], error["extensions"]["code"]) == (
            ["observationChanged", "observation", "metric"],
            "BAD_USER_INPUT",
        )


async def test_a_revision_that_is_no_longer_served_is_told_from_the_history(
    database: Database, live: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "READER_GRACE", timedelta(0))
    for number in range(2, 6):
        await publish(database, load_of([with_figure("a", number)]))
    async with subscriber(live) as client:
        await client.begin()
        await client.ask("1", DISTRICTS, {"resumeAfter": 0})
        changes = [(await client.next())["districtChanged"] for _ in range(6)]
        assert [told(change) for change in changes] == [
            (1, "ADDED", "a"),
            (1, "ADDED", "b"),
            *((number, "CHANGED", "a") for number in range(2, 6)),
        ]
        figures = [change["district"]["metrics"][0]["quantity"]["value"] for change in changes]
        assert figures == ["140", "140", "2", "3", "4", "5"]
        await client.end("1")
        await client.ask("2", METRICS, {"resumeAfter": 2})
        metrics = [(await client.next())["metricChanged"] for _ in range(3)]
        assert [change["quantityBefore"]["value"] for change in metrics] == ["2", "3", "4"]
        assert all(change["metric"]["citations"] for change in metrics)
        # What only other documents hold is refused, and not made up.
        await client.ask("3", "subscription { metricChanged(resumeAfter: 2) { metric { district { id } } } }")
        message = await client.message()
        [error] = message["payload"]["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert "this old" in error["message"]


async def test_the_dataset_is_told_at_each_revision(database: Database, live: Server) -> None:
    await put(database, ["c"])
    async with subscriber(live) as client:
        await client.begin()
        await client.ask("1", DATASET, {"resumeAfter": 0})
        seen = [(await client.next())["datasetChanged"] for _ in range(2)]
        assert seen == [{"revision": 1, "counts": {"districts": 2}}, {"revision": 2, "counts": {"districts": 3}}]
        await put(database, ["d"])
        assert (await client.next())["datasetChanged"] == {"revision": 3, "counts": {"districts": 4}}


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"resumeAfter": 2}, "revision 2 is not published; the newest is 1"),
        ({"after": "x"}, '"after" is no cursor'),
        ({"after": "1:a", "resumeAfter": 1}, "exclude each other"),
        ({"resumeAfter": -1}, "is no revision"),
    ],
)
async def test_a_place_that_cannot_be_is_told(quiet: Server, variables: dict[str, Any], words: str) -> None:
    async with subscriber(quiet) as client:
        await client.begin()
        await client.ask("1", DISTRICTS, variables)
        message = await client.message()
        assert (message["type"], message["id"]) == ("error", "1")
        [error] = message["payload"]
        assert words in error["message"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_queries_can_be_asked_beside_subscriptions(quiet: Server) -> None:
    async with subscriber(quiet) as client:
        await client.begin({"acceptLanguage": "en"})
        await client.ask("s", DISTRICTS)
        await client.ask("q", '{ district(slug: "a") { name { text } } }')
        assert await client.next() == {"district": {"name": {"text": "a"}}}
        assert await client.message() == {"id": "q", "type": "complete"}
        await client.ask("w", "{ nothing }")
        message = await client.message()
        assert (message["id"], message["type"]) == ("w", "error")
        assert message["payload"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        await client.send(type="ping", payload={"at": 1})
        assert await client.message() == {"type": "pong", "payload": {"at": 1}}


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([INIT, INIT], 4429),
        ([subscribe("1")], 4401),
        ([INIT, subscribe("1"), subscribe("1")], 4409),
        ([INIT, subscribe("")], 4400),
        ([INIT, {"type": "subscribe", "id": "1", "payload": []}], 4400),
        ([{"type": "nonsense"}], 4400),
        ([[]], 4400),
        ([{**INIT, "payload": {"deep": nested(32)}}], 4400),
    ],
)
async def test_who_breaks_the_protocol_is_told_by_a_code(quiet: Server, messages: list[Any], code: int) -> None:
    async with subscriber(quiet) as client:
        for message in messages:
            await client.connection.send(json.dumps(message))
        assert (await client.closed())[0] == code


async def test_a_message_that_is_no_json_or_no_text_or_too_large_closes_the_connection(quiet: Server) -> None:
    for message, code in (("{", 4400), (b"{}", 4400), ("x" * 200_000, 1009)):
        async with subscriber(quiet) as client:
            await client.connection.send(message)
            assert (await client.closed())[0] == code


@pytest.mark.parametrize("protocol", ["soap", "graphql-ws"])
async def test_another_subprotocol_is_not_acceptable(quiet: Server, protocol: str) -> None:
    async with subscriber(quiet, protocol) as client:
        assert (await client.closed())[0] == 4406


async def test_pages_of_other_origins_may_not_connect(quiet: Server) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with subscriber(quiet, origin="https://evil.example"):
            pass
    assert refused.value.response.status_code == 403
    async with subscriber(quiet, origin=quiet.url) as client:
        await client.begin()
    with running_beside(quiet, CORS_ORIGINS="https://good.example", TRUSTED_HOSTS="example.org") as beside:
        async with subscriber(beside, origin="https://good.example") as client:
            await client.begin()
        with pytest.raises(InvalidStatus) as refused:
            async with subscriber(beside, host="evil.example"):
                pass
        assert refused.value.response.status_code == 421


async def test_a_client_has_so_many_connections_and_operations(quiet: Server) -> None:
    with running_beside(quiet, MAX_STREAMS="2", MAX_SOCKET_OPERATIONS="2") as beside:
        async with subscriber(beside) as one, subscriber(beside) as two:
            await two.begin()
            with pytest.raises(InvalidStatus) as refused:
                async with subscriber(beside):
                    pass
            assert refused.value.response.status_code == 429
            await one.begin()
            for id_ in "abc":
                await one.ask(id_, DISTRICTS)
            message = await one.message()
            assert (message["id"], message["payload"][0]["extensions"]["code"]) == ("c", "TOO_MANY_REQUESTS")
        # Their places are free once the server has noticed that they left.
        await until_connected(beside)


async def until_connected(server: Server) -> None:
    ends = monotonic() + PATIENCE_S
    while True:
        try:
            async with subscriber(server) as client:
                await client.begin()
                return
        except InvalidStatus as refused:
            if refused.response.status_code != 429 or monotonic() > ends:
                raise


async def test_silence_closes_a_connection(quiet: Server) -> None:
    with running_beside(quiet, REQUEST_TIMEOUT_S="1", SOCKET_IDLE_S="1") as beside:
        async with subscriber(beside) as client:
            assert await client.closed() == (4408, "Connection initialisation timeout")
        async with subscriber(beside) as client:
            await client.begin()
            assert (await client.closed())[0] == 1000
        async with subscriber(beside) as client:
            await client.begin()
            await client.ask("1", DISTRICTS)
            async with subscriber(beside) as silent:
                await silent.begin()
                assert (await silent.closed())[0] == 1000
            # The one that follows something has been as silent for longer.
            await client.send(type="ping")
            assert await client.message() == {"type": "pong"}


async def test_a_server_that_stops_says_so(quiet: Server) -> None:
    with running_beside(quiet) as beside:
        async with subscriber(beside) as client, event_stream(beside, DISTRICTS) as events:
            await client.begin()
            await client.ask("1", DISTRICTS)
            await until_subscribed(client)
            beside.process.terminate()
            assert (await client.closed())[0] == 1012
            assert [event async for event in events] == []
        assert beside.process.wait(PATIENCE_S) == 0


async def test_a_subscription_ends_where_the_data_is_made_anew(database: Database, live: Server) -> None:
    for number in range(2, 5):
        await put(database, ["a"], f"mark {number}")
    until_followed(live, 4)
    async with subscriber(live) as client, event_stream(live, DATASET) as events:
        await client.begin()
        await client.ask("1", DATASET)
        await until_subscribed(client)
        await database.delete_many("revisions", {})
        await database.delete_many("districts", {})
        await put(database, ["a"], "anew")
        message = await client.message()
        assert message["type"] == "error"
        assert "was recreated" in message["payload"][0]["message"]
        assert [name async for name, _, _ in events] == ["next", "complete"]


async def test_a_connection_is_a_line_of_the_log(quiet: Server) -> None:
    def lines() -> list[Any]:
        log = quiet.log.read_text()[before:]
        return [json.loads(line) for line in log.splitlines() if line.startswith("{")]

    def connections() -> list[Any]:
        return [line for line in lines() if line.get("method") == "WEBSOCKET"]

    before = len(quiet.log.read_text())
    async with subscriber(quiet) as client:
        await client.begin()
        await client.ask("1", "{ __typename }")
        await client.next()
    await until_async(connections)
    [line] = connections()
    assert (line["path"], line["status"]) == ("/graphql", 101)
    assert not [line for line in lines() if line["level"] not in {"INFO", "WARNING"}]


async def test_an_event_that_is_too_large_is_told_as_an_error(quiet: Server) -> None:
    with running_beside(quiet, MAX_RESPONSE_BYTES="1024") as beside:
        async with subscriber(beside) as client:
            await client.begin()
            names = " ".join(
                f"{letter}: metrics {{ id citations {{ source {{ slug }} }} }}" for letter in "abcdefghijklmn"
            )
            query = f"subscription {{ districtChanged(resumeAfter: 0) {{ district {{ {names} }} }} }}"
            await client.ask("1", query)
            message = await client.message()
            assert message["payload"]["errors"][0]["extensions"]["code"] == "RESPONSE_LIMIT_EXCEEDED"


async def test_an_event_stream_goes_on_after_the_event_that_the_client_had_last(
    database: Database, live: Server
) -> None:
    await put(database, ["a", "b"], "two")
    await put(database, ["a", "b"], "three")
    async with event_stream(live, DISTRICTS, {"resumeAfter": 1}) as events:
        seen = [await anext(events) for _ in range(2)]
    assert [(name, id_) for name, id_, _ in seen] == [("next", "2:a"), ("next", "2:b")]
    async with event_stream(live, DISTRICTS, {"resumeAfter": 1}, **{"last-event-id": "3:a"}) as events:
        name, id_, data = await anext(events)
        assert (name, id_, told(data["data"]["districtChanged"])) == ("next", "3:b", (3, "CHANGED", "b"))


async def test_an_event_stream_can_answer_a_query(quiet: Server) -> None:
    async with event_stream(quiet, "{ dataset { revision } }") as events:
        [(name, _, body), (end, _, nothing)] = [event async for event in events]
    assert (name, body["data"], end, nothing) == ("next", {"dataset": {"revision": 1}}, "complete", None)
    async with event_stream(quiet, "{ wrong }") as events:
        [(name, _, body), (end, _, _)] = [event async for event in events]
    assert (name, body["errors"][0]["extensions"]["code"], end) == ("next", "GRAPHQL_VALIDATION_FAILED", "complete")


def test_a_subscription_is_not_answered_as_json(quiet: Server) -> None:
    answer = httpx2.post(
        f"{quiet.url}/graphql", json={"query": DATASET}, headers={"accept": "application/json"}, timeout=PATIENCE_S
    )
    assert answer.status_code == 406
    assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_ACCEPTABLE"


@pytest.mark.parametrize("transport", [PROTOCOL, "SSE"])
async def test_each_event_costs_what_it_brings(database: Database, live: Server, transport: str) -> None:
    for mark in "cdef":
        await put(database, ["a", "b"], mark)
    query = "subscription { districtChanged(resumeAfter: 0) { district { metrics { id } } } }"
    with running_beside(live, RATE_LIMIT="1000") as metered:
        started = monotonic()
        if transport == "SSE":
            async with event_stream(metered, query) as events:
                for _ in range(10):
                    await anext(events)
        else:
            async with subscriber(metered, transport) as client:
                await client.begin()
                await client.ask("1", query)
                for _ in range(10):
                    await client.next()
        spent = 1000 - left(metered)
        # A district and 33 metrics of it each, as the contract counts, and five revisions of the past; some points
        # come back meanwhile.
        points = 10 * 34 + 5 * REVISION_POINTS
        assert points - 1000 / 60 * (monotonic() - started) <= spent
        # A server asks itself a first question, and `left` is another.
        assert spent <= points + 2


def left(server: Server) -> int:
    """The points that this machine may still spend; asking costs one."""
    answer = httpx2.post(f"{server.url}/graphql", json={"query": "{ __typename }"}, timeout=PATIENCE_S)
    return int(answer.headers["ratelimit"].split(";")[1].removeprefix("r="))
