"""The columns of CSV files, read from records; `docs/reference/csv-columns.md` describes each.

Names are stable. A list is one cell with its items joined, so that the nth item of one column belongs to the nth item
of the next.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from schema.export.cells import (
    Cell,
    changes,
    flag_reader,
    list_reader,
    normalized,
    other_reports,
    rank_tied,
    reader,
    system_citation_sources,
    translation_reader,
    year_on_year_reader,
)
from schema.export.column_notes import note_of
from schema.export.export_rows import Record
from schema.export.file_languages import EVERY_LANGUAGE, FileLanguages, suffix_of

# What the cells of a column are. A number has all its published digits; a date is a day, as 2025-01-01.
CellType: TypeAlias = Literal["text", "number", "integer", "boolean", "date"]

FORM_SUFFIXES: Final[Mapping[str, str]] = MappingProxyType({"_zh_hans": "zhHans", "_en": "en", "_zh_hant": "zhHant"})
# The best text for the languages that were asked for, else the master text, and its language.
_BEST_FORM: Final[Mapping[str, str]] = MappingProxyType({"": "text", "_language": "language"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column. note: what it means, in Markdown. form: the form or language of its texts; empty for others."""

    name: str
    read: Callable[[Record], Cell]
    type: CellType = "text"
    note: str = ""
    form: str = ""

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers."""
        return self.type in {"number", "integer"}


@dataclass(frozen=True, slots=True)
class _Text:
    """The columns of a text: the best one with its language, and one per form. list: whose items have the text."""

    name: str
    path: str
    list: str = ""

    def columns(self, languages: FileLanguages) -> Iterator[Column]:
        forms = _BEST_FORM if languages.in_one_language else {**_BEST_FORM, **FORM_SUFFIXES}
        for suffix, form in forms.items():
            path = f"{self.path}.{form}"
            read = list_reader(self.list, path) if self.list else reader(path)
            yield Column(f"{self.name}{suffix}", read, form=form if suffix in FORM_SUFFIXES else "")
        for tag in languages.further:
            yield Column(f"{self.name}{suffix_of(tag)}", translation_reader(self.list, self.path, tag), form=tag)


def _plain(name: str, path: str = "") -> Column:
    return Column(name, reader(path or name))


def _number(name: str, path: str = "") -> Column:
    return Column(name, reader(path or name), "number")


def _integer(name: str, path: str = "") -> Column:
    return Column(name, reader(path or name), "integer")


def _date(name: str, path: str = "") -> Column:
    return Column(name, reader(path or name), "date")


def _flag(name: str, path: str) -> Column:
    """A column of `true` and `false`, as in JSON."""
    return Column(name, flag_reader(path), "boolean")


def _each(name: str, list_: str, path: str) -> Column:
    """A column of the values at a path of each item of a list."""
    return Column(name, list_reader(list_, path))


def _of_year_on_year(name: str, path: str, type_: CellType = "text") -> Column:
    return Column(f"year_on_year_{name}", year_on_year_reader(path), type_)


_PERIOD_COLUMNS: Final = (
    _plain("period_kind", "period.kind"),
    _date("period_start", "period.start"),
    _date("period_end", "period.end"),
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
    Column("rank_tied", rank_tied),
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
    _integer("multiplier", "quantity.multiplier"),
    _integer("decimals", "quantity.decimals"),
    Column("normalized", normalized, "number"),
    _plain("unit", "quantity.unit.code"),
    _plain("ucum", "quantity.unit.ucum"),
    _plain("currency", "quantity.unit.currency"),
    *_PERIOD_COLUMNS,
)
_CHANGE_COLUMNS: Final = (
    _of_year_on_year("direction", "direction"),
    _of_year_on_year("comparator", "quantity.comparator"),
    _of_year_on_year("value", "quantity.value", "number"),
    _of_year_on_year("multiplier", "quantity.multiplier", "integer"),
    _of_year_on_year("unit", "quantity.unit.code"),
    Column("changes", changes),
    *_RANK_COLUMNS,
    _plain("status"),
    _Text("note", "note"),
    *_citation_columns(),
    _integer("revision"),
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
            _date("reference_date", "referenceDate"),
            _Text("printed", "printed"),
            _flag("counted", "counted"),
            _Text("breaks", "breaks"),
            Column("other_reports", other_reports),
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
            _integer("streak_years", "streakYears"),
            *_RANK_COLUMNS,
            _Text("note", "note"),
            *_citation_columns(),
            _integer("revision"),
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
            Column("system_citation_sources", system_citation_sources),
            _integer("metric_count", "metricCount"),
            _integer("award_count", "awardCount"),
            *_citation_columns(),
            _integer("revision"),
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
            _integer("pillar_count", "pillarCount"),
            _integer("initiative_count", "initiativeCount"),
            _integer("metric_count", "metricCount"),
            _integer("observation_count", "observationCount"),
            _integer("award_count", "awardCount"),
            *_citation_columns("strategy.citations"),
            _integer("revision"),
        ),
        "indicators": (
            _plain("id"),
            _plain("slug"),
            _Text("name", "name"),
            _Text("definition", "definition"),
            _plain("period_type", "periodType"),
            _plain("direction"),
            _plain("part_of", "partOf.slug"),
            _each("units", "units", "code"),
            _integer("district_count", "districtCount"),
            _integer("metric_count", "metricCount"),
            _integer("revision"),
        ),
        "sources": (
            _plain("id"),
            _plain("slug"),
            _Text("title", "title"),
            _plain("kind"),
            _Text("publisher", "publisher"),
            _plain("url"),
            _plain("published"),
            _date("published_on", "publishedOn"),
            _date("accessed_on", "accessedOn"),
            _plain("language"),
            _integer("revision"),
        ),
    }
)


@lru_cache(maxsize=64)
def columns_of(name: str, languages: FileLanguages = EVERY_LANGUAGE) -> tuple[Column, ...]:
    """The columns of a file, in order, with those of each text in some languages."""
    found: list[Column] = []
    for one in _TABLES[name]:
        own = [one] if isinstance(one, Column) else one.columns(languages)
        found += [replace(column, note=note_of(name, one.name)) for column in own]
    return tuple(found)
