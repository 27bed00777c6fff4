"""A worker cut off from every member, and a primary cut off from all others, in network namespaces (as root)."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from loaders.local.mongod import find_mongod
from loaders.model.preparation import ensure_collections
from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from tests.support.data.content import contents, load_of
from tests.support.servers import ROOT
from tests.support.waiting import until, until_async

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.geteuid() != 0 or shutil.which("ip") is None, reason="needs root and ip (on Debian: iproute2)"
    ),
]

NETWORK = "10.213.7"
PORT = 27017
WORKER = 9
QUERY = "{ dataset { revision } districts(first: 50) { nodes { name { en } } } }"


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


class Network:
    """A bridge, and a namespace for each process, which a link connects to it."""

    def __init__(self, stack: ExitStack) -> None:
        self._name = f"ys{os.getpid() % 100_000}"
        self._stack = stack
        ip("link", "add", f"{self._name}b", "type", "bridge")
        stack.callback(ip, "link", "del", f"{self._name}b")
        ip("addr", "add", f"{NETWORK}.1/24", "dev", f"{self._name}b")
        ip("link", "set", f"{self._name}b", "up")

    def run(self, number: int, *command: str, **settings: str) -> None:
        """Run a process at the address that ends in `number`, until the network ends."""
        space, link = f"{self._name}n{number}", self._link(number)
        ip("netns", "add", space)
        self._stack.callback(ip, "netns", "del", space)
        ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", space)
        self._stack.callback(ip, "link", "del", link)
        ip("link", "set", link, "master", f"{self._name}b", "up")
        for change in (("addr", "add", f"{NETWORK}.{number}/24", "dev", "eth0"), ("link", "set", "eth0", "up")):
            ip("-n", space, *change)
        ip("-n", space, "link", "set", "lo", "up")
        process = subprocess.Popen(
            ["ip", "netns", "exec", space, *command],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # `ip netns exec` becomes the command.
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)

    @contextmanager
    def cut(self, number: int) -> Iterator[None]:
        """Drop everything to and from an address in the block."""
        ip("link", "set", self._link(number), "nomaster")
        try:
            yield
        finally:
            ip("link", "set", self._link(number), "master", f"{self._name}b")

    def _link(self, number: int) -> str:
        return f"{self._name}v{number}"


class Scene:
    """Three members, a worker, and a loader in this process."""

    def __init__(self, network: Network, folder: Path) -> None:
        self.network = network
        self.hosts = [f"{NETWORK}.{number}:{PORT}" for number in (2, 3, 4)]
        for number in (2, 3, 4):
            (data := folder / str(number)).mkdir()
            options = ("--dbpath", str(data), "--port", str(PORT), "--bind_ip_all", "--replSet", "cut")
            small = ("--oplogSize", "16", "--wiredTigerCacheSizeGB", "0.25", "--nounixsocket")
            network.run(number, find_mongod(), *options, *small)
        config = {
            "_id": "cut",
            "members": [{"_id": number, "host": host} for number, host in enumerate(self.hosts)],
            "settings": {"electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 500},
        }
        # Each of them must answer when the set begins.
        for host in reversed(self.hosts):
            with MongoClient[dict[str, Any]](host, directConnection=True, serverSelectionTimeoutMS=60_000) as one:
                one.admin.command({"replSetInitiate": config} if host == self.hosts[0] else {"ping": 1})
        self.primary_of(self.hosts)
        self.uri = f"mongodb://{','.join(self.hosts)}/?replicaSet=cut"
        settings = {"MONGODB_URI": self.uri, "HOST": f"{NETWORK}.{WORKER}", "PORT": "8000"}
        network.run(WORKER, sys.executable, "-m", "api", **settings)
        self.database = Database.open(self.uri, StoreSettings(), timeout_ms=60_000)

    def primary_of(self, hosts: list[str]) -> str:
        found: list[str] = []

        def is_found() -> bool:
            for host in hosts:
                with (
                    MongoClient[dict[str, Any]](
                        host, directConnection=True, serverSelectionTimeoutMS=1_000, socketTimeoutMS=1_000
                    ) as member,
                    suppress(PyMongoError),
                ):
                    if member.admin.command({"hello": 1})["isWritablePrimary"]:
                        found.append(host)
            return bool(found)

        until(is_found, within_s=120, what="a primary")
        return found[0]

    async def load(self, mark: str) -> None:
        await publish(self.database, load_of(contents(["one"], mark)))

    def answer(self) -> str | None:
        """The mark that the worker answers with; None if it refuses or can't be reached."""
        try:
            response = httpx2.post(f"http://{NETWORK}.{WORKER}:8000/graphql", json={"query": QUERY}, timeout=1)
        except httpx2.TransportError:
            return None
        nodes = (response.json().get("data") or {}).get("districts", {}).get("nodes", [])
        return nodes[0]["name"]["en"] if nodes else None

    async def until_right(self, mark: str, *never: str) -> None:
        seen: list[str | None] = []

        def is_right() -> bool:
            seen.append(self.answer())
            return seen[-1] == mark

        loop = asyncio.get_running_loop()
        since = loop.time()
        await until_async(is_right, what=mark)
        print(f"{mark}: right {loop.time() - since:.2f} s later")
        assert not {*seen} & {*never}


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    with ExitStack() as stack:
        own = await asyncio.to_thread(Scene, Network(stack), folder)
        await ensure_collections(own.database)
        await own.load("first")
        await own.until_right("first")
        yield own
        await own.database.close()


async def test_who_is_cut_off_is_right_when_connected_again(tmp_path: Path) -> None:
    async with scene(tmp_path) as own:
        for number in range(2):
            with own.network.cut(WORKER):
                await own.load(f"while the worker was cut off {number}")
                # Longer than it trusts what it knows, and than TCP waits before it sends again.
                await asyncio.sleep(8)
            await own.until_right(f"while the worker was cut off {number}", "first")
        for number in range(2):
            old = await asyncio.to_thread(own.primary_of, own.hosts)
            with own.network.cut(int(old.partition(":")[0].rpartition(".")[2])):
                await asyncio.to_thread(own.primary_of, [host for host in own.hosts if host != old])
                await own.load(f"without the primary {number}")
                await own.until_right(f"without the primary {number}")
            await asyncio.to_thread(own.primary_of, own.hosts)
            await own.load(f"afterwards {number}")
            await own.until_right(f"afterwards {number}")
