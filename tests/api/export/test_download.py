"""A file that is being sent: one revision to its end or no end at all, whatever happens to the database meanwhile."""

import asyncio
import csv
import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from io import StringIO
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from api.export import download
from api.export.endpoint import ExportEndpoint
from api.http.errors import HttpError
from api.http.outcome import OUTCOME
from api.limits.admission import AdmissionController
from api.settings import Settings
from loaders.documents import STILL_LIVE, Document
from loaders.errors import StoreTimeout, StoreUnavailable
from loaders.model.read_models import derive_rows
from loaders.model.revisions import Published
from loaders.store.fetch import Fetch, Fetched
from loaders.store.predicates import Compare
from schema.export.batches import BATCH_SIZE, FIRST_BATCH_SIZE
from tests.support.data.exported import districts
from tests.support.waiting import PATIENCE_S

FIRST = Published(7, 3, "seventh")


@cache
def stored_rows() -> list[Document]:
    """The metrics of twenty-one districts, ordered by id."""
    found = (
        row
        for content in districts(20)
        for row in derive_rows(cast(Any, {**content, "from": 1, "to": STILL_LIVE}))["metrics"]
    )
    return sorted(found, key=lambda row: str(row["id"]))


def batches() -> int:
    """How many reads they take for CSV, whose rows are small."""
    return 1 + -(-(len(stored_rows()) - FIRST_BATCH_SIZE) // BATCH_SIZE)


class Twin:
    """A store in memory. before: called with the number of each read, from 0; may raise, or change `pointer`."""

    def __init__(self, before: Callable[["Twin", int], None] = lambda _, __: None) -> None:
        self.pointer = FIRST
        self.reads = 0
        self.limits: list[int] = []
        self._before = before

    def known_published(self) -> Published:
        return FIRST

    async def published(self) -> Published:
        return self.pointer

    async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
        self.reads += 1
        self._before(self, self.reads - 1)
        assert (published.revision, fetch.collection) == (7, "metrics")
        self.limits.append(fetch.limit)
        last = fetch.bounds.value if isinstance(fetch.bounds, Compare) else ""
        return Fetched(deepcopy([row for row in stored_rows() if row["id"] > last][: fetch.limit]))


class Sent:
    """What an application sends."""

    def __init__(self) -> None:
        self.status = 0
        self.body = b""
        self.pieces: list[int] = []
        self.is_complete = False

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        assert not self.is_complete
        self.body += message.get("body", b"")
        self.pieces.append(len(message.get("body", b"")))
        self.is_complete = not message.get("more_body", False)


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "ATTEMPT_PAUSE_S", 0.0)


async def downloaded(store: Twin, settings: Settings | None = None, file: str = "metrics.csv") -> tuple[Sent, Any]:
    """Ask for a file; what was sent, and the outcome of the request."""
    settings = settings or Settings(mongodb_uri=None)
    app = Starlette(routes=[Route("/export/{file}", ExportEndpoint(settings, AdmissionController(settings)))])
    app.state.store = store
    scope = scope_of(file, app)
    sent = Sent()
    await ExportEndpoint(settings, AdmissionController(settings))(scope, _receive, sent)
    return sent, scope[OUTCOME]


def scope_of(file: str, app: Starlette) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": f"/export/{file}",
        "path_params": {"file": file},
        "query_string": b"",
        "headers": [],
        "client": ("192.0.2.1", 1),
        "app": app,
    }


async def _receive() -> Any:
    raise AssertionError("nothing is received")


def ids_of(sent: Sent) -> list[str]:
    return [row["id"] for row in csv.DictReader(StringIO(sent.body.decode(), newline=""))]


async def test_where_rows_are_large_fewer_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = await downloaded(Twin())
    monkeypatch.setattr(download, "EXPORT_BATCH_BYTES", 5_000)
    sent, _ = await downloaded(store := Twin())
    assert (sent.body, sent.is_complete) == (whole.body, True)
    assert all(1 <= limit < 20 for limit in store.limits[1:])
    assert max(sent.pieces[1:]) < 20_000
    monkeypatch.setattr(download, "EXPORT_BATCH_BYTES", 1)
    sent, _ = await downloaded(store := Twin())
    assert sent.body == whole.body
    assert store.limits[1:] == [1] * (len(stored_rows()) - FIRST_BATCH_SIZE + 1)


