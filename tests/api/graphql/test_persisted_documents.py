"""Documents that requests name: remembered within bounds, checked against their hash, or of a manifest alone."""

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.graphql import persisted_documents
from api.graphql.persisted_documents import ManifestError, PersistedDocuments, read_manifest
from api.http.errors import HttpError
from schema.operation.runner import RequestError
from tests.support.servers import ROOT, Server, free_port, running_beside, without_cost
from tests.support.waiting import PATIENCE_S

GRAPHQL = "application/graphql-response+json"
TEXT = "{ dataset { revision } }"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def apollo(text: str) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}}


def anyone() -> PersistedDocuments:
    return PersistedDocuments(only_trusted=False, automatic=True)


def refusal(documents: PersistedDocuments, parameters: dict[str, Any]) -> tuple[str, str]:
    try:
        documents.text_for(parameters)
    except HttpError as error:
        return error.code, str(error)
    except RequestError as error:
        [told] = error.response.errors
        return told["extensions"]["code"], told["message"]
    raise AssertionError("the document was taken")


def test_a_document_is_what_the_request_carries() -> None:
    assert anyone().text_for({"query": TEXT}) == TEXT


def test_a_document_sent_with_its_hash_is_found_by_it_in_either_protocol() -> None:
    documents = anyone()
    assert refusal(documents, apollo(TEXT)) == ("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
    assert documents.text_for({"query": TEXT, **apollo(TEXT)}) == TEXT
    assert documents.text_for(apollo(TEXT)) == TEXT
    assert documents.text_for({"documentId": f"sha256:{digest(TEXT)}"}) == TEXT


def test_a_hash_in_apollos_extension_may_say_what_it_is_as_codegen_writes_it() -> None:
    documents = anyone()
    codegen = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": f"sha256:{digest(TEXT)}"}}}
    assert documents.text_for({"query": TEXT, **codegen}) == TEXT
    assert documents.text_for(codegen) == documents.text_for(apollo(TEXT)) == TEXT


def test_a_document_is_never_remembered_under_another_hash() -> None:
    documents = anyone()
    code, message = refusal(documents, {"query": TEXT, **apollo("{ other }")})
    assert code == "BAD_REQUEST"
    assert message == ("the document's hash is not the one given; send the lower-case hex SHA-256 of its UTF-8 text")
    assert refusal(documents, apollo("{ other }"))[0] == "PERSISTED_QUERY_NOT_FOUND"


def test_what_was_not_asked_for_longest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persisted_documents, "MAX_REMEMBERED_CHARACTERS", 3_000)
    documents = anyone()
    texts = [f"{{ dataset {{ a{number:03d}: revision }} }}" for number in range(120)]
    for text in texts:
        documents.text_for({"query": text, **apollo(text)})
        documents.text_for(apollo(texts[0]))
    assert documents.text_for(apollo(texts[-1])) == texts[-1]
    assert refusal(documents, apollo(texts[1]))[0] == "PERSISTED_QUERY_NOT_FOUND"


def test_huge_documents_are_run_and_not_remembered() -> None:
    documents = anyone()
    huge = TEXT + " " * 30_000
    assert documents.text_for({"query": huge, **apollo(huge)}) == huge
    assert refusal(documents, apollo(huge))[0] == "PERSISTED_QUERY_NOT_FOUND"


def test_where_nothing_is_remembered_clients_are_told_so() -> None:
    documents = PersistedDocuments(only_trusted=False, automatic=False)
    assert documents.text_for({"query": TEXT, **apollo(TEXT)}) == TEXT
    assert refusal(documents, apollo(TEXT)) == ("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")


def test_only_trusted_documents_run_where_only_they_may() -> None:
    documents = PersistedDocuments({"Revision": TEXT}, only_trusted=True, automatic=True)
    for parameters in (
        {"documentId": "Revision"},
        {"documentId": f"sha256:{digest(TEXT)}"},
        {"query": TEXT},
        {"query": TEXT, "documentId": "Revision"},
        {"query": TEXT, **apollo(TEXT)},
        apollo(TEXT),
    ):
        assert documents.text_for(parameters) == TEXT
    other = "{ dataset { loadedAt } }"
    not_trusted = ("DOCUMENT_NOT_TRUSTED", "This server runs only documents of its manifest.")
    for parameters in ({"query": other}, {"query": other, **apollo(other)}, apollo(other), {"documentId": "Other"}):
        assert refusal(documents, parameters) == not_trusted


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, '"query" must be a string with the GraphQL document, or "documentId" an id of one'),
        ({"query": 1}, '"query" must be a string with the GraphQL document'),
        (
            {"documentId": "sha256:ABC"},
            '"documentId" must be "sha256:" and 64 lower-case hex digits, or an id of the manifest',
        ),
        (
            {"documentId": ["a"]},
            '"documentId" must be "sha256:" and 64 lower-case hex digits, or an id of the manifest',
        ),
        (
            {"extensions": {"persistedQuery": 1}},
            '"extensions.persistedQuery" must be an object with "version" 1 and "sha256Hash"',
        ),
        (
            {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "0" * 64}}},
            '"extensions.persistedQuery" must be an object with "version" 1 and "sha256Hash"',
        ),
        (
            {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x"}}},
            '"extensions.persistedQuery.sha256Hash" must be 64 lower-case hex digits',
        ),
    ],
)
def test_a_request_that_names_no_document_is_told_what_to_send(parameters: dict[str, Any], message: str) -> None:
    assert refusal(anyone(), parameters) == ("BAD_REQUEST", message)


