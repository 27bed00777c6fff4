"""A GraphQL request with its client, its store, and the options that its HTTP headers set."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from starlette.types import Scope

from api.graphql.response_cache import key_of
from api.graphql.responses import COST_HEADER, EXPLAIN_HEADER
from api.http.errors import HttpError
from api.http.preference_headers import preferences
from loaders.model.revisions import Published
from schema.base.context import Context, Store
from schema.base.languages import is_language_range, preferred
from schema.base.request import Request

VALIDATE_ONLY: Final = "validate"
# Further language ranges of a header are ignored.
MAX_LANGUAGES: Final = 20
# List headers: several lines of one are combined (RFC 9110, section 5.3).
_LIST_HEADERS: Final = frozenset({"accept", "accept-encoding", "accept-language", "if-none-match"})
# The headers that the endpoint reads.
_READ_HEADERS: Final = frozenset(
    {
        *(b"accept", b"accept-encoding", b"accept-language", b"content-encoding", b"content-length", b"content-type"),
        *(b"if-none-match", b"last-event-id", COST_HEADER.lower().encode(), EXPLAIN_HEADER.lower().encode()),
    }
)


@dataclass(frozen=True, slots=True)
class GraphQLHttpRequest:
    """One request.

    key: the cache key of its response, if cacheable. media: the media type of the response. known: the published
    revision, if known. explains: whether the response includes database query plans. only_validates: whether it
    returns the cost without executing. last_event: the cursor after which a subscription resumes.
    """

    request: Request
    key: str | None
    media: str
    client: str
    store: Store
    known: Published | None
    languages: tuple[str, ...]
    explains: bool
    only_validates: bool
    last_event: str | None

    @classmethod
    def of(
        cls,
        request: Request,
        store: Store,
        client: str,
        headers: Mapping[str, str],
        media: str,
        *,
        may_explain: bool,
    ) -> Self:
        """Combine a request with the headers of its client (names in lower case).

        Raises HttpError.
        """
        explains = _read_flag(headers, EXPLAIN_HEADER, "1")
        if explains and not may_explain:
            raise HttpError(403, f"{EXPLAIN_HEADER} is not allowed; set EXPLAIN=true on the server to allow it")
        only_validates = _read_flag(headers, COST_HEADER, VALIDATE_ONLY)
        languages = accepted_languages(headers.get("accept-language", ""))
        known = store.known_published()
        key = None
        if known and not (explains or only_validates):
            key = key_of(request, preferred(languages), known, media)
        last_event = headers.get("last-event-id")
        return cls(request, key, media, client, store, known, languages, explains, only_validates, last_event)

    def context(self) -> Context:
        """Create the context of one execution."""
        return Context(
            self.store,
            self.languages,
            known=self.known,
            explanations={} if self.explains else None,
            last_event=self.last_event,
            only_validates=self.only_validates,
        )


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the headers that endpoints read, by lower-case name: lists combined, of others the first."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        if raw_name in _READ_HEADERS:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            if name not in headers:
                headers[name] = value
            elif name in _LIST_HEADERS:
                headers[name] += f", {value}"
    return headers


# There are few kinds of clients.
@lru_cache(maxsize=64)
def accepted_languages(header: str) -> tuple[str, ...]:
    """Parse `Accept-Language`: the language ranges by decreasing weight, without those of weight 0."""
    accepted = [
        element for element in preferences(header).elements if element.weight and is_language_range(element.name)
    ]
    accepted.sort(key=lambda element: -element.weight)
    return tuple(element.name for element in accepted[:MAX_LANGUAGES])


def _read_flag(headers: Mapping[str, str], name: str, expected: str) -> bool:
    """Whether a header has its only valid value; 0 has the same meaning as no header."""
    value = headers.get(name.lower(), "0")
    if value not in {"0", expected}:
        raise HttpError(400, f"{name} is {value!a}; send {expected}, or leave it out")
    return value == expected
