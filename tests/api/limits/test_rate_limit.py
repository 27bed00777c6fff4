"""Points of cost: spent by each client for itself, back at an even rate, and owed where more were spent."""

from collections.abc import Iterator
from time import monotonic

import httpx2
import pytest

from api.limits.rate_limit import RateLimiter
from tests.support.servers import Server, running_beside
from tests.support.waiting import PATIENCE_S

# It owes nearly a minute's points, so that none is back before the next question.
DEAR = "{ districts(first: 59) { nodes { slug } } }"
PAGE = "{ districts(first: 20) { nodes { slug } } }"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rate_limiter(clock: Clock) -> RateLimiter:
    return RateLimiter(600, clock)


def left(rate_limiter: RateLimiter, client: str) -> tuple[int, int]:
    """Points that are left, and seconds until all are back."""
    _, points, seconds = rate_limiter.headers(client)["RateLimit"].split(";")
    return int(points.removeprefix("r=")), int(seconds.removeprefix("t="))


def test_points_are_spent_and_come_back_at_an_even_rate(rate_limiter: RateLimiter, clock: Clock) -> None:
    assert left(rate_limiter, "a") == (600, 0)
    rate_limiter.spend("a", 400)
    assert left(rate_limiter, "a") == (200, 40)
    clock.now = 10
    rate_limiter.spend("a", 100)
    assert left(rate_limiter, "a") == (200, 40)
    clock.now = 1000
    rate_limiter.spend("a", 600)
    assert left(rate_limiter, "a") == (0, 60)


def test_who_has_spent_more_than_its_points_waits_until_one_is_back(rate_limiter: RateLimiter, clock: Clock) -> None:
    rate_limiter.spend("a", 599)
    assert rate_limiter.wait_s("a") == 0
    rate_limiter.spend("a", 5_000)
    assert (left(rate_limiter, "a"), rate_limiter.wait_s("a")) == ((0, 560), 500)
    clock.now = 499.8
    assert rate_limiter.wait_s("a") == 1
    clock.now = 500
    assert rate_limiter.wait_s("a") == 0


def test_clients_spend_their_own(rate_limiter: RateLimiter) -> None:
    rate_limiter.spend("a", 600)
    assert (rate_limiter.wait_s("a"), rate_limiter.wait_s("b")) == (1, 0)


def test_only_so_many_clients_are_remembered(clock: Clock) -> None:
    rate_limiter = RateLimiter(600, clock, max_clients=2)
    for client in ("a", "b", "c"):
        rate_limiter.spend(client, 600)
    assert [left(rate_limiter, client)[0] for client in ("a", "b", "c")] == [600, 0, 0]


@pytest.fixture(scope="module")
def metered(server: Server) -> Iterator[Server]:
    """A server behind a trusted proxy, where a client has 60 points a minute."""
    with running_beside(server, RATE_LIMIT="60", TRUSTED_PROXIES="127.0.0.1") as metered:
        yield metered


def ask(server: Server, client: str, query: str = PAGE) -> httpx2.Response:
    return httpx2.post(
        f"{server.url}/graphql", json={"query": query}, headers={"X-Forwarded-For": client}, timeout=PATIENCE_S
    )


def test_an_answer_tells_what_is_left_and_a_refusal_when_to_come_back(metered: Server) -> None:
    told, started = [], monotonic()
    for _ in range(3):
        response = ask(metered, "192.0.2.1")
        assert response.status_code == 200
        assert response.headers["ratelimit-policy"] == '"cost";q=60;w=60'
        told.append(int(response.headers["ratelimit"].split(";")[1].removeprefix("r=")))
    # Kept answers cost as much as new ones; each second brings a point back.
    back = monotonic() - started + 1
    assert all(0 <= points - expected <= back for points, expected in zip(told, (40, 20, 0), strict=True))
    while (response := ask(metered, "192.0.2.1")).status_code == 200:
        pass
    assert response.status_code == 429
    assert response.json()["errors"][0]["extensions"] == {"code": "TOO_MANY_REQUESTS"}
    assert 1 <= int(response.headers["retry-after"]) <= 20
    assert response.headers["ratelimit"].startswith('"cost";r=0;t=')


@pytest.mark.parametrize(
    ("spender", "other", "is_same"),
    [
        ("198.51.100.1", "198.51.100.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", True),
        ("2001:db8:1:3::1", "2001:db8:1:4::1", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
        # What stands left of the address that the proxy adds is the client's own word.
        ("203.0.113.20", "192.0.2.200, 203.0.113.20", True),
    ],
)
def test_a_client_is_an_address_or_a_network_as_the_proxy_names_it(
    metered: Server, spender: str, other: str, *, is_same: bool
) -> None:
    while ask(metered, spender, DEAR).status_code == 200:
        pass
    assert (ask(metered, other).status_code == 429) == is_same


def test_without_a_trusted_proxy_what_it_would_say_changes_nothing(server: Server) -> None:
    with running_beside(server, RATE_LIMIT="20") as alone:
        assert ask(alone, "192.0.2.1", DEAR).status_code == 200
        assert ask(alone, "192.0.2.2", DEAR).status_code == 429


def test_what_is_refused_costs_a_point(server: Server) -> None:
    with running_beside(server, RATE_LIMIT="20") as alone:
        assert ask(alone, "", "{").status_code == 200
        # A point comes back in three seconds.
        assert any(ask(alone, "", "{").status_code == 429 for _ in range(300))