async def test_a_file_is_read_in_batches_and_sent_in_pieces() -> None:
    store = Twin()
    sent, outcome = await downloaded(store)
    assert ids_of(sent) == [row["id"] for row in stored_rows()]
    assert sent.is_complete
    assert store.limits == [FIRST_BATCH_SIZE, *[BATCH_SIZE] * (batches() - 1)]
    assert batches() > 3
    assert max(sent.pieces) == download.PIECE_BYTES
    assert (outcome.summary.code, outcome.summary.cost) == ("OK", len(stored_rows()))


@pytest.mark.parametrize("error", [StoreUnavailable("away"), StoreTimeout("slow")])
async def test_what_is_in_the_way_for_a_moment_is_waited_out(error: Exception) -> None:
    def before(store: Twin, read: int) -> None:
        if read in {1, 2, 4}:
            raise error

    whole, _ = await downloaded(Twin())
    sent, outcome = await downloaded(store := Twin(before))
    assert (sent.body, sent.is_complete) == (whole.body, True)
    assert store.reads == batches() + 3
    assert (outcome.summary.code, outcome.summary.cost) == ("OK", len(stored_rows()))


async def test_a_file_whose_database_stays_away_has_no_end() -> None:
    def before(store: Twin, read: int) -> None:
        if read >= 2:
            raise StoreUnavailable("away")

    sent, outcome = await downloaded(store := Twin(before))
    assert (sent.status, sent.is_complete) == (200, False)
    assert len(ids_of(sent)) == FIRST_BATCH_SIZE + BATCH_SIZE
    assert store.reads == 2 + download.MAX_BATCH_ATTEMPTS
    assert outcome.summary.code == "STORE_UNAVAILABLE"


async def test_json_that_breaks_off_is_no_json() -> None:
    def before(store: Twin, read: int) -> None:
        if read >= 2:
            raise StoreUnavailable("away")

    whole, _ = await downloaded(Twin(), file="metrics.json")
    assert [row["id"] for row in json.loads(whole.body)] == [row["id"] for row in stored_rows()]
    sent, _ = await downloaded(Twin(before), file="metrics.json")
    assert (sent.status, sent.is_complete) == (200, False)
    assert whole.body.startswith(sent.body)
    with pytest.raises(json.JSONDecodeError):
        json.loads(sent.body)


GONE = {
    "floor": Published(9, 8, "ninth"),
    "another database": Published(7, 3, "another seventh"),
    "a recreated database": Published(2, 0, "second"),
}


@pytest.mark.parametrize("pointer", GONE.values(), ids=GONE)
async def test_a_file_whose_revision_is_taken_away_has_no_end(pointer: Published) -> None:
    def before(store: Twin, read: int) -> None:
        if read == batches() - 1:
            # Rows may be missing from the last batch, which would look like the end.
            store.pointer = pointer

    sent, outcome = await downloaded(store := Twin(before))
    assert (sent.status, sent.is_complete) == (200, False)
    assert len(ids_of(sent)) == FIRST_BATCH_SIZE + BATCH_SIZE * (batches() - 2)
    assert store.reads == batches()
    assert outcome.summary.code == "REVISION_GONE"


async def test_revisions_that_are_published_meanwhile_change_nothing() -> None:
    def before(store: Twin, read: int) -> None:
        store.pointer = Published(7 + read, 7, f"load {read}" if read else FIRST.epoch)

    whole, _ = await downloaded(Twin())
    sent, _ = await downloaded(Twin(before))
    assert (sent.body, sent.is_complete) == (whole.body, True)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (StoreUnavailable("away"), 503, "STORE_UNAVAILABLE"),
        (StoreTimeout("slow"), 504, "STORE_TIMEOUT"),
        (HttpError(503, "busy"), 503, "SERVER_BUSY"),
    ],
)
async def test_what_fails_before_the_first_row_is_a_refusal(error: Exception, status: int, code: str) -> None:
    def before(store: Twin, read: int) -> None:
        raise error

    sent, outcome = await downloaded(Twin(before))
    assert (sent.status, json.loads(sent.body)["errors"][0]["extensions"]["code"]) == (status, code)
    assert outcome.summary.code == code


