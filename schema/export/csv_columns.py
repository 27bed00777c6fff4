"""The columns of CSV files, read from records; `docs/reference/csv-columns.md` describes each.

Names are stable. A list is one cell with its items joined, so that the nth item of one column belongs to the nth item
of the next.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from schema.export.export_rows import Record

Cell: TypeAlias = str | int | None

SEPARATOR: Final = " | "
# More digits than a figure with its multiplier can have.
_PRECISION: Final = 80
_FORM_SUFFIXES: Final = (("_zh_hans", "zhHans"), ("_en", "en"), ("_zh_hant", "zhHant"))
_BEST_FORM: Final = "text"
_FLAGS: Final[Mapping[bool | None, str | None]] = MappingProxyType({True: "true", False: "false", None: None})
_YEAR_ON_YEAR: Final = "YEAR_ON_YEAR"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. is_number: whether its cells are numbers; all others are texts."""

    name: str
    read: Callable[[Record], Cell]
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class _Text:
    """The columns of a text: one per form, or one in the best language. list: the list whose items have the text."""

    name: str
    path: str
    list: str = ""

    def columns(self, *, in_one_language: bool) -> Iterator[Column]:
        forms = (("", _BEST_FORM),) if in_one_language else _FORM_SUFFIXES
        for ending, form in forms:
            path = f"{self.path}.{form}"
            yield (
                _each(f"{self.name}{ending}", self.list, path) if self.list else _plain(f"{self.name}{ending}", path)
            )


def _plain(name: str, path: str = "") -> Column:
    return Column(name, _reader(path or name))


def _number(name: str, path: str = "") -> Column:
    return Column(name, _reader(path or name), is_number=True)


def _flag(name: str, path: str) -> Column:
    """A column of `true` and `false`, as in JSON."""
    read = _reader(path)
    return Column(name, lambda record: _FLAGS[read(record)])


def _each(name: str, list_: str, path: str) -> Column:
    """A column of the values at a path of each item of a list."""
    read = _reader(path)
    items = _reader(list_)
    return Column(name, lambda record: _join(map(read, items(record) or ())))


def _of_year_on_year(name: str, path: str, *, is_number: bool = False) -> Column:
    read = _reader(path)
    return Column(f"year_on_year_{name}", lambda record: read(_year_on_year_change(record)), is_number)


def _reader(path: str) -> Callable[[Any], Any]:
    """A function that reads the value at a path; None if a value on the path is None."""
    keys = path.split(".")

    def read(value: Any) -> Any:
        for key in keys:
            if value is None:
                return None
            value = value[key]
        return value

    return read


def _join(items: Iterable[Cell]) -> str | None:
    """Items joined into one text that can be split again; None if all items are None."""
    texts = [None if item is None else str(item).replace("\\", "\\\\").replace("|", "\\|") for item in items]
    return SEPARATOR.join(text or "" for text in texts) if any(texts) else None


def _normalized(record: Record) -> Cell:
    """The exact figure, `value` × 10^`multiplier`, without an exponent."""
    quantity = record["quantity"]
    if quantity is None:
        return None
    with localcontext(prec=_PRECISION):
        exact = Decimal(quantity["value"]).scaleb(quantity["multiplier"]).normalize()
    return format(exact, "f")


def _year_on_year_change(record: Record) -> Any:
    return next((change for change in record["changes"] if change["basis"] == _YEAR_ON_YEAR), None)


def _changes(record: Record) -> Cell:
    return _join(map(_change, record["changes"]))


def _change(change: Mapping[str, Any]) -> str:
    reference = change["reference"]
    words = [change["basis"], change["direction"], *_figure(change["quantity"])]
    words += [reference["edtf"]] if reference and reference["edtf"] else []
    for end in ("from", "to"):
        words += [end, *_figure(change[end])] if change[end] else []
    return " ".join([*words, *(["like-for-like"] if change["likeForLike"] else [])])


def _other_reports(record: Record) -> Cell:
    return _join(
        " ".join([one["kind"], *_figure(one["quantity"]), _cited_sources(one)]) for one in record["otherReports"]
    )


def _cited_sources(statement: Mapping[str, Any]) -> str:
    return " ".join(one["source"]["slug"] for one in statement["citations"])


def _figure(quantity: Mapping[str, Any]) -> list[str]:
    """Comparator, figure and unit of a quantity."""
    power = f"e{quantity['multiplier']}" if quantity["multiplier"] else ""
    figure = "..".join(f"{value}{power}" for value in (quantity["value"], quantity["maxValue"]) if value is not None)
    return [quantity["comparator"], figure, quantity["unit"]["code"]]


_PERIOD_COLUMNS: Final = (
    _plain("period_kind", "period.kind"),
    _plain("period_start", "period.start"),
    _plain("period_end", "period.end"),
    _flag("period_start_is_open", "period.startIsOpen"),
    _flag("period_end_is_open", "period.endIsOpen"),
    _flag("period_approximate", "period.approximate"),
    _flag("period_uncertain", "period.uncertain"),
    _plain("period_edtf", "period.edtf"),
    _Text("period_label", "period.label"),
)
_RANK_COLUMNS: Final = (
    _each("rank_kinds", "ranks", "kind"),
    _each("rank_positions", "ranks", "position"),
    _each("rank_ofs", "ranks", "of"),
    _each("rank_scopes", "ranks", "scope"),
    _Text("rank_areas", "area", "ranks"),
    _each("rank_streaks", "ranks", "streak"),
    _Text("rank_bys", "by", "ranks"),
    _each("rank_bases", "ranks", "basis"),
    _Text("rank_amongs", "among", "ranks"),
    Column("rank_tied", lambda record: _join(_FLAGS[rank["tied"]] for rank in record["ranks"])),
    _Text("rank_editions", "edition", "ranks"),
)


