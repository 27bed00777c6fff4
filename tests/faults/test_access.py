"""A MongoDB with users, a key file and required TLS: what refuses a server or a loader is said in a sentence."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from tests.support import programs
from tests.support.secured_mongod import SecuredMongod, secured_mongod
from tests.support.servers import ROOT, Server, running_server
from tests.support.waiting import PATIENCE_S, until

DATABASE = "yunshan"
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
SLOW = {"an unknown user", "no user", "an authority that is not trusted", "no TLS"}
CASES = pytest.mark.parametrize(
    "case", [pytest.param(case, marks=pytest.mark.slow if case in SLOW else ()) for case in REFUSED]
)


@pytest.fixture(scope="module")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredMongod]:
    openssl = programs.program("openssl", otherwise=MISSING, required_by="YUNSHAN_REQUIRE_PROXY")
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


@CASES
def test_a_refusal_is_said_by_the_server_its_log_and_the_loader(mongod: SecuredMongod, case: str) -> None:
    reason, logged, told = REFUSED[case]
    uri = address(mongod, case)
    try:
        done = run_seeds(uri, "load")
        port, line = f"{mongod.port}", done.stderr.partition("_ssl.c:")[2].partition(")")[0]
        assert (done.returncode, done.stdout) == (4, "")
        assert done.stderr == told.format(port=port, line=line) + "\n"
        with server_on(uri) as server:
            ready = httpx2.get(f"{server.url}/readyz", timeout=PATIENCE_S)
            assert (ready.status_code, ready.json()["reason"]) == (503, reason)
            until(lambda: logged in server.log.read_text(), what=logged)
            answer = server.ask('{ district(slug: "baiyun") { slug } }')
            [error] = answer["errors"]
            denied = error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
            assert denied == reason.startswith("MongoDB refused")
            assert "MongoDB" not in error["message"]
            assert "Topology" not in "".join(
                line for line in server.log.read_text().splitlines() if "not ready" in line
            )
    finally:
        if case == "a user of another database":
            mongod.command({"dropUser": "other"})


def run_seeds(uri: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the loader with an address that may be refused."""
    return subprocess.run(
        [sys.executable, "-m", "seeds", *arguments],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT, "MONGODB_URI": uri, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


@contextmanager
def server_on(uri: str, **environment: str) -> Iterator[Server]:
    with running_server({**ENVIRONMENT, "MONGODB_URI": uri, **environment}) as server:
        yield server
