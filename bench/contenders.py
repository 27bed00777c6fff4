"""The servers that are compared: how each is started, and its URL path."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bench.reporting.figures import CACHED, CEILING, FLOOR, MERCURIUS, PLAIN, UNCACHED
from bench.staging.processes import python

GRAPHQL: Final = "/graphql"
# Longer than for users: a server under load may wait, and the machine may be busy.
_PATIENT: Final = {
    "LOG_LEVEL": "WARNING",
    "MONGODB_OPERATION_TIMEOUT_MS": "60000",
    "MONGODB_POOL_WAIT_MS": "60000",
    "REQUEST_DEADLINE_S": "60",
}
_ALL: Final = frozenset({"tiny", "full", "list", "ranking", "search"})
_WITHOUT_SEARCH: Final = _ALL - {"search"}


@dataclass(frozen=True, slots=True)
class Contender:
    """A server. path: where it answers, `{}` for the question's name. ready: what answers 200 once it listens."""

    name: str
    command: list[str]
    path: str = GRAPHQL
    ready: str = "/healthz"
    questions: frozenset[str] = _ALL
    environment: Mapping[str, str] = field(default_factory=dict)

    def path_of(self, question: str) -> str:
        """Where it answers a question."""
        return self.path.format(question)


CONTENDERS: Final = (
    Contender(CEILING, python("bench.servers.ceiling"), path="/{}"),
    Contender(FLOOR, python("bench.servers.floor"), path="/{}"),
    Contender(CACHED, python("api"), ready="/readyz", environment=_PATIENT),
    Contender(UNCACHED, python("api"), ready="/readyz", environment={**_PATIENT, "RESPONSE_CACHE_BYTES": "0"}),
    Contender(MERCURIUS, ["node", "bench/peers/mercurius.js"], questions=_WITHOUT_SEARCH),
    Contender(
        "Apollo Server",
        ["node", "bench/peers/apollo.js"],
        ready="/graphql?query=%7B__typename%7D",
        questions=_WITHOUT_SEARCH,
    ),
    Contender("Ariadne", python("bench.servers.ariadne_motor"), questions=_WITHOUT_SEARCH),
    Contender(PLAIN, python("bench.servers.plain_strawberry"), questions=_WITHOUT_SEARCH),
)
