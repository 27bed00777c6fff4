"""The database goes away under a running server and comes back: requests fail cleanly, then succeed."""

from pathlib import Path

import httpx2
import pytest

from api.release import VERSION
from loaders.local.shared_mongod import local_mongod
from seeds.commands import BAIYUN
from tests.conftest import run_seeds
from tests.support.servers import Server, running_server
from tests.support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow

DISTRICT = '{ district(slug: "baiyun") { name { en } } }'
ANSWER = {"district": {"name": {"en": "Baiyun District"}}}


def ask(server: Server, accept: str = "application/json") -> httpx2.Response:
    return httpx2.post(f"{server.url}/graphql", json={"query": DISTRICT}, headers={"accept": accept}, timeout=120)


def test_requests_fail_cleanly_without_the_database_and_succeed_when_it_returns(tmp_path: Path) -> None:
    with local_mongod(tmp_path, "server") as uri:
        environment = {"MONGODB_URI": uri, "MONGODB_DATABASE": "outage"}
        run_seeds("load", str(BAIYUN), environment=environment)
    with running_server(environment) as server:
        # Started without its database: alive, not ready, and it says so at once.
        response = ask(server)
        assert (response.status_code, response.headers["retry-after"]) == (503, "1")
        for _ in range(2):
            with local_mongod(tmp_path, "server") as again:
                assert again == uri
                until(lambda: ask(server).status_code == 200, what="an answer after the database's return")
                assert ask(server).json()["data"] == ANSWER
                ready = f"{server.url}/readyz"
                until(lambda: httpx2.get(ready, timeout=PATIENCE_S).status_code == 200, what="readiness")  # noqa: B023
            # For a moment, what is kept is still known to be what the database would say.
            until(lambda: ask(server).status_code != 200, what="a refusal without the database")
            for accept in ("application/json", "application/graphql-response+json"):
                response = ask(server, accept)
                assert response.status_code == 503
                assert response.json() == {
                    "errors": [
                        {
                            "message": "The database cannot be reached right now; try again in a moment.",
                            "locations": [{"line": 1, "column": 3}],
                            "path": ["district"],
                            "extensions": {"code": "STORE_UNAVAILABLE"},
                        }
                    ]
                }
                assert "127.0.0.1" not in response.text
            assert httpx2.get(f"{server.url}/readyz", timeout=PATIENCE_S).json() == {
                "status": "unavailable",
                "reason": "the database cannot be reached",
                "version": VERSION,
            }
            assert httpx2.get(f"{server.url}/healthz", timeout=PATIENCE_S).status_code == 200
            # What needs no data is still answered.
            assert server.data("{ __schema { queryType { name } } }") == {
                "__schema": {"queryType": {"name": "Query"}}
            }
