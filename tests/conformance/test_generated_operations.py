"""Both executors answer generated operations alike, on intact and on damaged documents.

The reference is graphql-core's own executor.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

import pytest
from graphql import Executor
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import randoms

from loaders.store.store import Store
from schema.execution.executor import CompiledExecutor
from schema.operation.operation_cache import Operations
from schema.operation.parsing import Rejected
from tests.support.conformance.answers import ClientRequest, OneAtATime, answer, difference
from tests.support.conformance.choices import Choices, simplest
from tests.support.conformance.operations import questions
from tests.support.conformance.places import ROOTS
from tests.support.limits import FREE
from tests.support.thoroughness import examples

# Of each root field, each run on two databases.
OPERATIONS: Final = examples(quick=1, thorough=40)


class Comparison:
    """Runs operations by both executors; parsed documents are cached, as in a server."""

    def __init__(self, whole: Store, damaged: Store) -> None:
        self._stores = (whole, damaged)
        self._operations = Operations(FREE)
        self.texts: set[str] = set()

    def is_valid(self, request: ClientRequest) -> bool:
        try:
            self._operations.get(request.text, request.name)
        except Rejected:
            return False
        self.texts.add(request.text)
        return True

    async def difference(self, both: Sequence[ClientRequest]) -> str | None:
        """The first difference between the answers, or None; each request has a store of its own."""
        for store, request in zip(map(OneAtATime, self._stores), both, strict=True):
            expected = await answer(self._operations, request, store, Executor)
            found = await answer(self._operations, request, store, CompiledExecutor)
            if found != expected:
                languages = f"the languages are {found.languages}, not {expected.languages}"
                return difference(expected.content, found.content) or languages
        return None


@pytest.fixture
def comparison(whole: Store, damaged: Store) -> Iterator[Comparison]:
    comparison = Comparison(whole, damaged)
    yield comparison
    # Hypothesis asks some twice.
    assert len(comparison.texts) >= 0.5 * OPERATIONS


# Hypothesis seeds the choices and leaves the rest to them: left to choose itself, it made most operations twice, and
# what it shrinks to says less than operations that are simplified by what their choices mean.
@pytest.mark.parametrize("root", ROOTS)
@given(random=randoms(use_true_random=True))
@settings(
    max_examples=OPERATIONS,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_both_executors_answer_the_same(comparison: Comparison, root: str, random: Random) -> None:
    async def is_wrong(made: Sequence[int]) -> bool:
        requests = questions(Choices(given=made), root)
        return comparison.is_valid(requests[0]) and await comparison.difference(requests) is not None

    choices = Choices(random)
    requests = questions(choices, root)
    if comparison.is_valid(requests[0]) and await comparison.difference(requests):
        requests = questions(Choices(given=await simplest(choices.made, is_wrong)), root)
        pytest.fail(f"{await comparison.difference(requests)}\n{requests}\n{requests[0].text}")
