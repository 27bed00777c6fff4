"""A MongoDB with users, a key file and required TLS: documented roles are enough, and each refusal is a sentence."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from seeds.commands import BAIYUN
from tests.support import programs
from tests.support.data.content import district
from tests.support.replica_set import failing
from tests.support.secured_mongod import SecuredMongod, secured_mongod
from tests.support.servers import ROOT, Server, running_server, until_followed
from tests.support.subscriber import subscriber
from tests.support.waiting import PATIENCE_S, until, until_async

DATABASE = "yunshan"
GUIDE = (ROOT / "docs/guide/run.md").read_text(encoding="utf-8")
MISSING = "No openssl found; install it to test MongoDB with TLS, for example: apt-get install openssl"
ENVIRONMENT = {"MONGODB_DATABASE": DATABASE}
DENIED = "; nothing was published. Check MONGODB_URI, and the user's roles (docs/guide/run.md)"
UNREACHABLE = "; nothing was published. Is it running, and is MONGODB_URI right?"
WRONG_LOGIN = "MongoDB refused the user name or password"
NO_LOGIN = "MongoDB refused a client without a user name and password"
NO_PRIVILEGE = "MongoDB refused find on yunshan: the user lacks a privilege"
UNTRUSTED = "MongoDB's TLS certificate is not accepted"
UNTRUSTED_DETAIL = (
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain"
)
CLOSED = "connection closed (does it require TLS?)"

# For each refusal what /readyz says, what the log says, and what the loader says.
REFUSED: dict[str, tuple[str, str, str]] = {
    "a wrong password": (WRONG_LOGIN, f"{WRONG_LOGIN}: Authentication failed.", WRONG_LOGIN + DENIED),
    "an unknown user": (WRONG_LOGIN, f"{WRONG_LOGIN}: Authentication failed.", WRONG_LOGIN + DENIED),
    "no user": (NO_LOGIN, f"{NO_LOGIN}: command find requires authentication", NO_LOGIN + DENIED),
    "a user of another database": (
        NO_PRIVILEGE,
        f"{NO_PRIVILEGE}: not authorized on yunshan to execute command find",
        NO_PRIVILEGE + DENIED,
    ),
    "an authority that is not trusted": (
        UNTRUSTED,
        UNTRUSTED_DETAIL,
        f"{UNTRUSTED}: 127.0.0.1:{{port}}: {UNTRUSTED_DETAIL} (_ssl.c:{{line}}){UNREACHABLE}",
    ),
    "no TLS": (
        "the database cannot be reached",
        CLOSED,
        f"the database cannot be reached: 127.0.0.1:{{port}}: {CLOSED}{UNREACHABLE}",
    ),
}
CASES = pytest.mark.parametrize("case", REFUSED)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def openssl() -> str:
    return programs.program("openssl", otherwise=MISSING, required_by="YUNSHAN_REQUIRE_PROXY")


@pytest.fixture(scope="module")
def mongod(openssl: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredMongod]:
    folder = tmp_path_factory.mktemp("secured")
    with secured_mongod(folder, openssl) as mongod:
        yield mongod
    shutil.rmtree(folder)


def address(mongod: SecuredMongod, case: str) -> str:
    match case:
        case "a wrong password":
            return mongod.uri(password="wrong")
        case "an unknown user":
            return mongod.uri("nobody")
        case "no user":
            return mongod.uri(None)
        case "a user of another database":
            return mongod.create_user("other", [{"role": "readWrite", "db": "other"}])
        case "an authority that is not trusted":
            return mongod.uri(tlsCAFile="")
        case _:
            return mongod.uri(tls="", tlsCAFile="")


def not_ready(server: Server) -> str:
    """Why a server says that it isn't ready."""
    ready = httpx2.get(f"{server.url}/readyz", timeout=PATIENCE_S)
    assert ready.status_code == 503
    return str(ready.json()["reason"])


def refused(server: Server) -> Any:
    """The error of a question that can't be answered."""
    [error] = server.ask('{ district(slug: "baiyun") { slug } }')["errors"]
    return error


def refused_load(uri: str) -> subprocess.CompletedProcess[str]:
    """A load that is refused, and not merely too slow: on a busy machine a login may take longer than it may."""
    done: list[subprocess.CompletedProcess[str]] = []

    def is_refused() -> bool:
        done[:] = [run_seeds(uri, "load", str(BAIYUN))]
        return "timed out" not in done[0].stderr and "No servers found yet" not in done[0].stderr

    until(is_refused, within_s=5 * PATIENCE_S, what="a refusal")
    return done[0]


