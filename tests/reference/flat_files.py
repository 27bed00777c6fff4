"""The rows of flat files. The columns are those of docs/reference/csv-columns.md, read from a row's selection."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from graphql import GraphQLSchema

from tests.reference.contract import Context, answer
from tests.reference.data import Dataset, Item
from tests.reference.filters import check_where, chosen
from tests.reference.written_figures import moved

DOC: Final = Path(__file__).resolve().parents[2] / "docs/reference/csv-columns.md"
TYPES: Final = {
    **{"observations": "Observation", "metrics": "Metric", "awards": "Award", "initiatives": "Initiative"},
    **{"districts": "District", "indicators": "Indicator", "sources": "Source"},
}
_UNIT: Final = "unit { code ucum currency name @ }"
_QUANTITY: Final = f"quantity {{ value multiplier comparator maxValue normalized decimals {_UNIT} }}"
_ENDS: Final = f"{_QUANTITY.replace('quantity', 'from')} {_QUANTITY.replace('quantity', 'to')}"
_PERIOD: Final = "{ kind start end startIsOpen endIsOpen approximate uncertain edtf label @ }"
_RANK: Final = "ranks { kind position of scope area @ by @ basis among @ tied edition @ streak }"
_SOURCE: Final = "source { id slug title @ kind publisher @ url published publishedOn accessedOn language }"
_HOLDERS: Final = "district { slug } pillar { slug }"
_SELECTIONS: Final = {
    "observations": f"id slug {_HOLDERS} initiative {{ slug }} metric {{ slug }} "
    f"indicator {{ id slug name @ definition @ {_UNIT} }} {_QUANTITY} period {_PERIOD} "
    f"changes {{ basis direction {_QUANTITY} {_ENDS} likeForLike reference {_PERIOD} }} {_RANK} status note @ "
    f"citations {{ locator {_SOURCE} }} referenceDate printed @ counted breaks @ "
    f"otherReports {{ kind {_QUANTITY} printed @ note @ citations {{ locator {_SOURCE} }} }}",
    "metrics": f"id slug {_HOLDERS} initiative {{ slug }} name @ "
    f"indicator {{ id slug name @ definition @ {_UNIT} }} {_QUANTITY} period {_PERIOD} "
    f"changes {{ basis direction {_QUANTITY} {_ENDS} likeForLike reference {_PERIOD} }} {_RANK} status note @ "
    f"citations {{ locator {_SOURCE} }}",
    "awards": f"id slug {_HOLDERS} initiative {{ slug }} name @ heldBy kind level issuer @ "
    f"period {_PERIOD} streakYears {_RANK} note @ citations {{ locator {_SOURCE} }}",
    "initiatives": f"id slug {_HOLDERS} name @ summary @ status citations {{ locator {_SOURCE} }} "
    f"systems {{ slug name @ summary @ status citations {{ locator {_SOURCE} }} }} metricCount awardCount",
    "districts": "id slug parent { slug } name @ kind country city @ province @ codes { scheme value level } "
    f"strategy {{ * citations {{ locator {_SOURCE} }} }} "
    "pillarCount initiativeCount metricCount observationCount awardCount",
    "indicators": "id slug partOf { slug } units { code } districtCount metricCount name @ definition @ periodType "
    f"direction {_UNIT}",
    "sources": "id slug title @ kind publisher @ url published publishedOn accessedOn language",
}
_PATHS: Final[Mapping[str, str]] = {
    **{name: f"{name}.slug" for name in ("district", "pillar", "initiative", "metric", "indicator")},
    **{name: f"quantity.{name}" for name in ("comparator", "value", "multiplier", "decimals", "normalized")},
    "max_value": "quantity.maxValue",
    "unit": "quantity.unit.code",
    "ucum": "quantity.unit.ucum",
    "currency": "quantity.unit.currency",
    **{
        f"period_{name}": f"period.{name}"
        for name in ("kind", "start", "end", "approximate", "uncertain", "edtf", "label")
    },
    "period_start_is_open": "period.startIsOpen",
    "period_end_is_open": "period.endIsOpen",
    "indicator_name": "indicator.name",
    "reference_date": "referenceDate",
    "held_by": "heldBy",
    "streak_years": "streakYears",
    "metric_count": "metricCount",
    "parent": "parent.slug",
    "part_of": "partOf.slug",
    "period_type": "periodType",
    "published_on": "publishedOn",
    "accessed_on": "accessedOn",
    **{f"{name}_count": f"{name}Count" for name in ("district", "pillar", "initiative", "observation")},
    "award_count": "awardCount",
}
_LISTS: Final[Mapping[str, tuple[str, str]]] = {
    "rank_kinds": ("ranks", "kind"),
    "rank_positions": ("ranks", "position"),
    "rank_ofs": ("ranks", "of"),
    "rank_scopes": ("ranks", "scope"),
    "rank_areas": ("ranks", "area"),
    "rank_streaks": ("ranks", "streak"),
    "rank_bys": ("ranks", "by"),
    "rank_bases": ("ranks", "basis"),
    "rank_amongs": ("ranks", "among"),
    "rank_tied": ("ranks", "tied"),
    "rank_editions": ("ranks", "edition"),
    "citation_sources": ("citations", "source.slug"),
    "citation_locators": ("citations", "locator"),
    "citation_titles": ("citations", "source.title"),
    "citation_urls": ("citations", "source.url"),
    "citation_published": ("citations", "source.published"),
    "systems": ("systems", "slug"),
    "system_names": ("systems", "name"),
    "system_statuses": ("systems", "status"),
    "code_schemes": ("codes", "scheme"),
    "codes": ("codes", "value"),
    "code_levels": ("codes", "level"),
    "units": ("units", "code"),
}
_EVERY_FORM: Final = "text(lang: []) language(lang: []) zhHans en zhHant derived"
# Languages beside the first, and the tags of texts that are in them, best first.
FURTHER: Final[Mapping[str, tuple[str, ...]]] = {
    "zh-Hans": ("zh-Hans",),
    "zh-Hant-TW": ("zh-Hant-TW", "zh-Hant"),
    "ja": ("ja", "ja-JP"),
}
_FORMS: Final = {"_zh_hans": ".zhHans", "_en": ".en", "_zh_hant": ".zhHant", "_language": ".language"}


def records(
    schema: GraphQLSchema,
    dataset: Dataset,
    name: str,
    where: Mapping[str, Any],
    lang: Sequence[str],
    further: Sequence[str] = (),
) -> list[Item]:
    """The rows that match a filter, by id, as in JSON Lines. Raises BadInput."""
    assert schema.query_type is not None
    check_where(schema.query_type.fields[name], where)
    form = "text(lang: $lang) language(lang: $lang)" if lang else _EVERY_FORM
    if further:
        form += " translations { language text derived }"
    selection = _SELECTIONS[name].replace("@", f"{{ {form} }}").replace("*", form)
    declared = "$id: ID!, $lang: [String!]" if lang else "$id: ID!"
    query = f"query ({declared}) {{ node(id: $id) {{ ... on {TYPES[name]} {{ {selection} }} }} }}"
    found = []
    for item in sorted(chosen(where, dataset.items[name]), key=lambda item: str(item["id"])):
        answered = answer(schema, Context(dataset), query, {"id": item["id"], "lang": list(lang)})
        found.append({**_only(answered.data["node"], further), "revision": dataset.revision})
    return found


def _only(value: Any, further: Sequence[str]) -> Any:
    """A record whose texts have one translation for each of the further languages, where there is one."""
    if isinstance(value, list):
        return [_only(one, further) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _only(one, further) for key, one in value.items() if key != "translations"}
    if "translations" in value:
        kept["translations"] = [found for tag in further for found in _in(tag, value["translations"])]
    return kept


def _in(tag: str, translations: Sequence[Item]) -> list[Item]:
    by_tag = {one["language"]: one for one in translations}
    return [by_tag[one] for one in FURTHER[tag] if one in by_tag][:1]


def columns(name: str, *, in_one_language: bool, further: Sequence[str] = ()) -> dict[str, str]:
    """The columns of a file and their types, as the manual lists them."""
    text = DOC.read_text(encoding="utf-8").partition(f"\n## {name}.csv\n")[2].partition("\n##")[0]
    rows = re.findall(r"^\| (`.*?) \| (\w+) \|", text, re.MULTILINE)
    found = {column: kind for row, kind in rows for column in re.findall(r"`(\w+)`", row)}
    if not in_one_language:
        return found
    kept: dict[str, str] = {}
    for column, kind in found.items():
        if re.search("_(zh_hans|en|zh_hant)$", column):
            continue
        kept[column] = kind
        if column.endswith("_language"):
            kept |= {column.removesuffix("language") + tag.lower().replace("-", "_"): kind for tag in further}
    return kept


def cell(record: Item, column: str, further: Sequence[str] = ()) -> Any:
    """The value of a column in a row: a text, a number, or None."""
    for tag in further:
        ending = f"_{tag.lower().replace('-', '_')}"
        if column.endswith(ending):
            return _cell(record, column.removesuffix(ending), f".translations.{tag}")
    for ending, form in _FORMS.items():
        if column.endswith(ending):
            return _cell(record, column.removesuffix(ending), form)
    return _cell(record, column, "")


def _cell(record: Item, column: str, form: str) -> Any:
    if column.startswith("year_on_year_"):
        change = next((one for one in record["changes"] if one["basis"] == "YEAR_ON_YEAR"), None)
        path = column.removeprefix("year_on_year_")
        return _at(change, path if path == "direction" else _PATHS[path])
    if column == "normalized":
        quantity = record["quantity"]
        return quantity and moved(Decimal(quantity["value"]), quantity["multiplier"])
    if column == "changes":
        return _joined([_change(change) for change in record["changes"]])
    if column == "other_reports":
        told = [[one["kind"], *_figure(one["quantity"]), *_cited(one)] for one in record["otherReports"]]
        return _joined([" ".join(words) for words in told])
    if column == "system_citation_sources":
        return _joined([" ".join(_cited(system)) for system in record["systems"]])
    if column in _LISTS:
        name, path = _LISTS[column]
        # A district has no citations but those of its strategy.
        holder = (
            record.get("strategy") or {"citations": []} if name == "citations" and "country" in record else record
        )
        return _joined([_at(item, path + form) for item in holder[name]])
    return _at(record, _PATHS.get(column, column) + form)


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        if isinstance(value, list):
            return next((one["text"] for one in _in(key, value)), None)
        value = None if value is None else value[key]
    if isinstance(value, dict):
        return value["text"]
    return value


def _joined(items: Sequence[str | int | None]) -> str | None:
    words = ["" if item is None else str(item).lower() if isinstance(item, bool) else str(item) for item in items]
    texts = [word.replace("\\", "\\\\").replace("|", "\\|") for word in words]
    return " | ".join(texts) if any(texts) else None


def _change(change: Item) -> str:
    edtf = _at(change, "reference.edtf")
    words = [change["basis"], change["direction"], *_figure(change["quantity"]), *([edtf] if edtf else [])]
    for end in ("from", "to"):
        words += [end, *_figure(change[end])] if change[end] else []
    said = ["like-for-like"] if change["likeForLike"] else []
    return " ".join([*words, *said])


def _cited(statement: Item) -> list[str]:
    return [one["source"]["slug"] for one in statement["citations"]]


def _figure(quantity: Item) -> list[str]:
    power = f"e{quantity['multiplier']}" if quantity["multiplier"] else ""
    figure = "..".join(f"{end}{power}" for end in (quantity["value"], quantity["maxValue"]) if end is not None)
    return [quantity["comparator"], figure, quantity["unit"]["code"]]


def same_cell(written: str, expected: Any, kind: str, *, is_for_excel: bool) -> bool:
    """Whether a cell has a value; for Excel, a text that it would calculate has an apostrophe before it."""
    if expected is None:
        return written == ""
    if isinstance(expected, bool):
        return written == str(expected).lower()
    if isinstance(expected, int | Decimal):
        return Decimal(written) == expected and "e" not in written.lower()
    is_formula = (
        is_for_excel and kind not in {"number", "integer"} and re.match(r"['=+\-@\t\r\n＝＋－＠]", str(expected))
    )
    return written == (f"'{expected}" if is_formula else str(expected))
