"""Expected results of filters, orders, pages and aggregates, in plain Python over documents of `seeds.building`.

It shares no code with the server, except for the singular of English words. Filters, orders and pages are the dicts
that a client sends as variables; ids, slugs and figures are read from the documents, everything else (counts, texts,
what lies below) is worked out.
"""

import operator
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from statistics import fmean, median
from typing import Any, Final, NamedTuple, TypeAlias

import opencc

from loaders.values.plurals import singular

Item: TypeAlias = dict[str, Any]
Where: TypeAlias = Mapping[str, Any]
OrderBy: TypeAlias = Sequence[Mapping[str, Mapping[str, str]]]

_LISTS: Final = frozenset(
    {"pillars", "initiatives", "metrics", "awards", "codes", "systems", "changes", "ranks", "citations"}
)
_OBJECTS: Final = frozenset({"quantity", "period"})
_TEXTS: Final = frozenset({"name", "city", "province", "title", "publisher"})
_COUNTED: Final = {
    "pillarCount": "pillars",
    "initiativeCount": "initiatives",
    "metricCount": "metrics",
    "awardCount": "awards",
    "totalAwardCount": "awards",
}
_PATHS: Final = {
    "streakYears": ("streak_years",),
    "heldBy": ("held_by",),
    "quantity": ("quantity", "normalized"),
    "periodStart": ("period", "start"),
    "periodEnd": ("period", "end"),
    "rankPosition": ("best_rank",),
    "publishedOn": ("published_on",),
    "accessedOn": ("accessed_on",),
}
# The days of the EDTF texts that tests ask with: first and last, and whether there is none because that end is open.
DAYS: Final[Mapping[str, tuple[str | None, str | None, bool, bool]]] = {
    "2024": ("2024-01-01", "2024-12-31", False, False),
    "2025": ("2025-01-01", "2025-12-31", False, False),
    "2025-01/2025-12": ("2025-01-01", "2025-12-31", False, False),
    "2025-33/2025-36": ("2025-01-01", "2025-12-31", False, False),
    "2025-40/2025-41": ("2025-01-01", "2025-12-31", False, False),
    "2025-06": ("2025-06-01", "2025-06-30", False, False),
    "2025-06-01/2025-06-30": ("2025-06-01", "2025-06-30", False, False),
    "2024-03/2025-06": ("2024-03-01", "2025-06-30", False, False),
    "../2025-06": (None, "2025-06-30", True, False),
    "/2025-06": (None, "2025-06-30", False, False),
    "2024-03/..": ("2024-03-01", None, False, True),
    "2024-03/": ("2024-03-01", None, False, False),
    "1999": ("1999-01-01", "1999-12-31", False, False),
}
# What the sources of tests were published in.
_KINDS: Final = {"2024": "YEAR", "2025": "YEAR", "2025-06": "MONTH", "2024-03-05": "DAY", "2024-03/..": "RANGE"}
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "in": lambda value, wanted: value in wanted,
    "between": lambda value, ends: ends[0] <= value <= ends[1],
}
DEFAULT_PAGE: Final = 20


def items_of(holder: Item, name: str) -> list[Item]:
    """The items of a list: the holder's own, and those of what it holds, one after the other."""
    own = list(holder.get(name, ()))
    if own and name != "awards":
        return own
    below = holder["pillars"] if "pillars" in holder else holder.get("initiatives", ())
    return own + [item for part in below for item in items_of(part, name)]


def flat_list(districts: Iterable[Item], name: str) -> list[Item]:
    """Everything of one kind in all districts: by id, districts by slug."""
    if name == "districts":
        return sorted(districts, key=lambda district: str(district["slug"]))
    if name == "sources":
        return _sources(districts)
    found = [item for district in districts for item in items_of(district, name)]
    return sorted(found, key=lambda item: str(item["id"]))


def _sources(districts: Iterable[Item]) -> list[Item]:
    """Each source once, with the slugs of the districts that list it."""
    found: dict[str, Item] = {}
    for district in districts:
        for source in district["sources"]:
            shared = found.setdefault(source["slug"], {**source, "listed_by": set()})
            shared["listed_by"].add(district["slug"])
    return [found[slug] for slug in sorted(found)]


def chosen(items: Iterable[Item], where: Where | None) -> list[Item]:
    """The items that match a filter, in order."""
    return [item for item in items if holds(item, where or {})]


def holds(item: Item | None, where: Where) -> bool:
    """Whether an item, or a missing value, matches a filter."""
    return all(_holds(item, name, condition) for name, condition in where.items())


