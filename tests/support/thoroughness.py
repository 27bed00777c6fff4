"""How thorough a run is: `make test` tries few examples, `make test-all` many."""

import os
from typing import Final

from hypothesis import settings

# Set by `make test-all`: sampled cases are tried whole, and properties with many examples.
IS_THOROUGH: Final = os.environ.get("YUNSHAN_THOROUGH") == "1"


def choose_profile() -> None:
    """Set the number of examples of property tests: few and the same in a quick run, many in a thorough one."""
    settings.register_profile("quick", max_examples=25, deadline=None, derandomize=True)
    settings.register_profile("thorough", max_examples=100, deadline=None)
    settings.load_profile("thorough" if IS_THOROUGH else "quick")


def examples(*, quick: int, thorough: int) -> int:
    """The number of examples of a property that wants other numbers than its profile's."""
    return thorough if IS_THOROUGH else quick
