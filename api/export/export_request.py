"""From an HTTP request to what a flat file shall hold: its list, its form, and its parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request as HttpRequest

from api.export.flat_files import CSV, FORMS
from api.graphql.request_parser import pairs_of
from api.graphql.response_cache import digest_of
from api.http.errors import HttpError
from api.http.strict_json import NotStrictJson, StrictJson
from api.settings import Settings
from loaders.model.revisions import Published
from loaders.store.predicates import Predicate
from schema.base.errors import BadUserInput
from schema.base.request import canonical
from schema.export.batches import EXPORTS, filter_type, where_of
from schema.export.url_filters import WrongParameter, filter_from_parameters

WHERE: Final = "where"
LANG: Final = "lang"
WITH_BOM: Final = "bom"
_OWN: Final = (WHERE, LANG, WITH_BOM)
_FLAGS: Final = {"1": True, "true": True, "0": False, "false": False}
_THERE_ARE: Final = ", ".join(f"{name}.{form}" for name in EXPORTS for form in FORMS)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is asked for. given: the filter as the request wrote it, from which `where` was read."""

    name: str
    form: str
    where: Predicate
    given: dict[str, Any]
    lang: tuple[str, ...]
    bom: bool

    def key(self, published: Published) -> str:
        """What the file depends on, as text that an entity tag can hold.

        The floor is left out, unlike that of other answers: no row depends on it.
        """
        which = f"export {published.epoch} {published.revision} {self.name}.{self.form} bom={self.bom}"
        return digest_of(which.encode(), " ".join(self.lang).encode(), canonical(self.given))


class ExportRequests:
    """Reads requests, within the limits of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._is_locked = settings.is_locked
        self._json = StrictJson(max_depth=settings.max_json_depth, max_digits=settings.max_json_digits)

    def read(self, http: HttpRequest) -> ExportRequest:
        """Read the request for a file.

        Raises HttpError.
        """
        name, form = _named(http.path_params["file"])
        own: dict[str, list[str]] = {key: [] for key in _OWN}
        others: list[tuple[str, str]] = []
        for key, text in pairs_of(http.scope["query_string"]):
            if key in own:
                own[key].append(text)
            else:
                others.append((key, text))
        try:
            given = self._given(name, own[WHERE], others)
            where = where_of(name, given, is_locked=self._is_locked)
        except WrongParameter as wrong:
            raise HttpError(400, f"{wrong}{'' if self._is_locked else wrong.hint}") from None
        except BadUserInput as wrong:
            raise HttpError(400, wrong.message) from None
        return ExportRequest(name, form, where, given, tuple(own[LANG]), _bom(form, own[WITH_BOM]))

    def _given(self, name: str, written: Sequence[str], others: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """The filter: one parameter that has it whole, or one for each thing asked."""
        if not written:
            return filter_from_parameters(filter_type(name), others, _OWN)
        if len(written) > 1 or others:
            raise HttpError(400, '"where" is the whole filter; give it once, and nothing of it beside')
        try:
            given = self._json.read(written[0].encode())
        except NotStrictJson as error:
            raise HttpError(400, f'"where" {error}') from None
        if not isinstance(given, dict):
            raise HttpError(400, '"where" must be a JSON object, as the variable of a GraphQL query would be')
        return given


def _named(file: str) -> tuple[str, str]:
    name, _, form = file.partition(".")
    if name not in EXPORTS or form not in FORMS:
        raise HttpError(404, f"there is no such file; there are {_THERE_ARE}")
    return name, form


def _bom(form: str, written: Sequence[str]) -> bool:
    if not written:
        return False
    if len(written) > 1 or written[0] not in _FLAGS:
        raise HttpError(400, '"bom" is 1 for a byte order mark; give it once, or leave it out')
    if _FLAGS[written[0]] and form != CSV:
        raise HttpError(400, '"bom" is for csv; JSON has no byte order mark')
    return _FLAGS[written[0]]
