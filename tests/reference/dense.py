"""Seed files of places that publish much of the same: what is ranked, summed and averaged has figures then.

A random sequence chooses what each of them has, so the same number gives the same places.
"""

import json
from random import Random
from typing import Any, Final, TypeAlias

Item: TypeAlias = dict[str, Any]

# By slug: the period type, the units, and how many figures of each metric there are at most.
INDICATORS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "dense-output": ("DURATION", ("cny", "usd")),
    "dense-rate": ("DURATION", ("percent",)),
    "dense-stock": ("INSTANT", ("node",)),
    "dense-funds": ("INSTANT", ("cny", "usd")),
}
PERIODS: Final = ("2024", "2023", "2024-40", "2024-33/2024-36", "2022/..", "/2024-06", None)
_RESULTS: Final = ("NORMAL", "NORMAL", "NORMAL", "PROVISIONAL", "ESTIMATED")
_KINDS: Final = ("CITY", "DISTRICT", "DISTRICT", "TOWN", "ZONE")
_COMPARATORS: Final = ("EQ", "EQ", "EQ", "EQ", "GT", "APPROX", "LTE", "RANGE")
# By number, what each is a part of.
_PARENTS: Final = {1: 0, 2: 0, 3: 1, 6: 5}


def dense(count: int, seed: int) -> str:
    """Some such places, a seed file in JSON."""
    return json.dumps([_place(Random(f"{seed}:{number}"), number) for number in range(count)], ensure_ascii=False)


def _place(random: Random, number: int) -> Item:
    slug = f"dense-{number}"
    metrics = [
        _metric(random, name, f"{slug}-{name}-{which}")
        for name in INDICATORS
        for which in range(random.choice((1, 1, 2)))
        if random.random() < 0.9
    ]
    place: Item = {
        "slug": slug,
        "name": {"zhHans": "地方"},
        "kind": _KINDS[number % len(_KINDS)],
        "country": "CN",
        "sources": [{"slug": f"{slug}-source", "title": {"zhHans": "公报"}, "kind": "NEWS"}],
        "indicators": [
            {"slug": name, "name": {"zhHans": "指标"}, "periodType": type_, "units": [*units]}
            for name, (type_, units) in INDICATORS.items()
        ],
        "pillars": [
            {
                "slug": "pillar",
                "name": {"zhHans": "支柱"},
                "initiatives": [{"slug": "work", "name": {"zhHans": "工作"}, "metrics": metrics}],
            }
        ],
    }
    return place | ({"parent": f"dense-{_PARENTS[number]}"} if number in _PARENTS else {})


def _metric(random: Random, indicator: str, slug: str) -> Item:
    unit = random.choice((*INDICATORS[indicator][1], INDICATORS[indicator][1][0]))
    # Two results of a metric for the same days are refused.
    periods = random.sample((*PERIODS[:3], *PERIODS[4:]), random.randint(1, 4))
    if "2024" in periods and random.random() < 0.3:
        periods[periods.index("2024")] = "2024-33/2024-36"
    observations = [_figure(random, unit, edtf, random.choice(_RESULTS)) for edtf in periods]
    observations += [
        _figure(random, unit, random.choice(("2025", "2024", None)), random.choice(("FORECAST", "TARGET")))
        for _ in range(random.randint(0, 2))
    ]
    named = [{"slug": f"figure-{at}", **one} for at, one in enumerate(observations)]
    for one in named:
        one["citations"] = [{"source": f"{slug.split('-' + indicator)[0]}-source", "locator": "L1"}]
    return {"slug": slug, "name": {"zhHans": "数字"}, "indicator": indicator, "observations": named}


def _figure(random: Random, unit: str, edtf: str | None, status: str) -> Item:
    comparator = random.choice(_COMPARATORS)
    quantity: Item = {"value": random.randint(1, 9), "comparator": comparator, "unit": unit}
    if comparator == "RANGE":
        quantity["maxValue"] = 12
    if random.random() < 0.3:
        quantity["multiplier"] = 1
    figure: Item = {"quantity": quantity, "status": status}
    if edtf is not None:
        figure["period"] = {"kind": _kind(edtf), "edtf": edtf, "label": {"zhHans": "时期"}}
    return figure


def _kind(edtf: str) -> str:
    return "RANGE" if "/" in edtf else "HALF_YEAR" if edtf.endswith("-40") else "YEAR"
