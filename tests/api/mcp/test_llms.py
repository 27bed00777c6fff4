"""/llms.txt: a page for language models whose questions have the answers it shows."""

import json
import re
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest

from api.http.errors import STATUS
from schema.operation.limits import Limits
from tests.support.servers import ROOT, Server, running_beside
from tests.support.waiting import PATIENCE_S

FILE: Final = ROOT / "api" / "mcp" / "llms.txt"
PAGE: Final = FILE.read_text(encoding="utf-8")
QUESTIONS: Final = [
    (query, json.loads(answer))
    for query, answer in re.findall(r"```graphql\n(.*?)```\s+```json\n(.*?)```", PAGE, re.DOTALL)
]
LINKS: Final = re.findall(r"^- \[[^]]+\]\((/[^)]+)\): \S", PAGE, re.MULTILINE)


def test_it_has_the_form_of_its_kind_and_is_a_page_long() -> None:
    title, blank, summary, *others = PAGE.splitlines()
    assert (title, blank) == ("# Yunshan", "")
    assert summary.startswith("> ")
    assert len(others) + 3 <= 120
    # Headings stand above lists of files and nothing else.
    prose, *sections = re.split(r"^## .*$", PAGE.removeprefix("# "), flags=re.MULTILINE)
    assert not re.search("^#", prose, re.MULTILINE)
    for section in sections:
        assert all(re.fullmatch(r"- \[[^]]+\]\(/[^)]+\): \S.*", line) for line in section.split("\n") if line)


def test_it_is_served_as_it_is_in_the_repository(server: Server) -> None:
    answer = httpx2.get(f"{server.url}/llms.txt", timeout=PATIENCE_S)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.content == FILE.read_bytes()


def test_who_has_it_is_not_sent_it_again(server: Server) -> None:
    tag = httpx2.get(f"{server.url}/llms.txt", timeout=PATIENCE_S).headers["etag"]
    again = httpx2.get(f"{server.url}/llms.txt", headers={"If-None-Match": f'"other", W/{tag}'}, timeout=PATIENCE_S)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


def test_it_has_three_questions() -> None:
    assert len(QUESTIONS) == 3


@pytest.mark.parametrize(("query", "answer"), QUESTIONS)
def test_a_question_of_the_page_has_the_answer_it_shows(server: Server, query: str, answer: Any) -> None:
    assert server.ask(query) == answer


def test_the_request_of_the_page_is_answered(server: Server) -> None:
    [(path, headers, body)] = re.findall(r"```http\nPOST (\S+)\n(.*?)\n\n(.*?)\n```", PAGE, re.DOTALL)
    told = dict(line.split(": ") for line in headers.splitlines())
    answer = httpx2.post(f"{server.url}{path}", content=body, headers=told, timeout=PATIENCE_S)
    assert answer.status_code == 200
    assert answer.json()["data"] == {"district": {"name": {"en": "Baiyun District"}, "metricCount": 33}}


@pytest.mark.parametrize("path", LINKS)
def test_a_link_of_the_page_leads_somewhere(server: Server, path: str) -> None:
    assert (
        httpx2.get(f"{server.url}{path}", headers={"Accept": "text/html, */*"}, timeout=PATIENCE_S).status_code == 200
    )


def test_it_names_the_schema() -> None:
    assert "/graphql/schema.graphql" in LINKS


def test_its_numbers_and_codes_are_the_servers() -> None:
    limits = Limits()
    for told in (
        f"{limits.depth} fields deep",
        f"{limits.root_fields} root fields",
        f"{limits.aliases} aliases",
        f"{limits.cost:,} points",
    ):
        assert told in PAGE, told
    codes = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", PAGE))
    assert codes
    assert codes <= set(STATUS)


@pytest.mark.parametrize("settings", [{"PROFILE": "locked"}, {"TRUSTED_ONLY": "true"}])
def test_it_is_not_served_where_its_questions_would_be_refused(
    server: Server, tmp_path: Path, settings: dict[str, str]
) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"revision": "{ dataset { revision } }"}')
    with running_beside(server, TRUSTED_DOCUMENTS=str(manifest), **settings) as closed:
        assert httpx2.get(f"{closed.url}/llms.txt", timeout=PATIENCE_S).status_code == 404
