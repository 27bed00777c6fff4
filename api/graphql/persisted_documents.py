"""Persisted documents: requests name a document by id, from a manifest or sent by a client before.

Supports `documentId` of GraphQL over HTTP (appendix "Persisted Documents"), and Apollo's automatic persisted queries
(`extensions.persistedQuery`). With TRUSTED_ONLY, only documents of the manifest are run.
"""

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from graphql import GraphQLError

from api.http.errors import NOT_TRUSTED, PERSISTED_QUERY_NOT_FOUND, PERSISTED_QUERY_NOT_SUPPORTED, HttpError
from api.settings import Settings
from loaders.lru_cache import LruCache
from schema.base.errors import OverLimit
from schema.operation.parsing import Rejected, valid_document
from schema.operation.runner import RequestError

# Total length of the documents that clients have sent, in each worker.
MAX_REMEMBERED_CHARACTERS: Final = 2_000_000
# graphql-codegen generates hashes with the prefix of `documentId`; users pass them to Apollo's link unchanged.
_HASH: Final = re.compile("(?:sha256:)?([0-9a-f]{64})")
_ID: Final = re.compile(r"sha256:[0-9a-f]{64}|x-[A-Za-z0-9._~-]{1,80}:[A-Za-z0-9._~-]{1,200}|[A-Za-z0-9._~-]{1,200}")


class ManifestError(Exception):
    """An invalid manifest; the message says why."""


class PersistedDocuments:
    """Documents by id; `ids` are the ids of the manifest.

    trusted: the documents of the manifest, by id. only_trusted: whether all others are rejected. automatic: whether
    documents that clients send with their hash are remembered.
    """

    def __init__(self, trusted: Mapping[str, str] | None = None, *, only_trusted: bool, automatic: bool) -> None:
        self.ids = tuple(trusted or ())
        by_hash = {_id_of(text): text for text in (trusted or {}).values()}
        self._trusted = {**(trusted or {}), **by_hash}
        self._only_trusted = only_trusted
        self._automatic = automatic and not only_trusted
        self._remembered = LruCache[str, str](max_weight=MAX_REMEMBERED_CHARACTERS)

    def text_for(self, parameters: Mapping[str, Any]) -> str:
        """Return the document that a request contains or names by id. If it does both, the document is remembered.

        Raises HttpError if it does neither, RequestError if the document is unknown or not allowed.
        """
        query = parameters.get("query")
        if not (query is None or isinstance(query, str)):
            raise _bad_request('"query" must be a string with the GraphQL document')
        document_id = document_id_of(parameters)
        if query is None:
            if document_id is None:
                raise _bad_request('"query" must be a string with the GraphQL document, or "documentId" an id of one')
            return self._find(document_id)
        if document_id is not None:
            self._remember(document_id, query)
        if self._only_trusted and _id_of(query) not in self._trusted:
            raise _not_trusted()
        return query

    def _find(self, document_id: str) -> str:
        if document_id in self._trusted:
            return self._trusted[document_id]
        if self._only_trusted:
            raise _not_trusted()
        if (text := self._remembered.get(document_id)) is not None:
            return text
        if not self._automatic:
            raise RequestError(PERSISTED_QUERY_NOT_SUPPORTED, [GraphQLError("PersistedQueryNotSupported")])
        raise RequestError(PERSISTED_QUERY_NOT_FOUND, [GraphQLError("PersistedQueryNotFound")])

    def _remember(self, document_id: str, text: str) -> None:
        if document_id in self._trusted and self._trusted[document_id] == text:
            return
        if document_id != _id_of(text):
            raise _bad_request(
                "the document's hash is not the one given; send the lower-case hex SHA-256 of its UTF-8 text"
            )
        if not self._automatic or document_id in self._remembered or len(text) > MAX_REMEMBERED_CHARACTERS // 100:
            return
        self._remembered.put(document_id, text, len(text))


def open_persisted_documents(settings: Settings) -> PersistedDocuments:
    """Load the manifest of the settings, and validate its documents.

    Raises ManifestError.
    """
    path = settings.trusted_documents
    trusted = read_manifest(path) if path else {}
    for document_id, text in trusted.items():
        try:
            valid_document(text, settings.limits)
        except (Rejected, OverLimit) as error:
            message = error.errors[0].message if isinstance(error, Rejected) else error.message
            raise ManifestError(f"{path and path.name}: {document_id} can't be run: {message}") from None
    return PersistedDocuments(trusted, only_trusted=settings.is_trusted_only, automatic=settings.remember_documents)


def read_manifest(path: Path) -> dict[str, str]:
    """Read documents by id: from a JSON object of ids and documents, or from Apollo's persisted query manifest.

    Raises ManifestError.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ManifestError(f"{path.name} cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise ManifestError(f"{path.name} is not JSON: {error}") from None
    documents: dict[str, str] = {}
    for document_id, text in _entries(path.name, content):
        if not (isinstance(document_id, str) and _ID.fullmatch(document_id)):
            raise ManifestError(f"{path.name}: {document_id!a} is not a valid id; use letters, digits and . _ ~ -")
        if not isinstance(text, str):
            raise ManifestError(f"{path.name}: the document of {document_id} is not a string")
        if document_id.startswith("sha256:") and document_id != _id_of(text):
            raise ManifestError(f"{path.name}: {document_id} is not the hash of its document")
        if documents.setdefault(document_id, text) != text:
            raise ManifestError(f"{path.name}: {document_id} is the id of two documents")
    if not documents:
        raise ManifestError(f"{path.name} has no documents")
    return documents


def _entries(name: str, content: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(content, dict):
        raise ManifestError(f"{name} must be a JSON object of ids and documents, or Apollo's manifest")
    if content.get("format") != "apollo-persisted-query-manifest":
        yield from content.items()
        return
    if content.get("version") != 1 or not isinstance(content.get("operations"), list):
        raise ManifestError(f'{name} must have "version" 1 and a list of "operations", as Apollo\'s manifest does')
    for operation in content["operations"]:
        if not isinstance(operation, dict):
            raise ManifestError(f'{name}: each of the "operations" must be an object with "id" and "body"')
        yield operation.get("id"), operation.get("body")


def document_id_of(parameters: Mapping[str, Any]) -> str | None:
    """Return the document id of a request; `documentId` takes precedence over Apollo's extension.

    Raises HttpError.
    """
    document_id = parameters.get("documentId")
    if document_id is not None:
        if not (isinstance(document_id, str) and _ID.fullmatch(document_id)):
            raise _bad_request(
                '"documentId" must be "sha256:" and 64 lower-case hex digits, or an id of the manifest'
            )
        return document_id
    persisted = (parameters.get("extensions") or {}).get("persistedQuery")
    if persisted is None:
        return None
    if not isinstance(persisted, dict) or persisted.get("version") != 1:
        raise _bad_request('"extensions.persistedQuery" must be an object with "version" 1 and "sha256Hash"')
    digest = persisted.get("sha256Hash")
    if not (isinstance(digest, str) and (found := _HASH.fullmatch(digest))):
        raise _bad_request('"extensions.persistedQuery.sha256Hash" must be 64 lower-case hex digits')
    return f"sha256:{found[1]}"


def _id_of(text: str) -> str:
    return f"sha256:{sha256(text.encode(errors='surrogatepass')).hexdigest()}"


def _bad_request(message: str) -> HttpError:
    return HttpError(400, message)


def _not_trusted() -> RequestError:
    return RequestError(NOT_TRUSTED, [GraphQLError("This server runs only documents of its manifest.")])
