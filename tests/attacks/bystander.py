"""Ask a server a small question again and again, until standard input ends and once after; a program of its own.

Whoever attacks would otherwise share an interpreter lock with it, and be measured too.
"""

import json
import select
import sys
import time
from http.client import HTTPConnection

PAUSE_S = 0.01
TINY = "/graphql?query=%7B__typename%7D"


def main() -> None:
    """Print a line when asking begins, and one in the end: what went wrong, and how long the slowest answer took."""
    client = HTTPConnection(sys.argv[1], timeout=30)
    worst_s, wrong, has_ended = 0.0, [], False
    print(flush=True)
    while not has_ended:
        has_ended = bool(select.select([sys.stdin], [], [], PAUSE_S)[0])
        started = time.perf_counter()
        try:
            client.request("GET", TINY, headers={"Accept": "application/json"})
            answer = client.getresponse().read()
        except OSError as error:
            wrong.append(repr(error))
            client.close()
            continue
        worst_s = max(worst_s, time.perf_counter() - started)
        if not answer.startswith(b'{"data":{"__typename":"Query"}'):
            wrong.append(repr(answer))
    print(json.dumps({"worst_s": worst_s, "wrong": wrong}), flush=True)


if __name__ == "__main__":
    main()
