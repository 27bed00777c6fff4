"""A client that sends a small request again and again, and reports at each line of its standard input.

Arguments: the server's address; then the path to request and how the answer begins, in place of the tiny one.

It is a separate process: in the tests' process it would share an interpreter lock with the attacks and measure them.
"""

import json
import select
import sys
import time
from http.client import HTTPConnection, RemoteDisconnected

PAUSE_S = 0.01
PATIENCE_S = 120
TINY = "/graphql?query=%7B__typename%7D"
RIGHT = '{"data":{"__typename":"Query"}'


class Client:
    """One connection, and what was answered over it."""

    def __init__(self, address: str, path: str = TINY, right: str = RIGHT) -> None:
        self._connection = HTTPConnection(address, timeout=PATIENCE_S)
        self._path, self._right = path, right.encode()
        self.seconds: list[float] = []
        self.wrong: list[str] = []

    def ask(self) -> None:
        """Send the request once and judge its answer."""
        started = time.perf_counter()
        try:
            answer = self._answer()
        except OSError as error:
            self.wrong.append(repr(error))
            self._connection.close()
            return
        self.seconds.append(time.perf_counter() - started)
        if not answer.startswith(self._right):
            self.wrong.append(repr(answer))

    def report(self) -> None:
        """Print how long answers took and what was wrong since the last report."""
        print(json.dumps({"seconds": self.seconds, "wrong": self.wrong}), flush=True)
        self.seconds, self.wrong = [], []

    def _answer(self) -> bytes:
        is_reused = self._connection.sock is not None
        try:
            return self._exchange()
        except (RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # A server may close a connection that was idle for long, as this one is on a machine that stalls.
            self._connection.close()
            if not is_reused:
                raise
            return self._exchange()

    def _exchange(self) -> bytes:
        self._connection.request("GET", self._path, headers={"Accept": "application/json"})
        return self._connection.getresponse().read()


def main() -> None:
    """Report once as soon as the connection stands, then for each line that comes, after one more answer."""
    client = Client(*sys.argv[1:])
    client.ask()
    client.report()
    while True:
        is_asked_to_report = bool(select.select([sys.stdin], [], [], PAUSE_S)[0])
        if is_asked_to_report and not sys.stdin.readline():
            return
        client.ask()
        if is_asked_to_report:
            client.report()


if __name__ == "__main__":
    main()
