"""Points of cost: spent by each client for itself, back at an even rate, never below nothing."""

import pytest

from api import quota as quota_module
from api.quota import Quota, QuotaExceeded, Remaining


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def quota(clock: Clock) -> Quota:
    return Quota(600, clock)


def test_points_are_spent_and_come_back_at_an_even_rate(quota: Quota, clock: Clock) -> None:
    assert quota.take("a", 400) == Remaining(points=200, full_in_s=40)
    clock.now = 10
    assert quota.take("a", 100) == Remaining(points=200, full_in_s=40)
    clock.now = 1000
    assert quota.take("a", 600) == Remaining(points=0, full_in_s=60)


def test_who_has_spent_its_points_is_told_when_to_come_back(quota: Quota, clock: Clock) -> None:
    quota.take("a", 590)
    with pytest.raises(QuotaExceeded) as caught:
        quota.take("a", 30)
    assert str(caught.value) == "this request costs 30 points, of which 10 are left"
    assert caught.value.remaining == Remaining(points=10, full_in_s=59)
    assert caught.value.retry_after_s == 2
    clock.now = 2
    assert quota.take("a", 30) == Remaining(points=0, full_in_s=60)


def test_what_is_refused_costs_nothing(quota: Quota) -> None:
    for _ in range(3):
        with pytest.raises(QuotaExceeded):
            quota.take("a", 601)
    assert quota.take("a", 600).points == 0


def test_clients_spend_their_own(quota: Quota) -> None:
    quota.take("a", 600)
    assert quota.take("b", 1).points == 599


def test_only_so_many_clients_are_remembered(quota: Quota, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota_module, "MAX_CLIENTS", 2)
    for client in ("a", "b", "c"):
        quota.take(client, 600)
    assert quota.take("a", 1).points == 599
    with pytest.raises(QuotaExceeded):
        quota.take("c", 1)


def test_an_answer_tells_what_is_left(quota: Quota) -> None:
    assert quota.headers(quota.take("a", 150)) == {
        "RateLimit-Policy": '"cost";q=600;w=60',
        "RateLimit": '"cost";r=450;t=15',
    }
