"""Run the operations of a page in process, on the way of every GraphQL request: limits, admission, cache, cost."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from api.graphql.endpoint import GraphQLEndpoint
from api.http.content_negotiation import GRAPHQL_RESPONSE
from api.http.errors import HttpError
from api.http.outcome import RequestOutcome
from schema.base.context import Store
from schema.base.errors import BAD_USER_INPUT
from schema.base.request import Request

TEMPLATE_FOLDER: Final = Path(__file__).parent / "templates"
# The key of the fields of an object that errors have made null.
DAMAGED: Final = "damaged"
# The end of the name of an operation without what is said of a district's place.
UNPLACED: Final = " unplaced"
# The end of the name of an operation with only the ids of what it lists, and the fragments that say more of these.
IDS: Final = " ids"
_SAID: Final = re.compile(r"\.\.\.(?:Listed|Shared|Counted|Named|Found)\n")
_LANGUAGE: Final = "$lang: [String!]!, "
_NO_PLACE: Final = {"kind": None, "country": None, "city": None, "province": None}
_UNPLACED: Final = "fragment Place on District {\n  id\n  slug\n}"
_SERVER_ERROR: Final = 500
_NOT_FOUND: Final = 404


class RevisionMoved(Exception):
    """A load was published between two operations of a page: read them again."""


class SubjectUnreadable(Exception):
    """What a page is about has no data, because a stored value can't be read: the page says that in its place."""


class RunOperation(NamedTuple):
    """An operation that a page ran, for the link to the explorer."""

    name: str
    variables: Mapping[str, Any]


@cache
def operation(name: str) -> str:
    """The text of an operation: that of its file, with the fragments of `fragments.graphql` that it uses."""
    if name.endswith(UNPLACED):
        return operation(name.removesuffix(UNPLACED)).replace(_fragments()["Place"], _UNPLACED)
    text = (TEMPLATE_FOLDER / f"{name.removesuffix(IDS)}.graphql").read_text("utf-8")
    if name.endswith(IDS):
        return _SAID.sub("id\n", text).replace(_LANGUAGE, "")
    used = ""
    while missing := [one for one in _fragments() if f"...{one}\n" in text + used and one not in _defined(used)]:
        used += "".join(f"\n{_fragments()[one]}\n" for one in missing)
    return text + used


@cache
def _fragments() -> Mapping[str, str]:
    text = (TEMPLATE_FOLDER / "fragments.graphql").read_text("utf-8")
    parts = [f"fragment {part.strip()}" for part in text.split("fragment ")[1:]]
    return {part.split()[1]: part for part in parts}


def _defined(text: str) -> set[str]:
    return {line.split()[1] for line in text.splitlines() if line.startswith("fragment ")}


def operation_names() -> list[str]:
    """The names of all operations."""
    return sorted(path.stem for path in TEMPLATE_FOLDER.glob("*.graphql") if path.stem != "fragments")


@dataclass
class OperationRunner:
    """Runs operations for one page in one language.

    cost: points of all that ran. errors: the field errors of answers that have data. error_count: of all field
    errors, of which an answer has the first few. is_cacheable: whether every answer was. ran: the operations with
    their variables, by name; the last of each.
    """

    endpoint: GraphQLEndpoint
    store: Store
    client: str
    tag: str
    cost: int = 0
    is_cacheable: bool = True
    revision: int | None = None
    errors: list[str] = field(default_factory=list)
    error_count: int = 0
    ran: dict[str, RunOperation] = field(default_factory=dict)

    async def run(self, name: str, **variables: Any) -> dict[str, Any]:
        """Run an operation and return its data.

        Raises HttpError if it has none, RevisionMoved if it is of another revision than the one before.
        """
        given = {"lang": [self.tag], **variables}
        http_request = self.endpoint.http_request_for(
            Request(operation(name), given), self.store, self.client, {"accept-language": self.tag}, GRAPHQL_RESPONSE
        )
        cached = await self.endpoint.response_for(http_request, RequestOutcome())
        self.ran[name] = RunOperation(name, given)
        self.cost += cached.summary.cost or 0
        self.is_cacheable = self.is_cacheable and cached.is_cacheable
        body = orjson.loads(cached.body)
        errors = body.get("errors", [])
        data: dict[str, Any] | None = body.get("data")
        if data is None or any(data[error["path"][0]] is None for error in errors if error.get("path")):
            raise _failure(cached.status, errors, cached.headers)
        for error in errors:
            _mark_damage(data, error.get("path", ()))
        self.errors += [str(error["message"]) for error in errors]
        self.error_count += body.get("extensions", {}).get("errorCount", len(errors))
        self._check_revision(data)
        return data

    async def run_or_none(self, name: str, **variables: Any) -> dict[str, Any] | None:
        """Run an operation; note its error and return None if it has no data because a stored value can't be read.

        Raises as `run` does in all other cases.
        """
        try:
            return await self.run(name, **variables)
        except HttpError as error:
            if error.status != _SERVER_ERROR:
                raise
            if str(error) not in self.errors:
                self.note(str(error))
            return None

    async def run_readable(self, name: str, **variables: Any) -> dict[str, Any]:
        """Run an operation about what the page is about. Raises SubjectUnreadable, and as `run` does."""
        data = await self.run_or_none(name, **variables)
        if data is None:
            raise SubjectUnreadable
        return data

    async def run_for_district(self, name: str, **variables: Any) -> dict[str, Any]:
        """Run an operation about one district; if its name or place can't be read, without these.

        They are then None, but for the name: the slug stands in its place. Raises SubjectUnreadable, and as `run`.
        """
        data = await self.run_or_none(name, **variables)
        if data is not None:
            return data
        data = await self.run_readable(f"{name}{UNPLACED}", **variables)
        if data["district"]:
            known = data["district"]
            name_text = {"text": known["slug"], "language": self.tag}
            data["district"] = {**_NO_PLACE, **known, "name": name_text, DAMAGED: ["name", *known.get(DAMAGED, ())]}
        return data

    def missing(self, message: str) -> Exception:
        """The error of a page whose subject isn't in the data: it isn't there (404), or it could not be read."""
        return SubjectUnreadable() if self.errors else HttpError(_NOT_FOUND, message)

    def note(self, problem: str) -> None:
        """Add an error that the page tells of."""
        self.errors.append(problem)
        self.error_count += 1

    def _check_revision(self, data: Mapping[str, Any]) -> None:
        found = (data.get("dataset") or {}).get("revision")
        if found is None:
            return
        if self.revision is not None and self.revision != found:
            raise RevisionMoved
        self.revision = found


def _mark_damage(data: Any, path: Sequence[str | int]) -> None:
    """Name the field that an error has made null in its object, at `damaged`, so that a page can say so there."""
    holder = data
    for key in path:
        if isinstance(holder, dict) and holder[key] is None:
            holder.setdefault(DAMAGED, []).append(key)
            return
        holder = holder[key]
        if holder is None:
            return


def _failure(status: int, errors: list[dict[str, Any]], headers: Mapping[str, str]) -> HttpError:
    """The error of a page whose operation has no data."""
    error = errors[0]
    code = error.get("extensions", {}).get("code")
    if code == BAD_USER_INPUT:
        # The address names a revision or a cursor that isn't there.
        return HttpError(_NOT_FOUND, error["message"])
    retry = {"Retry-After": headers["Retry-After"]} if "Retry-After" in headers else None
    return HttpError(status if status >= 400 else _SERVER_ERROR, error["message"], retry, code=code)
