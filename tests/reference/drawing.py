"""Values for generated operations: drawn from the data, so that filters choose something; some are refused."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    get_named_type,
    get_nullable_type,
)

from tests.reference.data import Dataset
from tests.reference.past import History

SMALL: Final = (0, 1, 1, 2, 2, 3, 5, 8)
LANGUAGES: Final = (
    *("en", "zh-HK", "zh-TW", "zh", "zh-Hans", "zh-Hant-HK", "en-GB", "fr", "*", "zh-Hans-CN", "ko-KR"),
    *("yue-HK", "zh-US", "cmn-TW", "nan", "es", "fr-CA", "de", "ja", "kor", "pt-PT", "ar"),
)
PERIODS: Final = (
    *("2025", "2024", "2025-01/2025-12", "2025-33/2025-36", "2025-40", "2025-01/2025-06", "2025-36"),
    *("2025-10/2025-12", "2021/..", "2021/", "../2024-06", "/2024-06", "2024-02", "2024-02-01/2024-02-29"),
    *("2025~", "2024-02?", "2021%/..", "2025?~", "~2025"),
    *("2025-Q3", "2025-13", ""),
)
DAYS: Final = ("2025-06-30", "2024-01-01", "2025-01-01", "2025-12-31", "2024-02-29", "2021-05-05")
_OPERATORS: Final = ("eq", "ne", "in", "notIn", "exists", "lt", "lte", "gt", "gte", "between")
_OBJECTS: Final = ("quantity", "period", "rank")
_LOGIC: Final = ("and", "or", "not")


class Enum(str):
    """The name of an enum value, which literals write without quotes."""


@dataclass(frozen=True)
class Variable:
    """The place of a variable in a value."""

    name: str


def literal(value: Any) -> str:
    """Write a value as GraphQL does."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Variable(name):
            return f"${name}"
        case Enum():
            return str(value)
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case dict():
            return "{" + ", ".join(f"{key}: {literal(one)}" for key, one in value.items()) + "}"
    return repr(value)


@dataclass(repr=False)
class Pool:
    """What the data has, by the name of the field."""

    dataset: Dataset
    history: History
    by_name: dict[str, list[Any]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        found: dict[str, set[Any]] = defaultdict(set)
        names = set()
        for items in self.dataset.items.values():
            for item in items:
                name = item.get("name") or item.get("title") or {}
                names |= {text for text in name.values() if text and isinstance(text, str)}
                for key, value in item.items():
                    _collect(found, key, value)
        self.by_name = {key: sorted(values) for key, values in found.items()}
        self.names = sorted(names)


def _collect(found: dict[str, set[Any]], key: str, value: Any) -> None:
    if isinstance(value, dict):
        if "slug" in value:
            found[key].add(value["slug"])
        elif "code" in value:
            found[key].add(value["code"])
        else:
            for inner, below in value.items():
                if inner in {"normalized", "unit", "position", "of"}:
                    _collect(found, inner, below)
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, dict):
                for inner, below in one.items():
                    if inner in {"source", "locator", "scheme", "value", "slug", "position", "of"}:
                        _collect(found, inner, below)
    elif isinstance(value, str | int | float):
        found[key].add(value)