@CASES
def test_a_refusal_is_said_by_the_server_its_log_and_the_loader(mongod: SecuredMongod, case: str) -> None:
    reason, logged, told = REFUSED[case]
    uri = address(mongod, case)
    try:
        done = refused_load(uri)
        port, line = f"{mongod.port}", done.stderr.partition("_ssl.c:")[2].partition(")")[0]
        assert (done.returncode, done.stdout) == (4, "")
        assert done.stderr == told.format(port=port, line=line) + "\n"
        with running_server({**ENVIRONMENT, "MONGODB_URI": uri}) as server:
            until(lambda: not_ready(server) == reason, what=reason)
            until(lambda: logged in server.log.read_text(), what=logged)
            is_denied = reason.startswith("MongoDB refused")
            code = "INTERNAL_SERVER_ERROR" if is_denied else "STORE_UNAVAILABLE"
            until(lambda: refused(server)["extensions"]["code"] == code, what=code)
            assert "MongoDB" not in refused(server)["message"]
            assert "Topology" not in "".join(
                line for line in server.log.read_text().splitlines() if "not ready" in line
            )
    finally:
        if case == "a user of another database":
            mongod.command({"dropUser": "other"})


@pytest.fixture(scope="module")
def reader(mongod: SecuredMongod) -> str:
    """The address of the API, as docs/guide/run.md creates its user."""
    return mongod.create_user("yunshan-api", documented_roles("yunshan-api"))


@pytest.fixture(scope="module")
def writer(mongod: SecuredMongod) -> str:
    """The address of the loader, as docs/guide/run.md creates its user."""
    return mongod.create_user("yunshan-loader", documented_roles("yunshan-loader"))


@pytest.fixture(scope="module")
def loaded(writer: str) -> None:
    done = run_seeds(writer, "load", str(BAIYUN))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "published revision 1: 1 added, 0 changed, 0 removed, 0 unchanged\n"


def documented_roles(user: str) -> list[dict[str, str]]:
    """The roles that the guide gives to a user."""
    [roles] = re.findall(rf'createUser\(\{{user: "{user}",.*?roles: (\[.*?\])\}}\)', GUIDE)
    return list(json.loads(re.sub(r"\b(role|db):", r'"\1":', roles)))


async def test_the_documented_roles_are_enough_to_serve_to_load_and_to_subscribe(
    mongod: SecuredMongod, reader: str, writer: str, loaded: None, tmp_path: Path
) -> None:
    assert documented_roles("yunshan-api") == [{"role": "read", "db": "yunshan"}]
    assert documented_roles("yunshan-loader") == [{"role": "readWrite", "db": "yunshan"}]
    file = tmp_path / "more.jsonl"
    file.write_text(json.dumps(district("more")) + "\n", encoding="utf-8")
    with running_server({**ENVIRONMENT, "MONGODB_URI": reader, "EXPLAIN": "true"}) as server:
        until_followed(server)
        until(lambda: httpx2.get(f"{server.url}/readyz", timeout=PATIENCE_S).status_code == 200, what="readiness")
        query = '{ district(slug: "baiyun") { slug } metrics(first: 1) { totalCount } }'
        answer = httpx2.post(
            f"{server.url}/graphql", json={"query": query}, headers={"Yunshan-Explain": "1"}, timeout=PATIENCE_S
        ).json()
        assert answer["data"] == {"district": {"slug": "baiyun"}, "metrics": {"totalCount": 33}}
        assert "explain" in str(answer["extensions"])
        async with subscriber(server) as own:
            await (await own.begin()).ask("1", "subscription { districtChanged { slug kind } }")
            # The server has begun with all that it was asked before.
            await own.ask("2", "{ dataset { revision } }")
            while (await own.message())["type"] != "complete":
                pass
            done = await asyncio.to_thread(run_seeds, writer, "load", str(file))
            assert (done.returncode, done.stderr) == (0, "")
            assert await own.next() == {"districtChanged": {"slug": "more", "kind": "ADDED"}}
        assert "lacks a privilege" not in server.log.read_text()
        assert '"level":"WARNING"' not in server.log.read_text()


def test_the_apis_user_can_write_nothing(reader: str, loaded: None) -> None:
    done = run_seeds(reader, "load", str(BAIYUN), "--force")
    refused = "MongoDB refused findAndModify on yunshan: the user lacks a privilege"
    assert (done.returncode, done.stdout, done.stderr) == (4, "", f"{refused}{DENIED}\n")
    with MongoClient[dict[str, Any]](reader) as client:
        for collection in client[DATABASE].list_collection_names():
            for write in (client[DATABASE][collection].insert_one, client[DATABASE][collection].delete_one):
                with pytest.raises(OperationFailure, match="not authorized"):
                    write({"_id": "x"})
        with pytest.raises(OperationFailure, match="not authorized"):
            client[DATABASE].create_collection("x")


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_the_apis_user_can_end_the_operations_that_its_clients_have_left(
    mongod: SecuredMongod, reader: str, loaded: None, driver: str
) -> None:
    namespace = f"{DATABASE}.districts_2"
    # By itself, an operation would have longer than the test.
    lasting = {"MONGODB_OPERATION_TIMEOUT_MS": "600000", "RESPONSE_CACHE_BYTES": "0", "MONGODB_DRIVER": driver}
    with running_server({**ENVIRONMENT, **lasting, "MONGODB_URI": reader}) as server:
        with failing([mongod], "waitInFindBeforeMakingBatch", nss=namespace, shouldCheckForInterrupt=True):

            async def ask() -> None:
                async with httpx2.AsyncClient(timeout=300) as client:
                    await client.post(
                        f"{server.url}/graphql", json={"query": '{ district(slug: "baiyun") { slug } }'}
                    )

            asking = asyncio.create_task(ask())
            await until_async(lambda: len(mongod.running(namespace)) == 1, what="an operation on districts")
            asking.cancel()
            await until_async(lambda: mongod.running(namespace) == [], what="the end of the operation")
            with pytest.raises(asyncio.CancelledError):
                await asking
        assert server.data('{ district(slug: "baiyun") { slug } }') == {"district": {"slug": "baiyun"}}


