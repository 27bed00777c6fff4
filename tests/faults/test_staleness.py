"""While data is loaded, fifty clients of two workers see each revision whole, soon, and never one long superseded."""

import asyncio
import json
import random
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx2
import pytest

from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from loaders.settings import StoreSettings
from loaders.store.watch import TRUSTED_S
from tests.support.data.content import contents, load_of
from tests.support.servers import Server, running_server
from tests.support.waiting import until_async

pytestmark = pytest.mark.slow

CLIENTS = 50
LOADS = 12
SLUGS = [f"d-{number:02d}" for number in range(20)]
# From the loader's acknowledgement on, as docs/engineering/reliability.md says of quiet machines; it is only printed.
PROMISED_S = 0.1
QUERY = "{ dataset { revision } districts(first: 50) { nodes { slug name { en } pillars { name { en } } } } }"


@dataclass
class Seen:
    """What clients were answered: the revision, when they asked, whether it came by 304; and what was wrong."""

    answers: list[tuple[float, int, bool]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def is_settled(self, newest: int) -> bool:
        """Whether all are answered with the newest revision, and many were told that they have their answer."""
        latest = {revision for _, revision, _ in self.answers[-CLIENTS:]}
        return latest == {newest} and sum(is_304 for *_, is_304 in self.answers) > CLIENTS

    def judge(self, asked: float, body: dict[str, Any]) -> int:
        if "errors" in body:
            self.faults.append(str(body["errors"]))
            return 0
        revision: int = body["data"]["dataset"]["revision"]
        nodes = body["data"]["districts"]["nodes"]
        marks = {node["name"]["en"] for node in nodes}
        if marks != {f"mark {revision}"} or [node["slug"] for node in nodes] != SLUGS:
            self.faults.append(f"revision {revision} with marks {sorted(marks)} in {len(nodes)} districts")
        self.answers.append((asked, revision, False))
        return revision


async def read(server: Server, seen: Seen, stop: asyncio.Event, *, conditional: bool) -> None:
    """Ask again and again over a connection of its own, which one of the workers has."""
    dice = random.Random(id(asyncio.current_task()))
    held: dict[str, int] = {}
    async with httpx2.AsyncClient(timeout=120, verify=False) as client:
        while not stop.is_set():
            tag = dice.choice(list(held)) if conditional and held else ""
            headers = {"accept": "application/json", **({"if-none-match": tag} if tag else {})}
            asked = monotonic()
            response = await client.get(f"{server.url}/graphql", params={"query": QUERY}, headers=headers)
            if response.status_code == 304:
                seen.answers.append((asked, held[tag], True))
            else:
                revision = seen.judge(asked, json.loads(response.content))
                if response.headers.get("etag"):
                    held[response.headers["etag"]] = revision
            await asyncio.sleep(dice.uniform(0.1, 0.3))


async def test_no_answer_is_stale_or_mixed_while_revisions_are_loaded(
    database: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    published: list[tuple[float, int]] = []

    async def load(revision: int) -> None:
        outcome = await publish(database, load_of(contents(SLUGS, f"mark {revision}")))
        assert outcome.revision == revision
        published.append((monotonic(), revision))

    await load(1)
    seen, stop = Seen(), asyncio.Event()
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}
    with running_server(environment, "--workers", "2") as server:
        clients = [
            asyncio.create_task(read(server, seen, stop, conditional=number % 2 == 0)) for number in range(CLIENTS)
        ]
        for revision in range(2, LOADS + 2):
            await asyncio.sleep(0.3)
            await load(revision)
        await until_async(
            lambda: seen.is_settled(LOADS + 1), what="the newest revision everywhere, and answers by 304"
        )
        stop.set()
        await asyncio.gather(*clients)
    assert seen.faults == []
    late = [lateness(asked, revision, published) for asked, revision, _ in seen.answers]
    promised = sum(one <= PROMISED_S for one in late) / len(late)
    kept = sum(is_304 for *_, is_304 in seen.answers)
    print(f"{len(late)} answers, {kept} by 304; {promised:.2%} within {PROMISED_S} s, at most {max(late):.3f} s late")
    # A server trusts what it knows for this long, on any machine.
    assert max(late) <= TRUSTED_S


def lateness(asked: float, revision: int, published: list[tuple[float, int]]) -> float:
    """For how long a newer revision had been acknowledged when an answer with this one was asked for."""
    return max((asked - at for at, number in published if number > revision), default=0.0)