def _citation_columns(list_: str = "citations") -> tuple[Column | _Text, ...]:
    return (
        _each("citation_sources", list_, "source.slug"),
        _each("citation_locators", list_, "locator"),
        _Text("citation_titles", "source.title", list_),
        _each("citation_urls", list_, "source.url"),
        _each("citation_published", list_, "source.published"),
    )


_FIGURE_COLUMNS: Final = (
    _plain("comparator", "quantity.comparator"),
    _number("value", "quantity.value"),
    _number("max_value", "quantity.maxValue"),
    _number("multiplier", "quantity.multiplier"),
    _number("decimals", "quantity.decimals"),
    Column("normalized", _normalized, is_number=True),
    _plain("unit", "quantity.unit.code"),
    _plain("ucum", "quantity.unit.ucum"),
    _plain("currency", "quantity.unit.currency"),
    *_PERIOD_COLUMNS,
)
_CHANGE_COLUMNS: Final = (
    _of_year_on_year("direction", "direction"),
    _of_year_on_year("comparator", "quantity.comparator"),
    _of_year_on_year("value", "quantity.value", is_number=True),
    _of_year_on_year("multiplier", "quantity.multiplier", is_number=True),
    _of_year_on_year("unit", "quantity.unit.code"),
    Column("changes", _changes),
    *_RANK_COLUMNS,
    _plain("status"),
    _Text("note", "note"),
    *_citation_columns(),
    _number("revision"),
)
_TABLES: Final[Mapping[str, tuple[Column | _Text, ...]]] = MappingProxyType(
    {
        "observations": (
            _plain("id"),
            _plain("slug"),
            _plain("district", "district.slug"),
            _plain("pillar", "pillar.slug"),
            _plain("initiative", "initiative.slug"),
            _plain("metric", "metric.slug"),
            _plain("indicator", "indicator.slug"),
            _Text("indicator_name", "indicator.name"),
            *_FIGURE_COLUMNS,
            _plain("reference_date", "referenceDate"),
            _Text("printed", "printed"),
            _flag("counted", "counted"),
            _Text("breaks", "breaks"),
            Column("other_reports", _other_reports),
            *_CHANGE_COLUMNS,
        ),
        "metrics": (
            _plain("id"),
            _plain("slug"),
            _plain("district", "district.slug"),
            _plain("pillar", "pillar.slug"),
            _plain("initiative", "initiative.slug"),
            _plain("indicator", "indicator.slug"),
            _Text("name", "name"),
            *_FIGURE_COLUMNS,
            *_CHANGE_COLUMNS,
        ),
        "awards": (
            _plain("id"),
            _plain("slug"),
            _plain("district", "district.slug"),
            _plain("pillar", "pillar.slug"),
            _plain("initiative", "initiative.slug"),
            _Text("name", "name"),
            _plain("held_by", "heldBy"),
            _plain("kind"),
            _plain("level"),
            _Text("issuer", "issuer"),
            *_PERIOD_COLUMNS,
            _number("streak_years", "streakYears"),
            *_RANK_COLUMNS,
            _Text("note", "note"),
            *_citation_columns(),
            _number("revision"),
        ),
        "initiatives": (
            _plain("id"),
            _plain("slug"),
            _plain("district", "district.slug"),
            _plain("pillar", "pillar.slug"),
            _Text("name", "name"),
            _Text("summary", "summary"),
            _plain("status"),
            _each("systems", "systems", "slug"),
            _Text("system_names", "name", "systems"),
            _each("system_statuses", "systems", "status"),
            Column("system_citation_sources", lambda record: _join(map(_cited_sources, record["systems"]))),
            _number("metric_count", "metricCount"),
            _number("award_count", "awardCount"),
            *_citation_columns(),
            _number("revision"),
        ),
        "districts": (
            _plain("id"),
            _plain("slug"),
            _Text("name", "name"),
            _plain("kind"),
            _plain("country"),
            _plain("parent", "parent.slug"),
            _Text("city", "city"),
            _Text("province", "province"),
            _each("code_schemes", "codes", "scheme"),
            _each("codes", "codes", "value"),
            _each("code_levels", "codes", "level"),
            _Text("strategy", "strategy"),
            _number("pillar_count", "pillarCount"),
            _number("initiative_count", "initiativeCount"),
            _number("metric_count", "metricCount"),
            _number("observation_count", "observationCount"),
            _number("award_count", "awardCount"),
            *_citation_columns("strategy.citations"),
            _number("revision"),
        ),
    }
)


@cache
def columns_of(name: str, *, in_one_language: bool = False) -> tuple[Column, ...]:
    """The columns of a file, in order; in one language, each text has one column instead of three."""
    found: list[Column] = []
    for one in _TABLES[name]:
        found += [one] if isinstance(one, Column) else one.columns(in_one_language=in_one_language)
    return tuple(found)