def _holds(item: Item | None, name: str, condition: Any) -> bool:
    if name == "and":
        return all(holds(item, one) for one in condition)
    if name == "or":
        return any(holds(item, one) for one in condition)
    if name == "not":
        return not holds(item, condition)
    if name == "exists":
        return (item is not None) is condition
    if name == "during":
        return item is not None and _days(item) == DAYS[condition]
    if name == "covers":
        return item is not None and _covers(item, condition)
    if name in {"approximate", "uncertain"}:
        return item is not None and item[name] is condition
    if name == "published":
        return holds(_published(item), condition)
    if name == "district" and item and "listed_by" in item:
        return all(
            any(compares(one, how, operand) for one in item["listed_by"]) for how, operand in condition.items()
        )
    if name == "rank":
        assert item, "ranks are of what has them"
        return _has_rank(item["ranks"], condition)
    if name in _OBJECTS:
        return holds(item[name] if item else None, condition)
    if name in _LISTS:
        assert item, "lists are condition of what has them"
        return all(_quantified(quantifier, items_of(item, name), one) for quantifier, one in condition.items())
    if name in _TEXTS:
        assert item, "names are condition of what has them"
        return item[name] is not None and contains(item[name], condition["contains"])
    value = value_of(item, name) if item else None
    return all(compares(value, how, operand) for how, operand in condition.items())


def _published(source: Item | None) -> Item | None:
    """When a source was published, as a period."""
    if not source or not source["published"]:
        return None
    day = (source["published_on"], source["published_on"], False, False)
    start, end, start_is_open, end_is_open = DAYS.get(source["published"], day)
    kind = _KINDS[source["published"]]
    return {
        "kind": kind,
        "start": start,
        "end": end,
        "start_is_open": start_is_open,
        "end_is_open": end_is_open,
    }


def _has_rank(ranks: list[Item], where: Where) -> bool:
    """Whether some rank matches; `exists` asks whether there is one."""
    of_one = {name: condition for name, condition in where.items() if name != "exists"}
    if "exists" in where and bool(ranks) is not where["exists"]:
        return False
    return not of_one or any(holds(rank, of_one) for rank in ranks)


def _days(period: Item) -> tuple[Any, ...]:
    return period["start"], period["end"], period["start_is_open"], period["end_is_open"]


def _covers(period: Item, day: str) -> bool:
    """An open end lies beyond all days; an unknown one is taken for the other end, the only day that is known."""
    start, end, start_is_open, end_is_open = _days(period)
    first = start or ("0000" if start_is_open else end)
    last = end or ("9999-99" if end_is_open else start)
    return first is not None and first <= day <= last


def _quantified(quantifier: str, items: Iterable[Item], where: Where) -> bool:
    found = [holds(item, where) for item in items]
    return {"some": any(found), "none": not any(found), "every": all(found)}[quantifier]


def compares(value: Any, how: str, operand: Any) -> bool:
    """Whether a value compares as an operator says; what isn't there is only ever unequal."""
    if how == "exists":
        return (value is not None) is operand
    if how == "ne":
        return not compares(value, "eq", operand)
    if how == "notIn":
        return not compares(value, "in", operand)
    return value is not None and _COMPARISONS[how](value, operand)


def value_of(item: Item, name: str) -> Any:
    """The value that a filter or an order means by a name; counts are counted."""
    if name in _COUNTED:
        return len(items_of(item, _COUNTED[name]))
    if name == "published":
        return (_published(item) or {"start": None})["start"]
    value: Any = item
    for key in _PATHS.get(name, (name,)):
        value = value[key] if value else None
    return value


def contains(text: Mapping[str, Any], wanted: str) -> bool:
    """Whether every word and every run of Chinese characters is in some form of a text."""
    forms = [pieces(form) for form in text["texts"].values()]
    return all(any(_is_in(piece, form) for form in forms) for piece in pieces(wanted))


def _is_in(piece: str, form: Sequence[str]) -> bool:
    """Whether a text has a run of Chinese characters, or a word: with its hyphens, without, or in parts."""
    if _is_chinese(piece[0]):
        return any(piece in part for part in form)
    words = [part for whole in form for part in _parts(whole)]
    wanted = _parts(piece)
    apart = any(words[at : at + len(wanted)] == wanted for at in range(len(words)))
    return apart or any(_joined(piece) == _joined(whole) for whole in form)


def _joined(word: str) -> str:
    return singular(re.sub("[-\u2010]", "", word))


def _parts(word: str) -> list[str]:
    return [singular(part) for part in re.split("[-\u2010]", word)]


@cache
def pieces(text: str) -> tuple[str, ...]:
    """Cut a text into words, hyphens in them included, and runs of Chinese characters, however they are written."""
    folded: str = _simplified().convert(unicodedata.normalize("NFKC", text).casefold())
    return tuple(re.findall(r"[㐀-鿿〇]+|(?:(?![㐀-鿿〇])[^\W_])+(?:[-‐](?:(?![㐀-鿿〇])[^\W_])+)*", folded))


@cache
def _simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _is_chinese(character: str) -> bool:
    return character == "〇" or unicodedata.name(character, "").startswith("CJK UNIFIED IDEOGRAPH")


