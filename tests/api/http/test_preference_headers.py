"""Headers that list preferences are read leniently: what can't be read is skipped, and never refused."""

import pytest

from api.graphql.http_request import accepted_languages
from api.http.content_coding import coding_for
from api.http.content_negotiation import EVENT_STREAM, GRAPHQL_RESPONSE, HTML, JSON, negotiate

OFFERS = (JSON, GRAPHQL_RESPONSE, HTML)


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("", JSON),
        (" , ,", JSON),
        ("*", JSON),
        ("*;q=0.1", JSON),
        ("*/*; q=.2", JSON),
        ("*/*;q=0.8000", JSON),
        ("*/*;q=1.000000", JSON),
        ("*/*;q=1.", JSON),
        ("*/*;q=5", JSON),
        ("*/* ; Q = 0.5", JSON),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", HTML),
        ("image/gif, *; q=.2", JSON),
        (f"{JSON};q=.4, {GRAPHQL_RESPONSE};q=.45", GRAPHQL_RESPONSE),
        (f"{JSON};q=0.40000, {GRAPHQL_RESPONSE};q=0.40001", GRAPHQL_RESPONSE),
        (f"{JSON} ; q=0.1,{GRAPHQL_RESPONSE}\t;\tq=0.9", GRAPHQL_RESPONSE),
        (f'{JSON};q="0.1", {GRAPHQL_RESPONSE}', GRAPHQL_RESPONSE),
        ("Application / GraphQL-Response+JSON", GRAPHQL_RESPONSE),
        (f'text/plain;note="a, {HTML}; q=1", {GRAPHQL_RESPONSE};q=.1', GRAPHQL_RESPONSE),
        (f'text/plain;note="never closed, {JSON}', JSON),
        ("json", JSON),
        ("image/png, json", JSON),
        ("*/json", JSON),
        ("/", JSON),
        (";q=1", JSON),
        ("é/ü", JSON),
        (f'"{GRAPHQL_RESPONSE}"', JSON),
        (f"{JSON};q=high", JSON),
        ("image/png;q=-1, image/gif", JSON),
        (f"{GRAPHQL_RESPONSE};q=nan, {HTML};q=0.2", HTML),
        (f"{JSON};q=0, ???", GRAPHQL_RESPONSE),
        (f"???, {EVENT_STREAM}", EVENT_STREAM),
        (",".join(["image/png"] * 100), JSON),
        ("image/png", None),
        ("*/*;q=0", None),
        ("*;q=0.000", None),
        (f"{JSON};q=0.0000", None),
        (f"{JSON};charset=utf-16", None),
    ],
)
def test_an_accept_that_is_not_well_formed_is_answered(accept: str | None, media: str | None) -> None:
    assert negotiate(accept, OFFERS, (EVENT_STREAM,)) == media


@pytest.mark.parametrize(
    ("header", "ranges"),
    [
        ("", ()),
        ("en", ("en",)),
        ("fr;q=0.5, en, zh-HK;q=0.8", ("en", "zh-hk", "fr")),
        ("en;q=0, zh", ("zh",)),
        ("en; q=0.9,de;q=1.0", ("de", "en")),
        ("*;q=0.1, en", ("en", "*")),
        ("fr; q=.2, en ; q = .30000", ("en", "fr")),
        ("not a tag, en;q=nonsense, de;q=2, zh", ("de", "zh")),
        ("en_US, ,zh-, ;, -, zh-tw", ("zh-tw",)),
        ("a,b", ("a", "b")),
    ],
)
def test_accept_language_is_read_by_weight(header: str, ranges: tuple[str, ...]) -> None:
    assert accepted_languages(header) == ranges


def test_a_header_of_a_thousand_languages_is_cut() -> None:
    assert len(accepted_languages(",".join(["en"] * 1000))) == 20


def test_a_language_behind_thirty_elements_that_are_none_is_found() -> None:
    assert accepted_languages("?," * 30 + "en") == ("en",)


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("gzip;q=.5", "gzip"),
        ("gzip; q=0.50000, br; q=0.4", "gzip"),
        ("br;q=x, gzip", "gzip"),
        (", ,gzip;", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=0.000", ""),
        ("*;q=0", ""),
        ("???", ""),
    ],
)
def test_accept_encoding_is_read_leniently(header: str, coding: str) -> None:
    assert coding_for(header) == coding
