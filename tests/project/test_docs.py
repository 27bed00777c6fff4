"""What the documentation shows is what happens."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from api.http.errors import STATUS
from seeds.inputs import Inputs, check_inputs
from tests.support.loader import run_loader
from tests.support.servers import ROOT, Server

README = (ROOT / "README.md").read_text(encoding="utf-8")
LOAD = (ROOT / "docs/guide/load.md").read_text(encoding="utf-8")


def test_the_first_question_of_the_readme_has_the_answer_it_shows(server: Server) -> None:
    [(query, answer)] = re.findall(r"```graphql\n(.*?)```\s+```json\n(.*?)```", README, re.DOTALL)
    assert server.ask(query) == json.loads(answer)


@pytest.mark.parametrize("page", [README, LOAD], ids=["README.md", "load.md"])
def test_the_loaders_commands_of_a_page_run(server: Server, page: str) -> None:
    commands = re.findall(r"^ +\.venv/bin/python -m seeds (.*)$", page, re.MULTILINE)
    assert len(commands) >= 2
    for command in commands:
        done = run_loader(*command.split(), environment=server.environment)
        assert done.returncode == 0, done


def test_the_seed_file_of_the_guide_is_valid(tmp_path: Path) -> None:
    # The second example goes on where the first ends; the third is a file of its own.
    example, more, other = re.findall(r"```yaml\n(.*?)```", LOAD, re.DOTALL)
    file = tmp_path / "example.yaml"
    file.write_text(f"{example}{more}---\n{other}", encoding="utf-8")
    inputs = check_inputs([file])
    assert isinstance(inputs, Inputs), [str(problem) for problem in inputs]
    with inputs:
        assert list(inputs.hashes) == ["baiyun", "dubai"]


def test_the_page_on_errors_has_every_code_with_its_status() -> None:
    page = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d{3}) \| (.*?) \|", page, re.MULTILINE)
    assert {code: int(status) for status, codes in rows for code in re.findall(r"`(\w+)`", codes)} == dict(STATUS)


PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "examples/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_between_the_pages_lead_somewhere() -> None:
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            path, _, anchor = target.partition("#")
            file = page.parent / path if path else page
            if ":" not in path and not (file.exists() and (not anchor or anchor in anchors(file))):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def test_the_index_has_each_page_of_the_manual_once() -> None:
    folder = ROOT / "docs"
    linked = re.findall(r"^- \[.*?\]\((.*?\.md)\): .+\.$", (folder / "README.md").read_text(), re.MULTILINE)
    assert sorted(linked) == sorted(
        str(page.relative_to(folder)) for page in folder.rglob("*.md") if page.name != "README.md"
    )


def test_no_text_names_a_page_of_the_manual_that_is_not_there() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    missing = []
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).suffix in {".py", ".md", ".js", ".toml", ".yml", ".cfg", ".txt", ".example", ""}:
            named = re.findall(r"\bdocs/[\w/-]+\.md\b", (ROOT / name).read_text(encoding="utf-8"))
            missing += [f"{name}: {page}" for page in named if not (ROOT / page).exists()]
    assert missing == []