async def test_a_revision_that_is_gone_at_once_is_asked_for_again_by_the_client() -> None:
    store = Twin()
    store.pointer = GONE["floor"]
    sent, _ = await downloaded(store)
    assert (sent.status, json.loads(sent.body)["errors"][0]["extensions"]["code"]) == (503, "REVISION_GONE")


async def test_a_row_that_is_damaged_leaves_no_file_that_looks_whole() -> None:
    class Damaged(Twin):
        async def fetch(self, fetch: Fetch, published: Published) -> Fetched:
            fetched = await super().fetch(fetch, published)
            if self.reads == 2:
                del fetched.documents[5]["status"]
            return fetched

    sent = Sent()
    settings = Settings(mongodb_uri=None)
    app = Starlette()
    app.state.store = Damaged()
    with pytest.raises(KeyError):
        await ExportEndpoint(settings, AdmissionController(settings))(scope_of("metrics.csv", app), _receive, sent)
    assert (sent.status, sent.is_complete) == (200, False)


async def test_a_reader_that_pauses_holds_no_turn() -> None:
    settings = Settings(mongodb_uri=None, max_running=1, max_waiting=1)
    admission = AdmissionController(settings)
    exports = ExportEndpoint(settings, admission)
    app = Starlette()
    app.state.store = Twin()
    reads = asyncio.Event()
    paused = asyncio.Event()

    async def send_slowly(message: Any) -> None:
        if message["type"] == "http.response.body":
            paused.set()
            await reads.wait()

    task = asyncio.create_task(exports(scope_of("metrics.csv", app), _receive, send_slowly))
    await paused.wait()
    async with asyncio.timeout(PATIENCE_S), admission.slot("192.0.2.2", 1_000):
        pass
    reads.set()
    await task


async def test_so_many_files_are_under_way_and_no_more() -> None:
    settings = Settings(mongodb_uri=None, max_exports=4)
    exports = ExportEndpoint(settings, AdmissionController(settings))
    app = Starlette()
    app.state.store = Twin()
    reads, all_begun = asyncio.Event(), asyncio.Event()
    begun = 0

    async def send_slowly(message: Any) -> None:
        nonlocal begun
        if message["type"] == "http.response.start":
            begun += 1
            if begun == 2:
                all_begun.set()
            await reads.wait()

    def ask(client: str, send: Any) -> asyncio.Task[None]:
        scope = {**scope_of("metrics.csv", app), "client": (client, 1)}
        return asyncio.create_task(exports(scope, _receive, send))

    held = [ask("192.0.2.1", send_slowly) for _ in range(2)]
    await all_begun.wait()
    # Half of the places are one client's; another has the rest.
    refused, other = Sent(), Sent()
    await ask("192.0.2.1", refused)
    assert refused.status == 503
    assert json.loads(refused.body)["errors"][0]["extensions"]["code"] == "SERVER_BUSY"
    await ask("192.0.2.2", other)
    assert (other.status, other.is_complete) == (200, True)
    # Who leaves gives its place back.
    held[0].cancel()
    reads.set()
    await asyncio.gather(*held, return_exceptions=True)
    again = Sent()
    await ask("192.0.2.1", again)
    assert again.is_complete


def test_who_holds_a_file_is_told_so_without_the_database() -> None:
    class Unreachable:
        def known_published(self) -> Published:
            return FIRST

        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"the database was asked for {name}")

    settings = Settings(mongodb_uri=None)
    app = Starlette(routes=[Route("/export/{file}", ExportEndpoint(settings, AdmissionController(settings)))])
    app.state.store = Unreachable()
    client = TestClient(app)
    tag = client.head("/export/metrics.csv?slug.eq=a").headers["etag"]
    held = client.get("/export/metrics.csv?slug.eq=a", headers={"if-none-match": tag})
    assert (held.status_code, held.content) == (304, b"")


async def test_where_nothing_is_known_the_pointer_is_read() -> None:
    class Unknowing(Twin):
        def known_published(self) -> Any:
            return None

        async def published(self) -> Published:
            if self.reads == 0:
                raise StoreUnavailable("away")
            return FIRST

    sent, _ = await downloaded(store := Unknowing())
    assert sent.status == 503
    store.reads = 1
    sent, _ = await downloaded(store)
    assert sent.is_complete
