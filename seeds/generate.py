"""Generate synthetic districts with the structure of a real one, clearly named as synthetic."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any, Final

from seeds.export import seed_value

SOURCE_SLUG: Final = "synthetic"
_DISTRICTS_A_CITY: Final = 10
_CITIES_A_PROVINCE: Final = 10
# Every so many-th district is a part of the one before it.
_PARTS_EVERY: Final = 25
_COMPARATORS: Final = ("EQ", "EQ", "EQ", "GT", "GTE", "APPROX")
_STATUSES: Final = ("IN_PROGRESS", "OPERATING", "OPERATING", "COMPLETED", None)
_NOTE: Final = {
    "zhHans": "程序生成的示例数据，并非真实情况。",
    "en": "Generated sample data, not a real figure.",
}
_SUMMARY: Final = {
    "zhHans": "此说明由程序生成，仅用于测试与演示，不代表任何真实地区的工作进展。",
    "en": "This summary was generated for tests and demonstrations; it describes the work of no real district.",
}
_SOURCE: Final = {
    "slug": SOURCE_SLUG,
    "title": {"zhHans": "程序生成的示例数据", "en": "Generated sample data"},
    "kind": "SYNTHETIC",
}


def generate(template: dict[str, Any], count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield `count` districts in the format of seed files; the same seed gives the same districts.

    template: a stored district whose structure they have.
    """
    shape = seed_value(template)
    for number in range(1, count + 1):
        yield _district(shape, number, Random(f"{seed}:{number}"))


def _district(shape: dict[str, Any], number: int, random: Random) -> dict[str, Any]:
    city = (number - 1) // _DISTRICTS_A_CITY + 1
    province = (city - 1) // _CITIES_A_PROVINCE + 1
    return {
        "slug": _slug(number),
        "name": _named("示例区", "Synthetic District", number),
        "country": "CN",
        **({"parent": _slug(number - 1)} if number % _PARTS_EVERY == 0 else {}),
        "city": _named("示例市", "Synthetic City", city),
        "province": _named("示例省", "Synthetic Province", province),
        "codes": [{"scheme": "synthetic", "value": f"{number:05d}", "level": "DISTRICT"}],
        "strategy": {**_SUMMARY, **_cited(shape.get("strategy", {}))},
        "sources": [_SOURCE],
        "indicators": shape.get("indicators", []),
        "awards": [_award(award, random) for award in shape["awards"]],
        "pillars": [_pillar(pillar, random) for pillar in shape["pillars"]],
    }


def _slug(number: int) -> str:
    return f"synthetic-{number:05d}"


def _named(zh_hans: str, en: str, number: int) -> dict[str, str]:
    return {"zhHans": f"{zh_hans}{number:05d}", "en": f"{en} {number:05d}"}


def _pillar(shape: dict[str, Any], random: Random) -> dict[str, Any]:
    return {
        **shape,
        "summary": _SUMMARY,
        "initiatives": [_initiative(initiative, random) for initiative in shape["initiatives"]],
    }


def _initiative(shape: dict[str, Any], random: Random) -> dict[str, Any]:
    return {
        **shape,
        "summary": _SUMMARY,
        "status": random.choice(_STATUSES),
        **_cited(shape),
        "systems": [{**system, "summary": _SUMMARY, **_cited(system)} for system in shape.get("systems", ())],
        "metrics": [_metric(metric, random) for metric in shape.get("metrics", ())],
        "awards": [_award(award, random) for award in shape.get("awards", ())],
    }


def _metric(shape: dict[str, Any], random: Random) -> dict[str, Any]:
    metric = {**shape, "note": _NOTE, "citations": _citations(random)}
    if "quantity" in shape:
        metric["quantity"] = _quantity(shape["quantity"], random)
    if "changes" in shape:
        metric["changes"] = [_change(change, random) for change in shape["changes"]]
    if "ranks" in shape:
        metric["ranks"] = [_rank(rank, random) for rank in shape["ranks"]]
    return metric


def _quantity(shape: dict[str, Any], random: Random) -> dict[str, Any]:
    share = shape["unit"] in {"percent", "percentage-point"}
    value = Decimal(random.randrange(1, 1000)) / 10 if share else _scaled(shape["value"], random)
    return {**shape, "value": value, "comparator": random.choice(_COMPARATORS)}


def _scaled(value: Decimal, random: Random) -> Decimal:
    """A random value of the same magnitude and number of decimals."""
    scaled = value * random.randrange(200, 3000) / 1000
    return max(scaled.quantize(Decimal(1).scaleb(int(value.as_tuple().exponent))), Decimal(1))


def _change(shape: dict[str, Any], random: Random) -> dict[str, Any]:
    value = Decimal(random.randrange(1, 600)) / 10
    return {
        **shape,
        "direction": random.choice(("UP", "DOWN")),
        "quantity": {**shape["quantity"], "value": value},
    }


def _rank(shape: dict[str, Any], random: Random) -> dict[str, Any]:
    if "position" not in shape:
        return shape
    return {**shape, "position": random.randrange(1, 12)}


def _award(shape: dict[str, Any], random: Random) -> dict[str, Any]:
    award = {**shape, "note": _NOTE, "citations": _citations(random)}
    if "streakYears" in shape:
        award["streakYears"] = random.randrange(1, 10)
    return award


def _cited(shape: dict[str, Any]) -> dict[str, Any]:
    """As many citations as a shape has, of what may have none."""
    rows = range(1, len(shape.get("citations", ())) + 1)
    return {"citations": [{"source": SOURCE_SLUG, "locator": f"row {row}"} for row in rows]} if rows else {}


def _citations(random: Random) -> list[dict[str, str]]:
    return [{"source": SOURCE_SLUG, "locator": f"row {random.randrange(1, 1000)}"}]
