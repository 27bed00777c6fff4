"""HTTP as bytes over a socket, since an HTTP client would correct malformed requests."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support.servers import Server

# Far longer than any timer of the servers that tests start.
WAIT_S = 60.0
# States of /proc/net/tcp: established, and closed by the other side only.
HELD = {"01", "08"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. headers: by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> tuple[str, str]:
        """The code and the message of its one error."""
        [error] = json.loads(self.body)["errors"]
        return error["extensions"]["code"], error["message"]

    @property
    def data(self) -> Any:
        return json.loads(self.body)["data"]


class Connection:
    """A client's end of a connection."""

    def __init__(self, client: socket.socket) -> None:
        self.socket = client
        self._read = b""

    @property
    def port(self) -> int:
        """The client's own."""
        port: int = self.socket.getsockname()[1]
        return port

    def send(self, data: bytes) -> None:
        """Send bytes; what the server no longer reads is lost."""
        try:
            self.socket.sendall(data)
        except ConnectionError:
            return

    def answer(self) -> Answer:
        """Read the next answer."""
        while b"\r\n\r\n" not in self._read:
            self._more()
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        while len(self._read) < length:
            self._more()
        body, self._read = self._read[:length], self._read[length:]
        return Answer(int(status.split()[1]), headers, body)

    def is_closed(self) -> bool:
        """Whether the server sends nothing more, and closes within WAIT_S."""
        try:
            return not self._read and not self.socket.recv(1)
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def ends(self) -> bool:
        """Whether the server closes within WAIT_S, whatever it sends before."""
        try:
            while self.socket.recv(65_536):
                pass
        except ConnectionError:
            return True
        except TimeoutError:
            return False
        return True

    def _more(self) -> None:
        chunk = self.socket.recv(65_536)
        if not chunk:
            raise EOFError(self._read)
        self._read += chunk


@contextmanager
def connection(server: Server, *, receive_buffer: int | None = None) -> Iterator[Connection]:
    """Connect to a server."""
    address = urlsplit(server.url)
    with socket.socket() as client:
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(WAIT_S)
        client.connect((address.hostname, address.port))
        yield Connection(client)


def holds(server: Server, client_port: int) -> bool:
    """Whether a server still has its end of the connection from a client's port (Linux)."""
    ports = [f":{urlsplit(server.url).port:04X}", f":{client_port:04X}"]
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, *_ = line.split()
        if [local[-5:], remote[-5:]] == ports and state in HELD:
            return True
    return False


def answer_to(server: Server, data: bytes) -> Answer:
    """Send bytes over a connection of their own and read one answer."""
    with connection(server) as client:
        client.send(data)
        return client.answer()


def request(
    target: str = "/graphql", *headers: str, body: bytes = b"", method: str = "POST", kind: str = "application/json"
) -> bytes:
    """Write a request; Host, Content-Type and Content-Length are its own unless given."""
    lines = [f"{method} {target} HTTP/1.1", *headers]
    given = {header.partition(":")[0].lower() for header in headers}
    if "host" not in given:
        lines.append("Host: 127.0.0.1")
    if "content-type" not in given and kind:
        lines.append(f"Content-Type: {kind}")
    if body and not given & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
