"""Servers behind the proxy of ops/haproxy.cfg: restarted one after the other under load, and silent for a minute.

YUNSHAN_RESTARTS sets how often.
"""

import asyncio
import os
import signal
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
from tests.support import programs
from tests.support.data.content import put
from tests.support.servers import ROOT, Server, free_port, running_server
from tests.support.subscriber import PROTOCOL, Subscriber
from tests.support.waiting import PATIENCE_S, until, until_async

RESTARTS = int(os.environ.get("YUNSHAN_RESTARTS", "4"))
CLIENTS = 6
# Each client asks so often that most of the load finds connections in use.
PAUSE_S = 0.02
QUERY = '{ dataset { revision } district(slug: "baiyun") { slug metrics(first: 5) { slug } } }'

# Longer than each of the proxy's timeouts but the one for tunnels, and than the server's pings are apart (20 s).
SILENT_S = 60

# The line of the access log for a request of theirs.
ASKED = "POST /graphql 200"
MISSING = "No {0} found; install it to test rolling restarts, for example: apt-get install {0}"

pytestmark = pytest.mark.slow


class Pair:
    """Two servers on ports of their own, each of which can be replaced."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._stacks = [ExitStack(), ExitStack()]
        self.ports = [free_port(), free_port()]
        self.servers = [self._start(number) for number in range(2)]

    def restart(self, number: int) -> None:
        """Stop a server, start another in its place, and wait until it is ready."""
        process = self.servers[number].process
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0, self.servers[number].log.read_text()[-3000:]
        self._stacks[number].close()
        self.servers[number] = self._start(number)

    def close(self) -> None:
        for stack in self._stacks:
            stack.close()

    def _start(self, number: int) -> Server:
        own = {**self._environment, "PORT": str(self.ports[number])}
        server = self._stacks[number].enter_context(running_server(own))
        ready = f"{server.url}/readyz"
        until(lambda: httpx2.get(ready, timeout=PATIENCE_S).status_code == 200, what=ready)
        return server


@pytest.fixture(scope="module")
def haproxy() -> str:
    """The path of HAProxy; without it the test is skipped, or fails where YUNSHAN_REQUIRE_PROXY is set."""
    return found("haproxy")


def found(name: str) -> str:
    return programs.program(name, otherwise=MISSING.format(name), required_by="YUNSHAN_REQUIRE_PROXY")


@pytest.fixture(scope="module")
def pair(server: Server, haproxy: str) -> Iterator[Pair]:
    database = {name: server.environment[name] for name in ("MONGODB_URI", "MONGODB_DATABASE")}
    pair = Pair({**database, "DRAIN_S": "2", "TRUSTED_PROXIES": "127.0.0.1"})
    yield pair
    pair.close()


@pytest.fixture(scope="module")
def certificate(haproxy: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    folder = tmp_path_factory.mktemp("certificate")
    key, chain = folder / "key.pem", folder / "chain.pem"
    subprocess.run(
        [
            *(found("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", key, "-out", chain),
        ],
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_bytes(chain.read_bytes() + key.read_bytes())
    return both


@pytest.fixture(scope="module")
def proxy(haproxy: str, pair: Pair, certificate: Path) -> Iterator[str]:
    with running_proxy(haproxy, certificate, pair.ports) as url:
        yield url


@contextmanager
def running_proxy(haproxy: str, certificate: Path, ports: Sequence[int]) -> Iterator[str]:
    """Run the proxy before the servers on two ports; yields its address once it passes requests on."""
    listen = f"127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "LISTEN": listen,
        "CERTIFICATE": str(certificate),
        **{f"SERVER_{number}": f"127.0.0.1:{port}" for number, port in enumerate(ports, 1)},
    }
    process = subprocess.Popen([haproxy, "-db", "-f", ROOT / "ops" / "haproxy.cfg"], env=environment)
    try:
        url = f"https://{listen}"
        until(lambda: is_passing_on(url, certificate), what="the proxy to pass requests on")
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def is_passing_on(url: str, certificate: Path) -> bool:
    try:
        return (
            httpx2.get(
                f"{url}/graphql?query={{__typename}}", verify=trusting(certificate), timeout=PATIENCE_S
            ).status_code
            == 200
        )
    except httpx2.TransportError:
        return False


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def test_browsers_and_curl_get_http_2_and_no_probes_through_the_proxy(proxy: str, certificate: Path) -> None:
    def told(path: str, *options: str) -> str:
        command = [found("curl"), "--silent", "--cacert", str(certificate), "--output", os.devnull]
        form = "%{http_version} %{http_code} %header{strict-transport-security}"
        ran = subprocess.run([*command, "--write-out", form, *options, f"{proxy}{path}"], capture_output=True)
        return ran.stdout.decode()

    body = ["--json", '{"query": "{ __typename }"}']
    assert told("/graphql", *body) == "2 200 max-age=31536000"
    assert told("/graphql", "--http1.1", *body) == "1.1 200 max-age=31536000"
    assert {told(path).split()[1] for path in ("/metrics", "/readyz", "/healthz")} == {"404"}


@pytest.mark.timeout(600 + 60 * RESTARTS)
async def test_no_request_fails_while_servers_are_restarted_by_turns(
    proxy: str, pair: Pair, certificate: Path
) -> None:
    failed: list[str] = []
    seconds: list[float] = []
    stop = asyncio.Event()

    async def ask() -> None:
        async with httpx2.AsyncClient(base_url=proxy, verify=trusting(certificate), timeout=120) as client:
            while not stop.is_set():
                asked = monotonic()
                try:
                    response = await client.post("/graphql", json={"query": QUERY})
                except httpx2.TransportError as error:
                    failed.append(repr(error))
                else:
                    if response.status_code != 200 or "errors" in response.json():
                        failed.append(f"{response.status_code} {response.text}")
                seconds.append(monotonic() - asked)
                await asyncio.sleep(PAUSE_S)

    clients = [asyncio.create_task(ask()) for _ in range(CLIENTS)]
    began = monotonic()
    for number in range(RESTARTS):
        await asyncio.to_thread(pair.restart, number % 2)
        log = pair.servers[number % 2].log
        await until_async(lambda: ASKED in log.read_text(), what="the proxy to see that the server is back")  # noqa: B023
    took = monotonic() - began
    stop.set()
    await asyncio.gather(*clients)
    print(
        f"{RESTARTS} restarts in {took:.0f} s: {len(seconds)} requests, {len(failed)} failed, "
        f"median {sorted(seconds)[len(seconds) // 2]:.3f} s, worst {max(seconds):.2f} s"
    )
    assert failed == []
    assert len(seconds) > RESTARTS


async def test_a_socket_that_is_silent_for_a_minute_still_gets_its_event(
    haproxy: str, certificate: Path, database: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    await put(database, ["a"])
    own = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database, "TRUSTED_PROXIES": "127.0.0.1"}
    with running_server(own) as server, ExitStack() as stack:
        ports = [int(server.url.rpartition(":")[2])] * 2
        url = await asyncio.to_thread(stack.enter_context, running_proxy(haproxy, certificate, ports))
        async with connect(
            f"{url.replace('https', 'wss')}/graphql",
            ssl=trusting(certificate),
            subprotocols=[Subprotocol(PROTOCOL)],
            proxy=None,
            # Only the server keeps the connection alive.
            ping_interval=None,
        ) as connection:
            client = await Subscriber(connection).begin()
            await client.ask("1", "subscription { districtChanged { slug kind } }")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(SILENT_S):
                    await connection.recv()
            await put(database, ["b"])
            assert await client.next() == {"districtChanged": {"slug": "b", "kind": "ADDED"}}
