"""Clients compute in turns: one computation at each turn of the event loop, whoever waits in rotation."""

import asyncio

from api.limits.turns import Turns


async def test_what_nobody_else_waits_for_begins_at_once() -> None:
    turns = Turns()
    for _ in range(3):
        ready = asyncio.create_task(turns.take("a"))
        await asyncio.sleep(0)
        assert ready.done()
        await asyncio.sleep(0)


async def computing(turns: Turns, client: str, order: list[str], steps: int = 1) -> None:
    for _ in range(steps):
        await turns.take(client)
        order.append(client)


async def test_a_client_comes_after_one_computation_of_another_however_many_wait() -> None:
    turns, order = Turns(), list[str]()
    flood = [asyncio.create_task(computing(turns, "a", order, steps=3)) for _ in range(50)]
    await asyncio.sleep(0)
    before = len(order)
    other = asyncio.create_task(computing(turns, "b", order, steps=3))
    await other
    assert order.count("b") == 3
    # Of its three computations each has waited for two of the other client at most.
    assert len(order) - before <= 9
    await asyncio.gather(*flood)
    assert order.count("a") == 150


async def test_at_each_turn_of_the_loop_one_computes_and_others_get_on() -> None:
    turns, order = Turns(), list[str]()
    tasks = [asyncio.create_task(computing(turns, "a", order)) for _ in range(20)]
    most = 0
    while not all(task.done() for task in tasks):
        before = len(order)
        await asyncio.sleep(0)
        most = max(most, len(order) - before)
    assert most == 1


async def test_who_gives_up_takes_no_turn() -> None:
    turns, order = Turns(), list[str]()
    tasks = [asyncio.create_task(computing(turns, "a", order)) for _ in range(10)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert len(order) in {5, 6}
    await asyncio.wait_for(computing(turns, "b", order), 60)
    assert turns._waiting == {}
