"""Serve what describes the files: `/export/` as a page or as JSON, and `/export/datapackage.json`."""

from collections.abc import Mapping
from typing import Final, cast

import orjson
from starlette.requests import Request as HttpRequest

from api.export.catalog import PAGE_POLICY, Catalog
from api.export.export_request import LANG_PARAMETER
from api.export.names import DATA_PACKAGE, INDEX
from api.graphql.http_request import headers_of
from api.graphql.request_parser import query_pairs
from api.graphql.response_cache import PreparedResponse, digest_of, etag_of, match_etag, matches_any_etag
from api.graphql.responses import response_start
from api.http.content_coding import coding_for, encode
from api.http.content_negotiation import HTML, JSON, negotiate
from api.http.errors import HttpError
from loaders.model.revisions import Published, Revision
from schema.base.errors import BadUserInput
from schema.export.data_package import data_package
from schema.export.file_languages import EVERY_LANGUAGE, FileLanguages, read_languages
from schema.export.url_filters import WrongParameter

_VARY: Final = "Accept, Accept-Encoding"


def media_of(http_request: HttpRequest, path: str) -> str:
    """The media type of a description for a client. Raises HttpError."""
    if path != INDEX:
        return JSON
    media = negotiate(headers_of(http_request.scope).get("accept"), (JSON, HTML))
    if media is None:
        raise HttpError(406, f"Accept matches neither {HTML} nor {JSON}")
    return media


def languages_of(http_request: HttpRequest, path: str) -> FileLanguages:
    """The languages of the files that the Data Package describes. Raises HttpError."""
    if path != DATA_PACKAGE:
        return EVERY_LANGUAGE
    values = [text for key, text in query_pairs(http_request.scope["query_string"]) if key == LANG_PARAMETER]
    try:
        return read_languages(values)
    except (WrongParameter, BadUserInput) as error:
        raise HttpError(400, str(error)) from None


class CatalogResponse:
    """A response about the files of one revision.

    media_types: the media type of each format. languages: those of the files of the Data Package. shows_filters:
    whether the names of filters are told.
    """

    def __init__(
        self,
        published: Published,
        media_types: Mapping[str, str],
        cache_control: str,
        languages: FileLanguages,
        *,
        shows_filters: bool,
    ) -> None:
        self._published = published
        self._media_types = media_types
        self._cache_control = cache_control
        self._languages = languages
        self._shows_filters = shows_filters

    def unchanged(self, http_request: HttpRequest, path: str, media: str) -> PreparedResponse | None:
        """The response to a client that has what it asks for; None to all others."""
        condition = headers_of(http_request.scope).get("if-none-match")
        headers = self._headers(http_request, path, media)
        tag = match_etag(condition, self._key(path, media)) or (matches_any_etag(condition) and headers["ETag"])
        if not tag:
            return None
        return PreparedResponse(
            response_start(304, {**headers, "ETag": tag}), {"type": "http.response.body", "body": b""}
        )

    def full(self, http_request: HttpRequest, path: str, media: str, record: Revision | None) -> PreparedResponse:
        """The response with a body, except to HEAD. record: that of the revision; None before the first load."""
        headers = self._headers(http_request, path, media)
        body = self._body(path, media, record)
        if coding := _coding(http_request):
            body = encode(body, coding)
            headers["Content-Encoding"] = coding
        headers |= {"Content-Type": f"{media}; charset=utf-8", "Content-Length": str(len(body))}
        if media == HTML:
            headers["Content-Security-Policy"] = PAGE_POLICY
        sent = b"" if http_request.method == "HEAD" else body
        return PreparedResponse(response_start(200, headers), {"type": "http.response.body", "body": sent})

    def _body(self, path: str, media: str, record: Revision | None) -> bytes:
        loaded_at = record["loaded_at"] if record else None
        if path == DATA_PACKAGE:
            return orjson.dumps(data_package(self._published.revision, loaded_at, self._languages))
        counts = cast(Mapping[str, int], record["counts"]) if record else {}
        catalog = Catalog(
            self._published.revision, loaded_at, counts, self._media_types, shows_filters=self._shows_filters
        )
        return catalog.as_html() if media == HTML else orjson.dumps(catalog.as_json())

    def _headers(self, http_request: HttpRequest, path: str, media: str) -> dict[str, str]:
        tag = etag_of(self._key(path, media), _coding(http_request))
        return {"ETag": tag, "Cache-Control": self._cache_control, "Vary": _VARY}

    def _key(self, path: str, media: str) -> str:
        which = f"{self._published.epoch} {self._published.revision} {media} {self._shows_filters}"
        return digest_of(which.encode(), path.encode(), self._languages.query.encode())


def _coding(http_request: HttpRequest) -> str:
    return coding_for(headers_of(http_request.scope).get("accept-encoding"))
