"""Write stored districts in the format of seed files, so that loading an export changes nothing."""

import json
from collections.abc import AsyncIterable, Callable, Mapping
from decimal import Decimal
from typing import IO, Any, Final

import orjson
import yaml
from pydantic.alias_generators import to_camel

from loaders.documents import Document
from loaders.model.observations import said_once
from loaders.values.units import names_by_language
from seeds.building.district import own_indicator
from seeds.format.texts import DEFAULT_LANGUAGE, written_text

_COUNTS: Final = frozenset(
    {
        *("pillar_count", "initiative_count", "metric_count", "observation_count"),
        *("award_count", "total_award_count"),
    }
)
# Derived by a load, like the other keys below.
_PLACE: Final = frozenset({"district", "pillar", "initiative"})
_ORDERS: Final = frozenset({"sort_zh", "sort_en"})
_DAYS: Final = frozenset({"start", "end", "start_is_open", "end_is_open", "approximate", "uncertain"})
_DERIVED: Final = frozenset(
    {
        *(
            "derived",
            "folded",
            "languages",
            "id",
            "metric",
            "reference_date",
            "latest",
            "published_on",
            "best_rank",
            "ranked_as",
            "normalized",
            "decimals",
            "held_by",
        ),
        *(*_ORDERS, *_DAYS, *_COUNTS, *_PLACE),
    }
)
_TEXTS: Final = frozenset({"master", "texts", "derived"})
_VERSION: Final = frozenset({"_id", "from", "to", "hash", "tokens"})
# The default values of the format.
_DEFAULTS: Final = {
    "comparator": "EQ",
    "multiplier": 0,
    "status": "NORMAL",
    "counted": False,
    "tied": False,
    "like_for_like": False,
    "kind": "DISTRICT",
}


def seed_value(district: Document) -> dict[str, Any]:
    """Convert a stored district to the format of seed files: no nulls, nothing derived."""
    said = {key: value for key, value in district.items() if key not in _VERSION}
    said["indicators"] = _listed_indicators(district)
    # The first edition had one language.
    language = said["name"].get("master", DEFAULT_LANGUAGE)
    written: dict[str, Any] = _plain(said, language)
    # The keys of names are language tags, which are written as they are.
    units = [{"code": unit["code"], "names": names_by_language(unit)} for unit in district.get("units", ())]
    written |= {"units": units} if units else {}
    return written if language == DEFAULT_LANGUAGE else {"language": language, **written}


def seed_item(stored: Document) -> Any:
    """Convert a stored source or indicator to the format of seed files."""
    return _plain({key: value for key, value in stored.items() if key not in _VERSION}, DEFAULT_LANGUAGE)


def _listed_indicators(district: Document) -> list[Any]:
    """The indicators without those at the end that a load adds for metrics, in the order of the metrics."""
    own = [
        own_indicator(metric)
        for pillar in district["pillars"]
        for initiative in pillar["initiatives"]
        for metric in initiative["metrics"]
        if metric["indicator"] == metric["slug"]
    ]
    listed = list(district["indicators"])
    # A release whose indicators said less stored less of them.
    said = [_said(one) for one in own]
    while listed and _said(listed[-1]) in said:
        said = said[: said.index(_said(listed.pop()))]
    return listed


def _said(indicator: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in indicator.items() if value is not None and key != "units"}


def _plain(value: Any, language: str) -> Any:
    if isinstance(value, Mapping):
        return _plain_object(said_once(value) if "observations" in value else value, language)
    if isinstance(value, list):
        return [_plain(item, language) for item in value]
    return value


def _plain_object(value: Mapping[str, Any], language: str) -> dict[str, Any]:
    hidden = set(_DERIVED)
    if "texts" in value:
        value = {**_given_texts(value, language), **{key: more for key, more in value.items() if key not in _TEXTS}}
    elif value.get("derived"):
        # As the first edition stored it.
        hidden.add("zh_hant")
    if "metric" in value or value.get("indicator") == value.get("slug"):
        hidden.add("indicator")
    if value.get("unit"):
        hidden.add("units")
    return {
        to_camel(key): _plain(item, language)
        for key, item in value.items()
        if key not in hidden and item is not None and item != [] and _DEFAULTS.get(key) != item
    }


def _given_texts(text: Mapping[str, Any], language: str) -> dict[str, str]:
    """The texts of a text, without those that a load derives."""
    given = {tag: form for tag, form in text["texts"].items() if tag not in text["derived"]}
    return written_text(text["master"], given, language)


async def write_yaml(districts: AsyncIterable[dict[str, Any]], out: IO[str]) -> None:
    """Write each district as a YAML document."""
    async for district in districts:
        yaml.dump(
            district,
            out,
            Dumper=_Dumper,
            explicit_start=True,
            allow_unicode=True,
            sort_keys=False,
            width=2**31,
        )


async def write_json(districts: AsyncIterable[dict[str, Any]], out: IO[str]) -> None:
    """Write a JSON array of districts; figures are strings, so that they stay exact."""
    opening = "["
    async for district in districts:
        out.write(f"{opening}\n{json.dumps(district, ensure_ascii=False, indent=2, default=_exact)}")
        opening = ","
    out.write("[]\n" if opening == "[" else "\n]\n")


async def write_json_lines(districts: AsyncIterable[dict[str, Any]], out: IO[str]) -> None:
    """Write each district as one line of JSON."""
    async for district in districts:
        out.write(json_line(district))


def json_line(district: dict[str, Any]) -> str:
    """Serialize a district as one line of JSON."""
    return orjson.dumps(district, default=_exact, option=orjson.OPT_APPEND_NEWLINE).decode()


Writer = Callable[[AsyncIterable[dict[str, Any]], IO[str]], Any]
WRITERS: Final[Mapping[str, Writer]] = {"yaml": write_yaml, "json": write_json, "jsonl": write_json_lines}


def _exact(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} can't be written to a seed file")


class _Dumper(yaml.SafeDumper):
    """Writes figures with their exact digits, and no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _plain_figure(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = format(value, "f")
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(Decimal, _plain_figure)
