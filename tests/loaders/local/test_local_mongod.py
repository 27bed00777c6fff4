"""The local mongod: started, shared, kept from other hosts, and gone with the program that started it."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from loaders.local.mongod import LocalMongodError
from loaders.local.shared_mongod import local_mongod
from tests.support.servers import ROOT
from tests.support.waiting import PATIENCE_S, until

HOLD = """
import sys, time
from pathlib import Path
from loaders.local.shared_mongod import local_mongod
with local_mongod(Path(sys.argv[1]), sys.argv[2]) as uri:
    print(uri, flush=True)
    sys.stdin.readline()
"""
WRITE = """
import asyncio, sys
from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
async def main():
    database = Database.open(sys.argv[1], StoreSettings())
    if sys.argv[2] == "write":
        await database.insert_many("kept", [{"_id": 1}])
    print(len(await database.find("kept", {})))
    await database.close()
asyncio.run(main())
"""


class Holder:
    """A program of its own that holds a local mongod until its input closes."""

    def __init__(self, folder: Path, role: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(folder), role],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def uri(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def stop(self) -> None:
        self.process.communicate("\n", timeout=PATIENCE_S)


@contextmanager
def holder(folder: Path, role: str) -> Iterator[Holder]:
    program = Holder(folder, role)
    try:
        yield program
    finally:
        if program.process.poll() is None:
            program.process.kill()
        program.process.communicate()


def port_of(uri: str) -> int:
    return int(uri.rpartition(":")[2].partition("/")[0])


def listens(port: int, host: str = "127.0.0.1") -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until_closed(port: int) -> None:
    until(lambda: not listens(port), what=f"nobody listens on port {port}")


@contextmanager
def squatter(port: int) -> Iterator[None]:
    """Another program on a port, which closes each connection: mongod asks it whether it is its own address."""
    with socket.create_server(("127.0.0.1", port)) as listener:

        def refuse() -> None:
            with suppress(OSError):
                while True:
                    listener.accept()[0].close()

        thread = threading.Thread(target=refuse)
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def kept(uri: str, what: str) -> int:
    command = [sys.executable, "-c", WRITE, uri, what]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def child_of(process: int) -> int:
    [child] = subprocess.run(
        ["pgrep", "--parent", str(process)], capture_output=True, text=True, check=True
    ).stdout.split()
    return int(child)


@pytest.mark.slow
def test_data_and_address_are_kept_between_runs(tmp_path: Path) -> None:
    with local_mongod(tmp_path, "tool") as first:
        assert kept(first, "write") == 1
    assert not listens(port_of(first))
    with local_mongod(tmp_path, "tool") as second:
        assert second == first
        assert kept(second, "read") == 1


@pytest.mark.slow
def test_a_port_that_was_taken_meanwhile_is_replaced(tmp_path: Path) -> None:
    with local_mongod(tmp_path, "tool") as first:
        kept(first, "write")
    with squatter(port_of(first)), local_mongod(tmp_path, "tool") as second:
        assert second != first
        assert kept(second, "read") == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGKILL,
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(signal.SIGINT, marks=pytest.mark.slow),
    ],
)
def test_mongod_ends_with_the_program_however_that_ends(tmp_path: Path, number: signal.Signals) -> None:
    with holder(tmp_path, "tool") as program:
        uri = program.uri()
        assert kept(uri, "write") == 1
        program.process.send_signal(number)
        program.process.wait(4 * PATIENCE_S)
        wait_until_closed(port_of(uri))
    with local_mongod(tmp_path, "tool") as again:
        assert kept(again, "read") == 1


@pytest.mark.slow
def test_who_comes_while_the_mongod_of_a_killed_program_is_closing_waits_for_it(tmp_path: Path) -> None:
    with holder(tmp_path, "server") as killed:
        assert kept(killed.uri(), "write") == 1
        mongod = child_of(child_of(killed.process.pid))
        os.kill(mongod, signal.SIGSTOP)
        killed.process.kill()
        with holder(tmp_path, "server") as following:
            with pytest.raises(subprocess.TimeoutExpired):
                following.process.wait(3)
            os.kill(mongod, signal.SIGCONT)
            assert kept(following.uri(), "read") == 1


@pytest.mark.slow
def test_mongod_ends_even_when_its_keeper_is_killed_too(tmp_path: Path) -> None:
    with holder(tmp_path, "tool") as program:
        uri = program.uri()
        os.kill(child_of(program.process.pid), signal.SIGKILL)
        program.process.kill()
        wait_until_closed(port_of(uri))


@pytest.mark.slow
def test_two_tools_share_one_mongod_and_the_first_waits_for_the_second(tmp_path: Path) -> None:
    with holder(tmp_path, "tool") as first:
        port = port_of(first.uri())
        with holder(tmp_path, "tool") as second:
            assert port_of(second.uri()) == port
            with pytest.raises(subprocess.TimeoutExpired):
                first.process.communicate("\n", timeout=0.5)
            assert listens(port)
            second.stop()
        first.process.wait(PATIENCE_S)
        assert not listens(port)


@pytest.mark.slow
def test_a_tool_uses_the_mongod_of_a_running_server(tmp_path: Path) -> None:
    with holder(tmp_path, "server") as server:
        uri = server.uri()
        with local_mongod(tmp_path, "tool") as shared:
            assert shared == uri
        assert listens(port_of(uri))


@pytest.mark.parametrize("role", ["server", pytest.param("guest", marks=pytest.mark.slow)])
def test_a_second_server_on_the_same_data_is_refused(tmp_path: Path, role: str) -> None:
    with holder(tmp_path, role) as first:
        first.uri()
        with (
            pytest.raises(LocalMongodError, match=r"another server \(process \d+\) uses .*; stop it"),
            local_mongod(tmp_path, "server"),
        ):
            pass


@pytest.mark.slow
@pytest.mark.parametrize("role", ["server", "guest"])
def test_who_stays_waits_for_a_tool_to_finish(tmp_path: Path, role: str) -> None:
    with holder(tmp_path, "tool") as tool:
        tool.uri()
        with holder(tmp_path, role) as waiting:
            with pytest.raises(subprocess.TimeoutExpired):
                waiting.process.wait(0.5)
            tool.stop()
            assert listens(port_of(waiting.uri()))


@pytest.mark.slow
def test_a_guest_uses_the_mongod_of_a_server_and_starts_one_where_there_is_none(tmp_path: Path) -> None:
    with holder(tmp_path, "server") as server:
        uri = server.uri()
        with local_mongod(tmp_path, "guest") as shared:
            assert shared == uri
        server.stop()
    wait_until_closed(port_of(uri))
    with holder(tmp_path, "guest") as first:
        uri = first.uri()
        with local_mongod(tmp_path, "guest") as shared:
            assert shared == uri
        with local_mongod(tmp_path, "tool") as shared:
            assert shared == uri
        first.stop()
    assert not listens(port_of(uri))


@pytest.mark.slow
def test_no_other_host_can_reach_it(tmp_path: Path) -> None:
    with local_mongod(tmp_path, "tool") as uri:
        port = port_of(uri)
        wanted = f":{port:04X}"
        tables = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
        listening = [
            line.split()[1] for line in tables.splitlines() if wanted in line.split()[1] and line.split()[3] == "0A"
        ]
        # 127.0.0.1 in the kernel's byte order, and nothing else.
        assert listening == [f"0100007F{wanted}"]


@pytest.mark.slow
def test_an_empty_data_folder_stays_small(tmp_path: Path) -> None:
    with local_mongod(tmp_path, "tool"):
        pass
    size = sum(file.stat().st_blocks * 512 for file in tmp_path.rglob("*") if file.is_file())
    assert size < 16 * 1024 * 1024


def test_a_folder_that_cannot_be_written_is_told() -> None:
    with (
        pytest.raises(LocalMongodError, match=r"can't keep its data in .*; set DATA_DIR"),
        local_mongod(Path("/proc/nowhere"), "tool"),
    ):
        pass
