"""Read the cells of flat files from records: values at paths, lists joined into one text, figures in plain digits."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, localcontext
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from schema.export.export_rows import TRANSLATIONS, Record
from schema.export.file_languages import translation_in

Cell: TypeAlias = str | int | None

SEPARATOR: Final = " | "
# More digits than a figure with its multiplier can have.
_PRECISION: Final = 80
_FLAGS: Final[Mapping[bool | None, str | None]] = MappingProxyType({True: "true", False: "false", None: None})
_YEAR_ON_YEAR: Final = "YEAR_ON_YEAR"


def reader(path: str) -> Callable[[Any], Any]:
    """A function that reads the value at a path; None if a value on the path is None."""
    keys = path.split(".")

    def read(value: Any) -> Any:
        for key in keys:
            if value is None:
                return None
            value = value[key]
        return value

    return read


def flag_reader(path: str) -> Callable[[Record], Cell]:
    """A function that reads `true` or `false`."""
    read = reader(path)
    return lambda record: _FLAGS[read(record)]


def translation_reader(name: str, path: str, tag: str) -> Callable[[Record], Cell]:
    """A function that reads the text at a path in a language; with `name`, of each item of the list at that path."""
    translations = reader(f"{path}.{TRANSLATIONS}")

    def read(value: Any) -> Any:
        found = translation_in(tag, translations(value) or ())
        return found["text"] if found else None

    items = reader(name)
    return (lambda record: _join(map(read, items(record) or ()))) if name else read


def list_reader(name: str, path: str) -> Callable[[Record], Cell]:
    """A function that joins the values at a path of each item of a list, which is itself at a path."""
    items, read = reader(name), reader(path)
    return lambda record: _join(map(read, items(record) or ()))


def year_on_year_reader(path: str) -> Callable[[Record], Cell]:
    """A function that reads a value of the first change from the previous year."""
    read = reader(path)
    return lambda record: read(_year_on_year_change(record))


def _join(items: Iterable[Cell]) -> str | None:
    """Items joined into one text that can be split again; None if all items are None."""
    texts = [None if item is None else str(item).replace("\\", "\\\\").replace("|", "\\|") for item in items]
    return SEPARATOR.join(text or "" for text in texts) if any(texts) else None


def normalized(record: Record) -> Cell:
    """The exact figure, `value` × 10^`multiplier`, without an exponent."""
    quantity = record["quantity"]
    if quantity is None:
        return None
    with localcontext(prec=_PRECISION):
        exact = Decimal(quantity["value"]).scaleb(quantity["multiplier"]).normalize()
    return format(exact, "f")


def _year_on_year_change(record: Record) -> Any:
    return next((change for change in record["changes"] if change["basis"] == _YEAR_ON_YEAR), None)


def changes(record: Record) -> Cell:
    """All changes, each as words."""
    return _join(map(_change, record["changes"]))


def _change(change: Mapping[str, Any]) -> str:
    reference = change["reference"]
    words = [change["basis"], change["direction"], *_figure(change["quantity"])]
    words += [reference["edtf"]] if reference and reference["edtf"] else []
    for end in ("from", "to"):
        words += [end, *_figure(change[end])] if change[end] else []
    return " ".join([*words, *(["like-for-like"] if change["likeForLike"] else [])])


def other_reports(record: Record) -> Cell:
    """All other reports, each as words."""
    return _join(
        " ".join([one["kind"], *_figure(one["quantity"]), _cited_sources(one)]) for one in record["otherReports"]
    )


def rank_tied(record: Record) -> Cell:
    """Of each rank, whether others share the place."""
    return _join(_FLAGS[rank["tied"]] for rank in record["ranks"])


def system_citation_sources(record: Record) -> Cell:
    """Of each system, the slugs of the sources that it cites."""
    return _join(map(_cited_sources, record["systems"]))


def _cited_sources(statement: Mapping[str, Any]) -> str:
    return " ".join(one["source"]["slug"] for one in statement["citations"])


def _figure(quantity: Mapping[str, Any]) -> list[str]:
    """Comparator, figure and unit of a quantity."""
    power = f"e{quantity['multiplier']}" if quantity["multiplier"] else ""
    figure = "..".join(f"{value}{power}" for value in (quantity["value"], quantity["maxValue"]) if value is not None)
    return [quantity["comparator"], figure, quantity["unit"]["code"]]
