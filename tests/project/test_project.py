"""The repository itself: its packages are its own, its settings are documented, its files are small and portable."""

import ast
import importlib
import re
import subprocess
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import get_args

import pytest

from api.settings import Settings
from tests.support.servers import ROOT

PACKAGES = ("api", "schema", "loaders", "seeds", "bench")
MAX_LINES = 300
LONG_FUNCTION = 50
MAX_LONG_SHARE = 0.02

EXAMPLE = (ROOT / ".env.example").read_text()
# Settings whose default is to have none.
EMPTY = {"mongodb_uri", "cors_origins", "cors_headers", "trusted_proxies"}
EMPTY |= {"trusted_documents", "trusted_only", "export", "pages", "history_days"}
SETTING = re.compile(r"^# ([A-Z_]+)=(.*)$", re.MULTILINE)

# Folders of the people and machines that the project was made on.
MACHINE_PATH = re.compile(r"(?<![\w.~)}-])/(?:root|work|home|Users)/\w")
HOST = re.compile(r"https?://([a-zA-Z0-9.-]+)")
REGISTRY_HOST = re.compile(
    r"(?:^|[.-])(?:pypi|pythonhosted|npmjs|npmmirror|registry|mirrors?|artifactory|nexus|devpi)(?:[.-]|$)"
)
INDEX_OPTION = re.compile(r"(?:index-url|index_url|find-links|find_links|registry)[\"']?\s*[=:]\s*\S*/")
LOCK_HOSTS = {"pypi.org", "files.pythonhosted.org"}


@pytest.mark.parametrize("name", PACKAGES)
def test_the_packages_are_the_repositorys_own(name: str) -> None:
    assert importlib.import_module(name).__file__ == str(ROOT / name / "__init__.py")
    assert name not in packages_distributions(), "an installed distribution has the same name"


def test_the_example_of_settings_has_each_with_its_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name for name, _ in SETTING.findall(EXAMPLE)]
    assert names == list(dict.fromkeys(names)), "named twice"
    assert set(names) == {name.upper() for name in Settings.model_fields}

    for name in names:
        monkeypatch.delenv(name, raising=False)
    uncommented = tmp_path / ".env"
    uncommented.write_text(SETTING.sub(r"\1=\2", EXAMPLE))
    example, defaults = Settings(_env_file=uncommented), Settings(_env_file=None)
    assert example.model_fields_set == set(Settings.model_fields) - EMPTY
    assert example.model_copy(update={"data_dir": ROOT / example.data_dir}) == defaults


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_the_example_of_settings_tells_meaning_unit_and_range(name: str) -> None:
    [text] = [block for block in EXAMPLE.split("\n\n") if f"\n# {name.upper()}=" in block]
    field = Settings.model_fields[name]
    low, high = (
        next((getattr(each, key) for each in field.metadata if hasattr(each, key)), None) for key in ("ge", "le")
    )
    if low is not None:
        assert f"{low} to {high}" in text
    for ending, unit in (("_ms", "milliseconds"), ("_s", "seconds"), ("_bytes", "bytes")):
        assert not name.endswith(ending) or unit in text
    for choice in get_args(field.annotation):
        assert not isinstance(choice, str) or choice in text
    assert 1 <= len(re.findall(r"[.](?=\s)", text)) <= 2, "one or two sentences"


def test_the_example_begins_with_the_fifteen_settings_that_are_changed_first() -> None:
    first = EXAMPLE.split("\n# --- ")[1]
    assert len(SETTING.findall(first)) == 15


def test_the_page_on_settings_has_the_example_as_tables() -> None:
    blocks = [block.splitlines() for block in EXAMPLE.split("\n\n") if SETTING.search(block)]
    rows = []
    for *text, setting in blocks:
        name, _, default = setting.removeprefix("# ").partition("=")
        meaning = " ".join(line.removeprefix("# ") for line in text)
        rows.append(f"| `{name}` | `{default}` | {meaning} |" if default else f"| `{name}` | | {meaning} |")
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert [line for line in page.splitlines() if line.startswith("| `")] == rows


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    found = {name: MACHINE_PATH.search(text) for name, text in texts().items()}
    assert [f"{name}: {match[0]}" for name, match in found.items() if match] == []


def test_the_lock_file_names_the_public_registry_and_nothing_else_names_any() -> None:
    hosts = {name: set(HOST.findall(text)) for name, text in texts().items()}
    assert hosts.pop("uv.lock") == LOCK_HOSTS
    named = {name: {host for host in found if REGISTRY_HOST.search(host)} for name, found in hosts.items()}
    assert {name: found for name, found in named.items() if found} == {}
    options = {name: INDEX_OPTION.search(text) for name, text in texts().items() if name != "uv.lock"}
    assert [f"{name}: {match[0]}" for name, match in options.items() if match] == []


def test_every_module_says_its_duty() -> None:
    undocumented = [
        name
        for name, text in python_files().items()
        if name.startswith(PACKAGES) and not ast.get_docstring(ast.parse(text))
    ]
    assert undocumented == []


def test_files_are_short() -> None:
    lengths = {name: len(text.splitlines()) for name, text in python_files().items()}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{name}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for name, text in python_files().items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    long = [name for name, length in lengths.items() if length > LONG_FUNCTION]
    assert len(long) <= MAX_LONG_SHARE * len(lengths), long


def test_make_and_the_image_install_the_same_uv() -> None:
    [in_makefile] = re.findall(r"^UV_VERSION := ([\d.]+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    [in_image] = re.findall(r"\buv==([\d.]+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert in_makefile == in_image


@cache
def texts() -> dict[str, str]:
    """Every committed file that is text, by its path."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    found = {}
    for name in filter(None, listed.stdout.split("\0")):
        try:
            found[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return found


def python_files() -> dict[str, str]:
    return {name: text for name, text in texts().items() if name.endswith(".py") and not name.startswith("tests/")}