def ordered(items: Iterable[Item], order_by: OrderBy | None, key: str = "id") -> list[Item]:
    """Sort by several keys, nulls where each says; equal items by `key`, in the direction of the first."""
    if not order_by:
        return list(items)
    names = [(name, ordering) for one in order_by for name, ordering in one.items()]
    found = sorted(items, key=lambda item: str(item[key]), reverse=_is_descending(names[0][1]))
    for name, ordering in reversed(names):
        if name == "name":
            # `seeds.building.collation` makes these keys, and its tests say what names they put in which order.
            values = {str(item["id"]): item["name"][f"sort_{ordering.get('lang', 'zh')}"] for item in found}
        else:
            values = {str(item["id"]): value_of(item, name) for item in found}
        there = [item for item in found if values[str(item["id"])] is not None]
        nulls = [item for item in found if values[str(item["id"])] is None]
        there.sort(key=lambda item, values=values: values[str(item["id"])], reverse=_is_descending(ordering))  # type: ignore[misc]  # a default binds the loop's values
        found = nulls + there if ordering.get("nulls") == "FIRST" else there + nulls
    return found


def _is_descending(ordering: Mapping[str, str]) -> bool:
    return ordering.get("direction") == "DESC"


def answer(districts: Iterable[Item], name: str, where: Where | None, order_by: OrderBy | None) -> list[Item]:
    """The whole of a flat list, as pages cut it."""
    key = "slug" if name == "districts" else "id"
    return ordered(chosen(flat_list(districts, name), where), order_by, key)


class Page(NamedTuple):
    """A page of a flat list, and whether there is more, as Relay has a client know it."""

    items: list[Item]
    has_next: bool
    has_previous: bool


def page(
    items: Sequence[Item],
    *,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Page:
    """Cut a page out of a whole list; after, before: the ids of the items whose cursors are given."""
    ids = [item["id"] for item in items]
    start = ids.index(after) + 1 if after else 0
    end = ids.index(before) if before else len(ids)
    between = list(items[start : max(start, end)])
    size = first or last or DEFAULT_PAGE
    more = len(between) > size
    if last:
        return Page(between[-size:], before is not None, more)
    return Page(between[:size], more, after is not None)


def nested(
    holder: Item,
    name: str,
    where: Where | None = None,
    order_by: OrderBy | None = None,
    *,
    first: int | None = None,
    offset: int = 0,
) -> list[Item]:
    """A list inside a document; as the document has it where no order is given."""
    found = ordered(chosen(items_of(holder, name), where), order_by)
    return found[offset : None if first is None else offset + first]


def counts(items: Iterable[Item], by: str, first: int = 100) -> list[dict[str, Any]]:
    """How many items have each value: the largest groups first, equal ones by key, those without a value leading."""
    groups = Counter(_group(item, by) for item in items)
    by_key = sorted(groups, key=lambda key: (key is not None, key or ""))
    by_size = sorted(by_key, key=lambda key: -groups[key])
    return [{"key": key, "count": groups[key]} for key in by_size[:first]]


def _group(item: Item, by: str) -> str | None:
    found: str | None
    match by:
        case "YEAR":
            period = item["period"] or {"start": None, "end": None}
            day = period["end"] or period["start"]
            found = day[:4] if day else None
        case "UNIT":
            found = item["quantity"]["unit"] if item["quantity"] else None
        case "CITY" | "PROVINCE":
            found = item[by.lower()]["texts"]["zh-Hans"]
        case _:
            found = item[by.lower()]
    return found


def units(items: Iterable[Item]) -> set[str]:
    """The units of the figures of metrics: figures of more than one do not compare."""
    return {item["quantity"]["unit"] for item in items if item["quantity"]}


def mixed(items: Iterable[Item]) -> tuple[str, list[str]] | None:
    """Why figures of metrics can't be put together, and the values; None if they can. No INSTANT ones, no parts."""
    found = [item for item in items if item["quantity"]]
    indicators = sorted({item["indicator"] for item in found})
    if len(indicators) > 1:
        return "indicators", indicators
    if len(units(found)) > 1:
        return "units", sorted(units(found))
    periods = {_days_of(item) for item in found}
    return ("periods", []) if len(periods) > 1 else None


def _days_of(item: Item) -> tuple[Any, ...]:
    period = item["period"] or {"start": None, "end": None, "start_is_open": False, "end_is_open": False}
    return period["start"], period["end"], period["start_is_open"], period["end_is_open"]


def spread(items: Iterable[Item]) -> dict[str, Any] | None:
    """The spread of the figures of metrics that can be put together, one of each district; None if there are none."""
    firm = ("ESTIMATED", "PROVISIONAL", "NORMAL")
    found: dict[str, Item] = {}
    for item in items:
        if item["quantity"]:
            own = found.get(item["district"], item)
            found[item["district"]] = max(
                item, own, key=lambda one: (firm.index(one["status"]), one["ranked_as"] or "", one["id"])
            )
    figures = [item["quantity"]["normalized"] for item in found.values()]
    if not figures:
        return None
    [unit] = units(found.values())
    return {
        "unit": {"code": unit},
        "count": len(figures),
        "min": min(figures),
        "max": max(figures),
        "average": fmean(figures),
        "median": median(figures),
        "certain": {item["quantity"]["comparator"] for item in found.values()} == {"EQ"},
    }
