"""Random choices of generated operations, and meaningful texts for their arguments."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from random import Random
from typing import Final, TypeVar

from tests.support.conformance.stored import contents

T = TypeVar("T")

# Names that a program which writes programs could trip over.
HOSTILE: Final = (
    *("class", "None", "lambda", "def", "self", "d", "v", "result", "_x", "_", "__", "import", "return", "eval"),
    *("True", "yield", "async", "print", "dict", "list", "str", "KeyError", "info", "context", "document", "data"),
    *("__class__", "__builtins__", "globals", "items", "get", "append", "errors", "v0", "f0", "_0", "x" * 200),
    *("slug", "id", "name", "zhHans", "nodes", "_id", "texts", "prototype", "constructor", "NaN", "null_"),
)
RANGES: Final = (
    *("en", "zh-Hant", "zh-Hans", "zh-HK", "zh", "*", "fr", "EN-gb", "zh-Hant-TW", "de-CH-1996") * 20,
    *("", "no range", "en_US", "zh-Hans;q=1", 'en"', "en\n", "\\", "英语", "🏙"),
)
ACCEPTED: Final = ((), ("en",), ("zh-Hant",), ("zh-HK", "en"), ("fr", "*"), ("de", "en-GB"), ("zh",))
ODD_TEXTS: Final = ('"', "\\", '"); import os #', "\n", "\0", "\u2028", "🏙️", "$v", "{}", "%s", "a" * 300)
WORDS: Final = ("白云", "数据", "智慧", "12345热线", "smart", "Baiyun", "示例", "數據", "5G", "district 00003", "雲")


class Choices:
    """Makes what is left to chance; 0 is the simplest choice: the first of several, and no.

    made: the choices so far. Those given are made again, clipped to what there is to choose from; what comes after
    them is left to `random`, or as simple as can be.
    """

    def __init__(self, random: Random | None = None, given: Sequence[int] = ()) -> None:
        self._random = random
        self._given = given
        self.made: list[int] = []

    def number(self, low: int, high: int) -> int:
        if len(self.made) < len(self._given):
            choice = min(self._given[len(self.made)], high - low)
        else:
            choice = self._random.randint(0, high - low) if self._random else 0
        self.made.append(choice)
        return low + choice

    def one_of(self, values: Sequence[T]) -> T:
        return values[self.number(0, len(values) - 1)]

    def chance(self, percent: int) -> bool:
        return self.number(0, 99) >= 100 - percent


async def simplest(made: Sequence[int], is_wrong: Callable[[Sequence[int]], Awaitable[bool]]) -> Sequence[int]:
    """Choices like those made, as few and as simple as can be found soon, that are still wrong."""
    for size in (64, 32, 16, 8, 4, 2, 1, 8, 4, 2, 1):
        start = 0
        while start < len(made):
            rest = made[start + size :]
            simpler: Sequence[Sequence[int]] = ([*made[:start], *rest], [*made[:start], *[0] * size, *rest])
            for tried in simpler:
                if list(tried) != list(made) and await is_wrong(tried):
                    made = tried
                    break
            else:
                start += size
    return made


@cache
def texts() -> Mapping[str, Sequence[str]]:
    """Texts by the name of the argument, or of the field in a filter, that they mean something to."""
    district = contents()[0]
    pillars = district["pillars"]
    initiatives = [one for pillar in pillars for one in pillar["initiatives"]]
    metrics = [one for initiative in initiatives for one in initiative["metrics"]]
    awards = [*district["awards"], *(one for initiative in initiatives for one in initiative["awards"])]
    slugs = [one["slug"] for one in contents()]
    observations = [one for metric in metrics for one in metric["observations"]]
    own = (district, *pillars, *initiatives, *metrics, *observations, *awards)
    others = [one["id"].replace("baiyun", slug) for slug in slugs[1:6] for one in own]
    ids = [one["id"] for one in (*own, *district["indicators"])]
    return {
        "ids": [*ids, *others],
        **dict.fromkeys(("scheme", "value"), ("440111", "CN-GD")),
        "district": slugs,
        "pillar": [one["slug"] for one in pillars],
        "initiative": [one["slug"] for one in initiatives],
        "country": ("CN", "AE", "cn"),
        "metric": [one["slug"] for one in metrics],
        "indicator": [one["slug"] for one in district["indicators"]],
        "slug": [one["slug"] for one in (*pillars, *initiatives, *metrics, *awards)],
        "id": [*ids, *others, "District:nowhere", "Metric:x"],
        "unit": sorted({one["quantity"]["unit"] for one in metrics if one["quantity"]}),
        "source": [*(one["slug"] for one in district["sources"]), "synthetic"],
        "url": [one["url"] for one in district["sources"] if one["url"]] or ["https://example.org/"],
        "language": ["zh-Hans", "en"],
        "locator": ["L4", "L15", "row 7"],
        "contains": WORDS,
        "text": WORDS,
        "lang": RANGES,
        "during": ["2025", "2025-01/2025-12", "2025-06", "2025-01/2025-09", "2021/..", "/2020", "2025~"],
        "from": ("2024", "2024", "2024", "2023", "2024-01/2024-09"),
        "to": ("2025", "2025", "2025", "2024", "2025-06"),
        "after": ["", "bm90aGluZw", "WzIsImRpc3RyaWN0cyJd"],
        "before": ["", "bm90aGluZw"],
    }
