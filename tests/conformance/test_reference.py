"""This server accepts the mutated documents that GraphQL's reference implementation accepts, and no others.

Tokens of real documents are mutated, and the result is sent over HTTP. Documents that exceed a limit are left out.
"""

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from typing import Any, Final

import orjson
import pytest

from tests.support.servers import Server
from tests.support.thoroughness import examples

ROOT: Final = Path(__file__).resolve().parents[2]
REFERENCE: Final = Path(__file__).with_name("reference")
DOCUMENTS: Final = examples(quick=100, thorough=20_000)
TOKEN: Final = re.compile(
    r'"""(?:[^"]|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|[A-Za-z_]\w*|-?\d[\d.eE+-]*|\.\.\.|[^\s,]|[\s,]+'
)
# By the codes of this server.
VERDICTS: Final = {"GRAPHQL_PARSE_FAILED": "parse", "GRAPHQL_VALIDATION_FAILED": "validate"}
SPARE: Final = (
    *("{", "}", "(", ")", "[", "]", ":", "$", "!", "=", "@", "|", "&", "...", "on", "query", "fragment", "mutation"),
    *(
        "null",
        "true",
        "1",
        "-0",
        "1e3",
        "0.5",
        "00",
        '"a"',
        '"',
        '"""b"""',
        "#",
        "\ufeff",
        "\\",
        "é",
        "@skip(if: true)",
    ),
    *("__typename", "id", "slug", "name", "first", "where", "node", "nodes", "$slug", "ID", "Int", "subscription"),
)


def seeds() -> list[str]:
    """The documents of the manual and of the benchmarks."""
    manual = (ROOT / "docs/guide/ask.md").read_text()
    found = re.findall(r"```graphql\n(.*?)```", manual, re.DOTALL)
    return [*found, *(path.read_text() for path in sorted((ROOT / "bench" / "queries").glob("*.graphql")))]


def mutated(random: Random, texts: list[str]) -> str:
    """One of some documents, with one to three tokens dropped, doubled, swapped, replaced or brought from another."""
    tokens = TOKEN.findall(random.choice(texts))
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        at = random.randrange(len(tokens))
        match random.randrange(6):
            case 0:
                del tokens[at]
            case 1:
                tokens.insert(at, tokens[at])
            case 2:
                other = random.randrange(len(tokens))
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 3:
                tokens[at] = random.choice(SPARE)
            case 4:
                tokens.insert(at, f" {random.choice(SPARE)} ")
            case 5:
                names = [token for token in TOKEN.findall(random.choice(texts)) if token[0].isalpha()]
                tokens[at] = random.choice(names)
        if not tokens:
            return ""
    return "".join(tokens)


@pytest.fixture(scope="session")
def judged() -> tuple[list[str], list[tuple[str, str]]]:
    """Documents, and for each the reference's verdict with its first message."""
    if not (shutil.which("node") and (REFERENCE / "node_modules").is_dir()):
        if "YUNSHAN_REQUIRE_NODE" in os.environ:
            pytest.fail("run npm ci in tests/conformance/reference (Node 20)")
        pytest.skip("needs Node 20, and npm ci in tests/conformance/reference")
    random = Random(20251122)
    texts = seeds()
    documents = [*texts, *(mutated(random, texts) for _ in range(DOCUMENTS))]
    said = subprocess.run(
        ["node", str(REFERENCE / "verdicts.mjs"), str(ROOT / "schema" / "schema.graphql")],
        input=b"".join(orjson.dumps(text) + b"\n" for text in documents),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    return documents, [(verdict, message) for verdict, message in map(json.loads, said.splitlines())]


def _answers(server: Server, documents: list[str]) -> Iterator[tuple[int, Any]]:
    # Clients that do more take longer than the server.
    connection = HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    for text in documents:
        connection.request("POST", "/graphql", orjson.dumps({"query": text}), {"Content-Type": "application/json"})
        response = connection.getresponse()
        yield response.status, orjson.loads(response.read())
    connection.close()


def test_this_server_accepts_what_the_reference_accepts(
    judged: tuple[list[str], list[tuple[str, str]]], server: Server
) -> None:
    wrong: list[Any] = []
    counted: Counter[str] = Counter()
    for text, (expected, reason), (status, answer) in zip(*judged, _answers(server, judged[0]), strict=True):
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        found = next((VERDICTS[code] for code in sorted(codes) if code in VERDICTS), "ok")
        counted[found] += 1
        if status >= 500 or (found != expected and "LIMIT" not in " ".join(codes)):
            wrong.append((text, f"expected {expected} ({reason}), found {found}: {status} {answer}"))
    assert not wrong, f"{len(wrong)} of {len(judged[0])}, such as {wrong[:3]}"
    assert min(counted["ok"], counted["parse"], counted["validate"]) > DOCUMENTS / 50, counted