def test_other_validators_need_a_user_that_may_administer(mongod: SecuredMongod, writer: str, loaded: None) -> None:
    with MongoClient[dict[str, Any]](mongod.uri()) as client:
        client[DATABASE].command({"collMod": "awards_2", "validator": {}})
    done = run_seeds(writer, "prepare")
    refused = "MongoDB refused collMod on yunshan: the user lacks a privilege"
    assert (done.returncode, done.stdout, done.stderr) == (4, "", f"{refused}{DENIED}\n")
    admin = mongod.create_user("yunshan-admin", documented_roles("yunshan-admin"))
    assert documented_roles("yunshan-admin") == [{"role": "dbAdmin", "db": "yunshan"}]
    done = run_seeds(admin, "prepare")
    assert (done.returncode, done.stdout) == (0, "updated the validator of awards\n"), done.stderr
    with MongoClient[dict[str, Any]](mongod.uri()) as client:
        client[DATABASE]["awards_2"].drop_index("by_id")
        client[DATABASE]["awards_2"].create_index([("id", 1)], name="by_id")
    done = run_seeds(writer, "prepare")
    assert (done.returncode, done.stdout) == (0, "replaced the index by_id of awards\n"), done.stderr
    done = run_seeds(writer, "load", str(BAIYUN), "--force")
    assert done.returncode == 0, done.stderr


def test_a_user_that_is_mended_needs_no_restart(mongod: SecuredMongod, loaded: None) -> None:
    with running_server({**ENVIRONMENT, "MONGODB_URI": mongod.uri("late")}) as server:
        ready = f"{server.url}/readyz"
        # Until the first answer of MongoDB, it can't be told from one that is away.
        until(lambda: not_ready(server) == WRONG_LOGIN, what=WRONG_LOGIN)
        mongod.create_user("late", documented_roles("yunshan-api"))
        until(lambda: httpx2.get(ready, timeout=PATIENCE_S).status_code == 200, what=ready)


def test_a_set_of_three_that_trust_each_other_by_the_key_file_goes_on_after_an_election(
    openssl: str, tmp_path: Path
) -> None:
    with secured_mongod(tmp_path, openssl, size=3) as members:
        reader = members.create_user("yunshan-api", documented_roles("yunshan-api"))
        writer = members.create_user("yunshan-loader", documented_roles("yunshan-loader"))
        assert run_seeds(writer, "load", str(BAIYUN)).returncode == 0
        wait_until_whole(members)
        with running_server({**ENVIRONMENT, "MONGODB_URI": reader}) as server:
            before = members.command({"hello": 1})["primary"]
            members.command({"replSetStepDown": 60, "secondaryCatchUpPeriodSecs": 30})
            until(lambda: primary_of(members) not in {None, before}, within_s=120, what="another primary")
            assert server.data('{ district(slug: "baiyun") { slug } }') == {"district": {"slug": "baiyun"}}
            done = run_seeds(writer, "load", str(BAIYUN), "--force")
            assert (done.returncode, done.stderr) == (0, "")
            until(lambda: server.data("{ dataset { revision } }") == {"dataset": {"revision": 2}}, what="revision 2")


def wait_until_whole(members: SecuredMongod) -> None:
    def is_whole() -> bool:
        states = [member["stateStr"] for member in members.command({"replSetGetStatus": 1})["members"]]
        return sorted(states) == ["PRIMARY", "SECONDARY", "SECONDARY"]

    until(is_whole, within_s=120, what="a primary and two secondaries")


def primary_of(members: SecuredMongod) -> str | None:
    with MongoClient[dict[str, Any]](members.uri(readPreference="primaryPreferred")) as client:
        primary: str | None = client.admin.command({"hello": 1}).get("primary")
        return primary


def run_seeds(uri: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the loader with an address that may be refused."""
    return subprocess.run(
        [sys.executable, "-m", "seeds", *arguments],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT, "MONGODB_URI": uri},
        capture_output=True,
        text=True,
        timeout=300,
    )