def written(folder: Path, content: Any) -> Path:
    path = folder / "manifest.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_manifests_of_both_kinds_are_read(tmp_path: Path) -> None:
    plain = {"Revision": TEXT, f"sha256:{digest(TEXT)}": TEXT}
    assert read_manifest(written(tmp_path, plain)) == plain
    operations = [{"id": digest(TEXT), "name": "Revision", "type": "query", "body": TEXT}]
    manifest = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}
    assert read_manifest(written(tmp_path, manifest)) == {digest(TEXT): TEXT}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "manifest.json is not JSON: Expecting property name enclosed in double quotes"),
        ([], "manifest.json must be a JSON object of ids and documents, or Apollo's manifest"),
        ({}, "manifest.json has no documents"),
        ({"a b": TEXT}, "manifest.json: 'a b' is not a valid id; use letters, digits and . _ ~ -"),
        ({"a": 1}, "manifest.json: the document of a is not a string"),
        ({f"sha256:{'0' * 64}": TEXT}, f"manifest.json: sha256:{'0' * 64} is not the hash of its document"),
        (
            {"format": "apollo-persisted-query-manifest", "version": 2, "operations": []},
            'manifest.json must have "version" 1 and a list of "operations", as Apollo\'s manifest does',
        ),
        (
            {"format": "apollo-persisted-query-manifest", "version": 1, "operations": [1]},
            'manifest.json: each of the "operations" must be an object with "id" and "body"',
        ),
    ],
)
def test_a_manifest_that_cannot_be_used_says_why(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(ManifestError) as caught:
        read_manifest(written(tmp_path, content))
    assert str(caught.value).startswith(message)


def test_a_manifest_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"none\.json cannot be read \(No such file or directory\)"):
        read_manifest(tmp_path / "none.json")


def asked(server: Server, body: dict[str, Any], accept: str = GRAPHQL) -> tuple[int, Any]:
    response = httpx2.post(f"{server.url}/graphql", json=body, headers={"Accept": accept}, timeout=PATIENCE_S)
    return response.status_code, without_cost(response.json())


def test_a_client_sends_a_document_once_and_its_hash_from_then_on(server: Server) -> None:
    text = "query Once { dataset { revision } }"
    parameters = {"extensions": json.dumps(apollo(text)["extensions"])}
    missing = {"errors": [{"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}]}
    assert asked(server, apollo(text)) == (404, missing)
    # Apollo's clients read the errors of an answer that is 200.
    assert asked(server, apollo(text), "application/json") == (200, missing)
    answer = {"data": {"dataset": {"revision": 1}}}
    assert asked(server, {"query": text, **apollo(text)}) == (200, answer)
    assert asked(server, apollo(text)) == (200, answer)
    got = httpx2.get(f"{server.url}/graphql", params=parameters, timeout=PATIENCE_S)
    assert (got.status_code, without_cost(got.json())) == (200, answer)
    held = {"If-None-Match": got.headers["etag"]}
    assert httpx2.get(f"{server.url}/graphql", params=parameters, headers=held, timeout=PATIENCE_S).status_code == 304
    named = httpx2.get(f"{server.url}/graphql", params={"documentId": f"sha256:{digest(text)}"}, timeout=PATIENCE_S)
    assert named.json() == got.json()


def test_a_missing_document_is_kept_by_no_cache_on_the_way(server: Server) -> None:
    response = httpx2.get(f"{server.url}/graphql", params={"documentId": f"sha256:{'0' * 64}"}, timeout=PATIENCE_S)
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


def test_a_locked_server_runs_the_documents_of_its_manifest_alone(server: Server, tmp_path: Path) -> None:
    manifest = str(written(tmp_path, {"Revision": TEXT}))
    with running_beside(server, PROFILE="locked", TRUSTED_DOCUMENTS=manifest) as locked:
        assert asked(locked, {"documentId": "Revision"}) == (200, {"data": {"dataset": {"revision": 1}}})
        status, answer = asked(locked, {"query": "{ dataset { loadedAt } }"})
    assert status == 403
    assert answer["errors"][0]["extensions"] == {"code": "DOCUMENT_NOT_TRUSTED"}


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            {"PROFILE": "locked"},
            "TRUSTED_ONLY: set TRUSTED_DOCUMENTS to the manifest of the allowed documents, or set TRUSTED_ONLY=false",
        ),
        pytest.param(
            {"TRUSTED_DOCUMENTS": "manifest.json"},
            "TRUSTED_DOCUMENTS: manifest.json: Wrong can't be run: Cannot query field 'nothing' on type 'Query'.",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"TRUSTED_DOCUMENTS": "none.json"},
            "TRUSTED_DOCUMENTS: none.json cannot be read",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_server_that_would_run_nothing_does_not_start(
    tmp_path: Path, environment: dict[str, str], message: str
) -> None:
    written(tmp_path, {"Right": TEXT, "Wrong": "{ nothing }"})
    settings = {name: str(tmp_path / value) if "json" in value else value for name, value in environment.items()}
    tried = subprocess.run(
        [sys.executable, "-m", "api"],
        cwd=ROOT,
        env={**os.environ, "MONGODB_URI": "mongodb://127.0.0.1:1/", "PORT": str(free_port()), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (tried.returncode, tried.stderr.strip()[: len(message)]) == (2, message)
