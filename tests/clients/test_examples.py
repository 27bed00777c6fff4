"""Each example runs as it stands, against a live server, and says what is true."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest

from tests.support.data.examples import npm
from tests.support.servers import ROOT, Server, running_beside, without_cost
from tests.support.waiting import PATIENCE_S, until

ANSWERS: Final = [
    json.loads((ROOT / "examples/curl" / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("awards", "figure", "percentages")
]
# MPL-2.0 is that of a tool that Vite runs; nothing of it is in what is built.
LICENCES: Final = {"MIT", "Apache-2.0", "(MIT OR Apache-2.0)", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD"} | {
    "BlueOak-1.0.0", "Python-2.0", "CC-BY-4.0", "MPL-2.0",
}  # fmt: skip
SOURCE: Final = "“Notice on Baiyun District's smart-city award”"
NO_CURSOR: Final = '"after" is no cursor; send back an endCursor, startCursor or cursor as it was given'
# Who breaks rules that ask more than Relay's specifications: lists that are read from their best, and places in them.
NOT_BACKWARD: Final = {"search", "ranking", "growthRanking", "updates"}
NO_NODES: Final = {"RankedMetricEdge", "RankedGrowthEdge", "SearchResultEdge", "DistrictChangeEdge"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def locked(server: Server, examples: Path) -> Iterator[Server]:
    """A server that runs the documents of the examples and no others."""
    manifest = str(examples / "build" / "manifest.json")
    with running_beside(server, PROFILE="locked", TRUSTED_DOCUMENTS=manifest) as locked:
        yield locked


def run(*command: str | Path, server: Server, **environment: str) -> list[str]:
    """What a program prints, by lines, when it is given the server's address."""
    process = subprocess.run(
        [*command, f"{server.url}/graphql"],
        cwd=ROOT / "examples",
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    assert process.stderr == ""
    return process.stdout.splitlines()


@pytest.mark.usefixtures("curl")
def test_curl_has_the_answers_of_the_readme(server: Server) -> None:
    # Answers have tags as soon as the server follows what is published.
    until(
        lambda: (
            "etag"
            in httpx2.get(f"{server.url}/graphql", params={"query": "{__typename}"}, timeout=PATIENCE_S).headers
        )
    )
    printed = [line for line in run("curl/ask.sh", server=server) if not line.startswith("#")]
    awards, figure, percentages, by_hash, unchanged, refused, status = printed
    assert [without_cost(json.loads(text)) for text in (awards, figure, percentages)] == ANSWERS
    assert by_hash == awards
    assert unchanged == "304"
    [error] = json.loads(refused)["errors"]
    assert (error["extensions"]["code"], error["message"]) == (
        "BAD_USER_INPUT",
        '"first" is 1000; 1 to 100 (page with "after")',
    )
    assert status == "294"


def test_gql_adds_up_exact_sums(server: Server) -> None:
    assert run(sys.executable, "python/money.py", server=server) == [
        "Revenue of above-scale internet, software and IT-service enterprises: CNY 9.095 billion (EQ 9,095,000,000)",
        "Contracts registered at the data-exchange service area: over CNY 160 million (GT 160,000,000)",
        f"refused with BAD_USER_INPUT: {NO_CURSOR}",
    ]


def test_fetch_asks_for_percentages(server: Server, node: str) -> None:
    assert run(node, "fetch/main.js", server=server) == [
        f"Dispatch accuracy: over 87% (L6 of {SOURCE})",
        f"On-time rectification rate: about 99% (L5 of {SOURCE})",
        "nothing has changed",
        "派單準確率：超87%",
        'refused with BAD_USER_INPUT: "first" is 1000; 1 to 100 (page with "after")',
    ]


def test_apollo_client_puts_pages_together_and_asks_for_nothing_twice(
    server: Server, node: str, examples: Path
) -> None:
    printed = run(node, examples / "build/node/apollo/main.js", server=server)
    assert printed[0] == "23 of 23 figures in 3 pages"
    assert f"Work orders handled: over 9,000,000 work orders (Cumulative; L5 of {SOURCE})" in printed
    assert printed[-4:] == [
        f"one more time, by its id: Work orders handled: over 9,000,000 work orders (Cumulative; L5 of {SOURCE})",
        "asked for it: 0 times",
        "asked in all: 3 by GET, 4 together",
        f"refused with BAD_USER_INPUT: {NO_CURSOR}",
    ]


def test_urql_has_every_award(server: Server, node: str, examples: Path) -> None:
    printed = run(node, examples / "build/node/urql/main.js", server=server)
    assert printed[0] == "Baiyun District: 7 awards"
    assert "- China Leading Smart District (6 years in a row; L1, L21)" in printed
    assert len([line for line in printed if line.startswith("- ")]) == 7
    assert printed[-2:] == [
        "the same once more: hit of the cache",
        "refused with BAD_USER_INPUT: \"lang\" has 'Simplified Chinese', which is no language range; write zh-Hans, "
        "zh-HK or en",
    ]


def test_apollo_client_and_urql_are_told_what_changes_over_one_connection(
    server: Server, node: str, examples: Path
) -> None:
    printed = run(node, examples / "build/node/live/main.js", server=server, YUNSHAN_EVENTS="4")
    assert len(printed) >= 4
    for listener in ("Apollo Client", "urql"):
        assert [line for line in printed if line.startswith(listener)] == [
            f"{listener}: added: Revenue of above-scale internet, software and IT-service enterprises: nothing → "
            "CNY 9.095 billion",
            f"{listener}: added: Contracts registered at the data-exchange service area: nothing → "
            "over CNY 160 million",
        ]


@pytest.mark.parametrize("name", ["apollo", "urql"])
def test_clients_need_no_texts_where_only_the_manifest_is_run(
    server: Server, locked: Server, node: str, examples: Path, name: str
) -> None:
    program = examples / f"build/node/{name}/main.js"
    by_id = run(node, program, server=locked, YUNSHAN_TRUSTED="1")
    counts = "asked in all"
    assert [line for line in by_id if counts not in line] == [
        line for line in run(node, program, server=server) if counts not in line
    ]
    assert name != "apollo" or "asked in all: 3 by GET, 3 together" in by_id
    with pytest.raises(AssertionError, match="runs only documents of its manifest"):
        run(node, program, server=locked)


@pytest.mark.usefixtures("curl")
def test_texts_of_the_manifest_may_be_sent(server: Server, locked: Server, node: str) -> None:
    assert run(node, "fetch/main.js", server=locked) == run(node, "fetch/main.js", server=server)
    *asked, refused, status = run("curl/ask.sh", server=locked)
    assert asked == run("curl/ask.sh", server=server)[:-2]
    assert json.loads(refused)["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
    assert status == "403"


def test_types_are_made_from_the_schema_and_compile_strictly(examples: Path) -> None:
    made = (examples / "generated" / "graphql.ts").read_text(encoding="utf-8")
    assert "export type FigureFragment" in made
    options = json.loads((examples / "tsconfig.json").read_text())["compilerOptions"]
    assert options["strict"] is True
    npm("run", "types")


def test_the_schema_and_the_documents_keep_the_rules_of_graphql_eslint(examples: Path) -> None:
    npm("run", "lint")


def test_nothing_else_keeps_the_schema_from_relays_rules_at_their_strictest(examples: Path) -> None:
    rules = {
        "@graphql-eslint/relay-arguments": ["error", {"includeBoth": True}],
        "@graphql-eslint/relay-edge-types": [
            "error",
            {"shouldImplementNode": True, "listTypeCanWrapOnlyEdgeType": False},
        ],
    }
    command = ["examples/node_modules/.bin/eslint", "--config", "examples/eslint.config.js", "--format", "json"]
    for rule, setting in rules.items():
        command += ["--rule", json.dumps({rule: setting})]
    process = subprocess.run(
        [*command, "schema/schema.graphql"], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    [file] = json.loads(process.stdout)
    lines = (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8").splitlines()
    found: dict[str, set[str]] = {}
    for message in file["messages"]:
        found.setdefault(message["ruleId"], set()).add(_owner(lines, message["line"]))
    assert found == {"@graphql-eslint/relay-arguments": NOT_BACKWARD, "@graphql-eslint/relay-edge-types": NO_NODES}


def _owner(lines: list[str], number: int) -> str:
    """The type or the field that a line of the schema begins."""
    name = re.search(r"^(?:type )?\s*(\w+)", lines[number - 1])
    return name[1] if name else lines[number - 1]


def test_the_packages_are_of_the_versions_that_the_manual_names_and_permissive() -> None:
    page = (ROOT / "docs/guide/clients.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| .*?`([@\w/.-]+)` \| ([\d.]+) \|", page, re.MULTILINE))
    lock = _packages(ROOT / "examples" / "package-lock.json") | _packages(ROOT / "tests/clients/package-lock.json")
    python = (ROOT / "uv.lock").read_text(encoding="utf-8")
    pinned = {name: package["version"] for name, package in lock.items()}
    pinned |= dict(re.findall(r'^name = "(gql)"\nversion = "([\d.]+)"$', python, re.MULTILINE))
    assert len(named) >= 8
    assert named == {name: pinned.get(name) for name in named}


def test_packages_of_the_examples_allow_any_use() -> None:
    packages = _packages(ROOT / "examples" / "package-lock.json")
    assert {
        name: licence for name, package in packages.items() if (licence := package["license"]) not in LICENCES
    } == {}


def _packages(lock: Path) -> dict[str, dict[str, Any]]:
    """The packages of a lock file, by their names."""
    entries = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {path.rpartition("node_modules/")[2]: package for path, package in entries.items() if path}
