"""Variables in objects of exactly one key, such as the keys of an order."""

import pytest

from schema.operation.operation_cache import Operations
from schema.operation.parsing import Rejected

F = "fragment F on Query { districts(orderBy: [{ slug: $o }]) { totalCount } }"


@pytest.mark.parametrize(
    ("query", "is_valid"),
    [
        (F + " query ($o: Ordering!) { ...F }", True),
        (F + " query ($o: Ordering) { ...F }", False),
        ("query ($o: Ordering!) { ...F } " + F, True),
        ("query ($o: Ordering) { ...F } " + F, False),
        ("{ districts(orderBy: [{ slug: $o }]) { totalCount } }", False),
        (F + " { ...F }", False),
    ],
)
def test_a_variable_of_one_key_is_checked_wherever_it_is_defined(query: str, is_valid: bool) -> None:
    if is_valid:
        Operations().get(query, None)
    else:
        with pytest.raises(Rejected):
            Operations().get(query, None)
