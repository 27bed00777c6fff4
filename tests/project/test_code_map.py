"""The code map of CONTRIBUTING.md has every package, and a request enters the packages that it says."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.servers import ROOT, Server

PAGE: Final = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CODE: Final = ("api", "schema", "loaders", "seeds")


def section(heading: str) -> str:
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_the_code_map_has_each_folder_once_with_a_sentence() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    files = [Path(name) for name in listed.splitlines() if (ROOT / name).exists()]
    folders = {name.parts[0] for name in files if len(name.parts) > 1}
    packages = {str(name.parent) for name in files if name.name == "__init__.py" and name.parts[0] in CODE}
    rows = re.findall(r"^\| `([\w./]+)/` \| (.+?) \|", section("Code map"), re.MULTILINE)
    assert sorted(folder for folder, _ in rows) == sorted(folders | packages)
    assert [folder for folder, duty in rows if not duty.endswith(".")] == []


def test_the_files_that_contributing_names_are_there() -> None:
    steps = re.findall(r"^\d+\. `(\w+(?:/\w+)?)`: (.*)$", section("A request goes one way"), re.MULTILINE)
    named = [f"{package}/{file}" for package, text in steps for file in re.findall(r"`(\w+\.py)`", text)]
    named += re.findall(r"`((?:api|schema|loaders|seeds|tests|docs|bench)/[\w/-]+\.\w+)`", PAGE)
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.fixture(scope="module")
def entered(server: Server) -> dict[str, Any]:
    """What a district query and an invalid one enter, in a process of their own."""
    recorded = subprocess.run(
        [sys.executable, "-m", "bench.entered_files", "--json"],
        cwd=ROOT,
        env=dict(server.environment),
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(recorded.stdout)
    return found


@pytest.mark.slow
def test_a_district_query_enters_the_packages_of_the_page_in_their_order(entered: dict[str, Any]) -> None:
    assert entered["first"]["packages"] == steps()


@pytest.mark.slow
def test_an_invalid_query_enters_only_the_steps_that_the_page_says(entered: dict[str, Any]) -> None:
    [(last, end)] = re.findall(r"An invalid query enters steps 1 to (\d+) and (\d+) only", PAGE)
    assert {*entered["invalid"]["packages"]} == {*steps()[: int(last)], steps()[int(end) - 1]}


def steps() -> list[str]:
    return re.findall(r"^\d+\. `(\w+(?:/\w+)?)`: ", section("A request goes one way"), re.MULTILINE)
