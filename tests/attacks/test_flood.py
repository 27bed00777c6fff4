"""One client sends everything at once, light and heavy, and another one's light question is answered all the same."""

import asyncio
from collections import Counter
from contextlib import ExitStack
from typing import Any, Final
from urllib.parse import quote

import httpx2
import pytest

from loaders.mongo.driver import Database
from loaders.settings import StoreSettings
from tests.attacks.conftest import standing_by
from tests.attacks.test_amount import COUNTS, SEARCH, STANDINGS
from tests.support.data.generated import publish_generated
from tests.support.servers import running_server
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.slow

AT_ONCE: Final = 100
REQUESTS: Final = 1_500
# What a light question of another client may take, as a median, in times of what it takes on the idle server: seven
# to nine on a quiet machine, and more than seventy where a client gets half of the places whoever asks.
TIMES: Final = 30
LIGHT: Final = '{ district(slug: "synthetic-00003") { slug } }'
FLOODER: Final = {"X-Forwarded-For": "192.0.2.1", "Accept": "application/graphql-response+json"}
# A request of each kind; the first # is a number, so that nothing is parsed or answered only once.
KINDS: Final = {
    "light": '{ n#: district(slug: "synthetic-00001") { slug } }',
    "full": '{ n#: district(slug: "synthetic-00002") { pillars { initiatives { id metrics { id note { en } } } } } }',
    "list": "{ n#: districts(first: 20) { nodes { id metrics(first: 10) { id } } } }",
    "search": f"{{ n#: {SEARCH} }}",
    "aggregates": f"{{ n#: {COUNTS} }}".replace("first: 100", 'first: 9, where: {quantity: {unit: {eq: "percent"}}}'),
    "standings": f"{{ n#: {STANDINGS} }}".replace("100", "20"),
    "not valid": "{ n#: districts { nodes { nothing } } }",
    "too expensive": "{ n#: districts(first: 100) { nodes { metrics(first: 100) { id } } } }",
    "long": f"{{ n#: __typename }} #{'x' * 8_000}",
}
VARIABLES: Final = tuple(f"v{bit}" for bit in range(8))
VARIANTS: Final = "query ({declared}) {{ {fields} }}".format(
    declared=" ".join(f"${name}: Boolean!" for name in VARIABLES),
    fields=" ".join(
        f'{name}: district(slug: "synthetic-00004") @include(if: ${name}) {{ slug }}' for name in VARIABLES
    ),
)


async def send(client: httpx2.AsyncClient, number: int) -> tuple[str, int]:
    """Send a request of some kind; returns the kind and the status of the answer."""
    if number % 31 == 0:
        return "download", (await client.get("/export/metrics.csv")).status_code
    if number % 11 == 0:
        variables = {name: bool(number >> bit & 1) for bit, name in enumerate(VARIABLES)}
        response = await client.post("/graphql", json={"query": VARIANTS, "variables": variables})
        return "variants", response.status_code
    kind = [*KINDS][number % len(KINDS)]
    query = KINDS[kind].replace("#", str(number), 1)
    if number % 5 == 0:
        return kind, (await client.get(f"/graphql?query={quote(query)}")).status_code
    return kind, (await client.post("/graphql", json={"query": query})).status_code


async def flood(url: str) -> Counter[tuple[str, int]]:
    """Send all kinds in turns, many at once; returns how often each was answered by which status."""
    answers: Counter[tuple[str, int]] = Counter()
    numbers = iter(range(REQUESTS))

    async def send_on(client: httpx2.AsyncClient) -> None:
        for number in numbers:
            answers[await send(client, number)] += 1

    limits = httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    options: Any = {"headers": FLOODER, "timeout": 5 * PATIENCE_S, "limits": limits, "trust_env": False}
    async with httpx2.AsyncClient(base_url=url, **options) as client:
        await asyncio.gather(*(send_on(client) for _ in range(AT_ONCE)))
    return answers


async def test_a_flood_of_every_kind_by_one_client_keeps_no_other_waiting(
    database: Database, settings: StoreSettings, mongodb_uri: str
) -> None:
    await publish_generated(database, 40)
    stored = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}
    own = {**stored, "TRUSTED_PROXIES": "127.0.0.1", "RESPONSE_CACHE_BYTES": "0"}
    with ExitStack() as stack:
        server = stack.enter_context(running_server(own))
        light = (f"/graphql?query={quote(LIGHT)}", '{"data":{"district":{"slug":"synthetic-00003"}}')
        bystander = stack.enter_context(standing_by(server, *light))
        idle = await asyncio.to_thread(bystander.idle)
        answers = await flood(server.url)
        meanwhile = await asyncio.to_thread(bystander.report)
    print(f"alone {idle.median_s * 1000:.1f} ms, in the flood {meanwhile.median_s * 1000:.1f} ms", dict(answers))
    assert (idle.wrong, meanwhile.wrong) == ([], [])
    assert len(meanwhile.seconds) > 50
    assert meanwhile.median_s < TIMES * idle.median_s
    # The flood was one: much of it was turned away, and of each kind that is allowed something was answered.
    assert {name for name, status in answers if status == 200} >= {"light", "full", "list", "search", "variants"}