class Values:
    """Draws values. `place` turns a value into a variable now and then."""

    def __init__(self, random: Random, pool: Pool, place: Callable[[Any, Any], Any]) -> None:
        self._random = random
        self._pool = pool
        self._place = place

    def one(self, values: Any) -> Any:
        return self._random.choice(list(values))

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def slug(self, kind: str) -> str:
        """The slug of a district or an indicator, now and then of none."""
        if self.chance(0.05):
            return "nowhere"
        return str(self.one(self._pool.dataset.items[kind])["slug"])

    def id(self, *, odd: float = 0.04) -> str:
        """A global id; now and then of nothing, or no id."""
        if self.chance(odd):
            return str(self.one(("baiyun", "Metric:nowhere/none", "Source:x", "")))
        kind = self.one(self._pool.dataset.items.values())
        return str(self.one(kind)["id"])

    def revision(self) -> int:
        """The number of a revision, now and then of one that was never published."""
        newest = self._pool.history.newest
        return self._random.randint(0, newest + 1) if self.chance(0.15) else self._random.randint(3, newest)

    def moment(self) -> dict[str, Any]:
        """A moment of the past: a revision, or the time of one, or a time before or after all."""
        if self.chance(0.6):
            return {"revision": self.revision()}
        times = [one.time.isoformat() for one in self._pool.history.moments if one.time]
        return {"time": self.one((*times, *times, "2020-01-01T00:00:00Z", "2100-01-01T00:00:00+08:00"))}

    def words(self) -> str:
        """A name or a part of it, or two; now and then something that isn't found, or nothing to look for."""
        if self.chance(0.05):
            return str(self.one(("?!", "", "nowhere", "𠀀")))
        words = self._stretch()
        if self.chance(0.3):
            words += str(self.one((" ", ""))) + self._stretch()[:6]
        return words.upper() if self.chance(0.1) else words

    def _stretch(self) -> str:
        name = str(self.one(self._pool.names))
        if self.chance(0.5):
            start = self._random.randrange(len(name))
            name = name[start : start + self._random.randint(1, 6)]
        return name

    def order(self, type_: GraphQLInputObjectType) -> list[Any]:
        count = self.one((1, 1, 1, 2, 2, 3, 0))
        names = [name for name in type_.fields if name != "quantity" or self.chance(0.3)]
        keys = self._random.sample(names, min(count, len(names)))
        return [{key: self._ordering(is_name=key == "name")} for key in keys] + (
            [{"slug": {}}] if self.chance(0.03) else []
        )

    def _ordering(self, *, is_name: bool = False) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if is_name and self.chance(0.5):
            found["lang"] = self.one(("zh", "en", "en", "en", "fr"))
        if self.chance(0.5):
            found["direction"] = Enum(self.one(("ASC", "DESC")))
        if self.chance(0.3):
            found["nulls"] = Enum(self.one(("FIRST", "LAST")))
        return found

    def where(self, type_: GraphQLInputObjectType, depth: int = 0) -> dict[str, Any]:
        """A filter. Figures are mostly compared within one unit."""
        if self.chance(0.03):
            return {}
        plain = [name for name in type_.fields if name not in _LOGIC]
        count = self.one((1, 1, 1, 2, 3))
        names = self._random.sample(plain, min(count, len(plain)))
        if depth < 3 and "and" in type_.fields and self.chance(0.25):
            names.append(self.one(_LOGIC))
        return {name: self._asked(type_, name, depth) for name in names}

    def _asked(self, type_: GraphQLInputObjectType, name: str, depth: int) -> Any:
        if self.chance(0.004):
            return self.one((None, {})) if name not in {"and", "or"} else []
        below: Any = get_named_type(type_.fields[name].type)
        if name in {"and", "or"}:
            return [self.where(type_, depth + 1) for _ in range(self.one((1, 2, 2, 3)))]
        if name == "not":
            return self.where(type_, depth + 1)
        if name == "exists":
            return self.chance(0.6)
        if not isinstance(below, GraphQLInputObjectType):
            return self._place(type_.fields[name], self.one(PERIODS if name == "during" else DAYS))
        if "some" in below.fields:
            return self._quantified(below, depth)
        if "contains" in below.fields:
            return {"contains": self._place(below.fields["contains"], self.words())}
        if "eq" in below.fields:
            return self._operators(below, name)
        return self._object(below, depth)

    def _quantified(self, below: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        quantifier = self.one(("some", "some", "none", "every"))
        inner: Any = get_named_type(below.fields[quantifier].type)
        return {quantifier: {} if depth >= 2 or self.chance(0.1) else self.where(inner, depth + 1)}

    def _object(self, below: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        found = self.where(below, depth + 1) or {"exists": True}
        if "normalized" in found and self.chance(0.85):
            found["unit"] = {"eq": self.one(("percent", "cny", "record", "node", "work-order"))}
        return found

    def _operators(self, below: GraphQLInputObjectType, name: str) -> dict[str, Any]:
        known = [operator for operator in _OPERATORS if operator in below.fields]
        names = self._random.sample(known, self.one((1, 1, 1, 2)))
        return {operator: self._operand(below, operator, name) for operator in names}

    def _operand(self, below: GraphQLInputObjectType, operator: str, name: str) -> Any:
        place = below.fields[operator]
        if self.chance(0.004):
            return None
        if operator == "exists":
            return self.chance(0.5)
        type_: Any = get_named_type(place.type)
        if isinstance(get_nullable_type(place.type), GraphQLList):
            count = 2 if operator == "between" else self.one((1, 2, 3))
            values = [self._scalar(type_, name) for _ in range(count)]
            return sorted(values) if operator == "between" and self.chance(0.95) else values
        return self._place(place, self._scalar(type_, name))

    def _scalar(self, type_: Any, name: str) -> Any:
        if isinstance(type_, GraphQLEnumType):
            return Enum(self.one(type_.values))
        if type_.name == "Date":
            return self.one(DAYS)
        known = self._pool.by_name.get(name, ())
        if type_.name == "String":
            return str(self.one([value for value in known if isinstance(value, str)] or ["x"]))
        if type_.name == "Float":
            numbers = [value for value in known if isinstance(value, float)]
            return self.one(numbers or [1.0])
        return self.one(SMALL)
