"""A sharded cluster of three processes: a config server, one shard and a mongos."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from loaders.local import mongod_watchdog
from loaders.local.mongod import start_mongod, stop_mongod
from tests.support.secured_mongod import STARTED_WITHIN_S, wait_for_primary
from tests.support.servers import free_port
from tests.support.waiting import until


@contextmanager
def sharded_cluster(folder: Path, mongos: str) -> Iterator[str]:
    """Run it until the block ends, with the run's mongod; yields the address of the mongos. mongos: its path."""
    with ExitStack() as stack:
        config = stack.enter_context(_replica_set(folder / "config", "config", "--configsvr"))
        shard = stack.enter_context(_replica_set(folder / "shard", "shard", "--shardsvr"))
        address = stack.enter_context(_mongos(folder, mongos, config))
        with MongoClient[dict[str, Any]](address) as client:
            client.admin.command({"addShard": shard})
        yield address


@contextmanager
def _replica_set(folder: Path, name: str, role: str) -> Iterator[str]:
    """Run a replica set of one member; yields its name and address as MongoDB writes them."""
    (folder / "mongo").mkdir(parents=True)
    port, watchdog = start_mongod(folder, replica_set=name, flags=[role])
    try:
        host = f"127.0.0.1:{port}"
        config: dict[str, Any] = {"_id": name, "members": [{"_id": 0, "host": host}]}
        if role == "--configsvr":
            config["configsvr"] = True
        with MongoClient[dict[str, Any]](host, directConnection=True) as client:
            client.admin.command({"replSetInitiate": config})
            wait_for_primary(client)
        yield f"{name}/{host}"
    finally:
        stop_mongod(watchdog)


@contextmanager
def _mongos(folder: Path, mongos: str, config: str) -> Iterator[str]:
    port, log = free_port(), folder / "mongos.log"
    command = [mongos, "--configdb", config, "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", mongod_watchdog.__file__, *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"mongodb://127.0.0.1:{port}/"

        def answers() -> bool:
            assert process.poll() is None, log.read_text()[-3000:]
            try:
                with MongoClient[dict[str, Any]](address, serverSelectionTimeoutMS=1_000) as client:
                    return client.admin.command({"hello": 1}).get("msg") == "isdbgrid"
            except PyMongoError:
                return False

        until(answers, within_s=STARTED_WITHIN_S, what="an answer of mongos")
        yield address
    finally:
        stop_mongod(process)
