"""The words of figures in each language, read from `words/` beside this file when a language is first needed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "words"
_Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words of one language by code; see `words/en.toml`.

    around: what stands before and behind a figure with a comparator.
    """

    comma: str
    colon: str
    brackets: str
    comparators: _Words
    figures: _Words
    periods: _Words
    changes: _Words
    ranks: _Words
    ordinals: _Words
    statuses: _Words
    around: Mapping[str, tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        """Split the patterns of comparators, since most figures have one."""
        around = {code: pattern.split("{}") for code, pattern in self.comparators.items()}
        exact = {"EQ": ("", ""), "RANGE": ("", "")}
        object.__setattr__(self, "around", exact | {code: (one, other) for code, (one, other) in around.items()})


@cache
def phrases(tag: str) -> Phrases:
    """The words of a language."""
    return Phrases(**tomllib.loads((_FOLDER / f"{tag}.toml").read_text(encoding="utf-8")))
