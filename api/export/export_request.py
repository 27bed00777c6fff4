"""Parse an HTTP request for an export: its list, file format and parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request as HttpRequest

from api.export.flat_files import CSV, TEXT_FORMATS, Layout
from api.export.workbook import XLSX
from api.graphql.request_parser import query_pairs
from api.graphql.response_cache import digest_of
from api.http.errors import HttpError
from api.http.strict_json import NotStrictJson, StrictJson
from api.settings import Settings
from loaders.model.revisions import Published
from loaders.store.predicates import Predicate
from schema.base.errors import BadUserInput
from schema.base.request import canonical
from schema.export.batches import EXPORTS, WHERE, filter_type, where_of
from schema.export.csv_columns import columns_of
from schema.export.file_languages import FileLanguages, read_languages
from schema.export.url_filters import WrongParameter, filter_from_parameters

LANG_PARAMETER: Final = "lang"
COLUMNS_PARAMETER: Final = "columns"
EXCEL_PARAMETER: Final = "excel"
_FILE_PARAMETERS: Final = (WHERE, LANG_PARAMETER, COLUMNS_PARAMETER, EXCEL_PARAMETER)
_FLAGS: Final = {"1": True, "true": True, "0": False, "false": False}
FORMATS: Final = (*TEXT_FORMATS, XLSX)
_FILES: Final = f"{', '.join(EXPORTS)}, each as {', '.join(f'.{form}' for form in FORMATS)}"


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A request for one file.

    raw_where: the filter as JSON, from which `where` was parsed. columns: the names of those that were chosen; empty
    for all.
    """

    name: str
    form: str
    where: Predicate
    raw_where: dict[str, Any]
    languages: FileLanguages
    columns: tuple[str, ...]
    is_for_excel: bool

    @property
    def layout(self) -> Layout:
        """What the file has of each record."""
        by_name = {column.name: column for column in columns_of(self.name, self.languages)}
        chosen = [by_name[name] for name in self.columns or by_name]
        return Layout(chosen, self.languages.further, is_flat=bool(self.columns), is_for_excel=self.is_for_excel)

    def key(self, published: Published) -> str:
        """Return a digest of all that the file depends on, valid in an entity tag.

        Unlike the key of a GraphQL response, it omits the oldest readable revision: no row depends on it.
        """
        which = f"export {published.epoch} {published.revision} {self.name}.{self.form} {self.is_for_excel}"
        columns = " ".join(self.columns)
        return digest_of(which.encode(), columns.encode(), self.languages.query.encode(), canonical(self.raw_where))


class ExportRequestParser:
    """Parses requests, within the limits of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._is_locked = settings.is_locked
        self._json = StrictJson(max_depth=settings.max_json_depth, max_digits=settings.max_json_digits)

    def read(self, http_request: HttpRequest) -> ExportRequest:
        """Parse the request for a file.

        Raises HttpError.
        """
        name, form = _file_name(http_request.path_params["file"])
        file_parameters: dict[str, list[str]] = {key: [] for key in _FILE_PARAMETERS}
        others: list[tuple[str, str]] = []
        for key, text in query_pairs(http_request.scope["query_string"]):
            if key in file_parameters:
                file_parameters[key].append(text)
            else:
                others.append((key, text))
        try:
            raw_where = self._read_where(name, file_parameters[WHERE], others)
            languages = read_languages(file_parameters[LANG_PARAMETER])
            where = where_of(name, raw_where, is_locked=self._is_locked)
        except WrongParameter as error:
            raise HttpError(400, f"{error}{'' if self._is_locked else error.hint}") from None
        except BadUserInput as error:
            raise HttpError(400, error.message) from None
        return ExportRequest(
            name,
            form,
            where,
            raw_where,
            languages,
            _columns(name, file_parameters[COLUMNS_PARAMETER], languages),
            _is_for_excel(form, file_parameters[EXCEL_PARAMETER]),
        )

    def _read_where(self, name: str, values: Sequence[str], others: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """Return the filter: given whole in one parameter, or as one parameter for each condition."""
        if not values:
            return filter_from_parameters(filter_type(name), others, _FILE_PARAMETERS)
        if len(values) > 1 or others:
            raise HttpError(400, '"where" is the whole filter; give it once, without other filter parameters')
        try:
            raw_where = self._json.read(values[0].encode())
        except NotStrictJson as error:
            raise HttpError(400, f'"where" {error}') from None
        if not isinstance(raw_where, dict):
            raise HttpError(400, '"where" must be a JSON object, as the variable of a GraphQL query would be')
        return raw_where


def _file_name(file: str) -> tuple[str, str]:
    name, _, form = file.partition(".")
    if name not in EXPORTS or form not in FORMATS:
        raise HttpError(404, f"there is no such file; there are {_FILES}")
    return name, form


def _columns(name: str, values: Sequence[str], languages: FileLanguages) -> tuple[str, ...]:
    """The names of the columns that are chosen, in the order given; empty for all."""
    known = [column.name for column in columns_of(name, languages)]
    chosen = tuple(one.strip() for value in values for one in value.split(","))
    for at, column in enumerate(chosen):
        if column not in known:
            raise HttpError(400, f'"columns" has "{column}", which {name} do not have; there are {", ".join(known)}')
        if column in chosen[:at]:
            raise HttpError(400, f'"columns" has "{column}" twice; name each once')
    return chosen


def _is_for_excel(form: str, values: Sequence[str]) -> bool:
    if not values:
        return False
    if len(values) > 1 or values[0] not in _FLAGS:
        raise HttpError(400, '"excel" is 1 for a file that Excel opens; give it once, or leave it out')
    if _FLAGS[values[0]] and form != CSV:
        raise HttpError(400, '"excel" is for csv; Excel opens xlsx as it is')
    return _FLAGS[values[0]]
