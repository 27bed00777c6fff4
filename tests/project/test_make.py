"""Starting on a machine that lacks something: one sentence that says what to do, and a status that says it failed."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.servers import ROOT, free_port

WRONG_SETTINGS, CANNOT_START = 2, 3

# What the dynamic loader prints when mongod's library is missing.
NO_LIBCURL = (
    "mongod: error while loading shared libraries: libcurl.so.4: "
    "cannot open shared object file: No such file or directory"
)


def test_help_lists_the_commands_in_a_sentence_each() -> None:
    lines = run("make", "help").stdout.splitlines()
    commands = dict(re.split(r"\s{2,}", line, maxsplit=1) for line in lines)
    assert {"help", "serve", "test", "check"} <= set(commands)
    assert commands["test"] == "Run the tests that tell whether the product is right, in a few minutes"


def test_an_older_python_is_turned_away(tmp_path: Path) -> None:
    old = python_that_begins_with("import sys; sys.version_info = (3, 9, 18, 'final', 0)", tmp_path)
    assert sentences_of_make(tmp_path, old) == [
        "Python 3.11 or newer is needed: install it, or name one with make PYTHON=python3.12"
    ]


def test_a_machine_without_python_is_told_so(tmp_path: Path) -> None:
    assert sentences_of_make(tmp_path, tmp_path / "no-python") == [
        "Python 3.11 or newer is needed: install it, or name one with make PYTHON=python3.12"
    ]


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_turned_away(tmp_path: Path, module: str) -> None:
    bare = python_that_begins_with(f"import sys; sys.modules[{module!r}] = None", tmp_path)
    assert sentences_of_make(tmp_path, bare) == [
        "Python's venv module is needed: install it (on Debian: apt-get install python3-venv)"
    ]


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        status, sentence = start(PORT=str(port))
    assert status == CANNOT_START
    assert sentence == f"port {port} on 127.0.0.1 is in use; stop the process that uses it, or set PORT"


@pytest.mark.slow  # each starts a process; the next test has several in one
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "65536"),
        ("MONGODB_URI", "http://x"),
        ("MONGODB_MAX_POOL_SIZE", "0"),
        ("MONGODB_DATABASE", "two words"),
        ("LOG_LEVEL", "LOUD"),
        ("PROFILE", "ajar"),
        ("CORS_ORIGINS", "*, https://example.org"),
        ("CORS_ORIGINS", "https://*.example.org"),
        ("CORS_ORIGINS", "https://example.org, null"),
        ("CORS_HEADERS", "X-Client: a"),
        ("CORS_HEADERS", "X-Client,,X-Other"),
        ("TRUSTED_HOSTS", "https://example.org"),
        ("TRUSTED_PROXIES", "proxy.example.org"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    status, sentence = start(**{name: value})
    assert status == WRONG_SETTINGS
    assert sentence.startswith(f"{name}: ")


def test_every_wrong_setting_is_named_at_once() -> None:
    process = run(sys.executable, "-m", "api", environment={"PORT": "0", "SHUTDOWN_TIMEOUT_S": "0"})
    assert [line.partition(":")[0] for line in process.stderr.splitlines()] == ["PORT", "SHUTDOWN_TIMEOUT_S"]


@pytest.mark.slow
def test_a_missing_libcurl_is_named_with_the_package_that_has_it(tmp_path: Path) -> None:
    script(tmp_path / "mongod", f"echo '{NO_LIBCURL}' >&2\nexit 127")
    status, sentence = start(
        PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}", DATA_DIR=str(tmp_path / "data"), PORT=str(free_port())
    )
    assert status == CANNOT_START
    assert sentence == (
        "the local MongoDB needs libcurl: install it (on Debian: apt-get install libcurl4), or set MONGODB_URI"
    )


def test_the_printed_schema_is_the_committed_one() -> None:
    printed = run(sys.executable, "-m", "schema").stdout
    assert printed == (ROOT / "schema" / "schema.graphql").read_text()


def run(
    *command: str | Path, folder: Path = ROOT, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell would, not as a part of the make that runs the tests."""
    clean = {name: value for name, value in os.environ.items() if "MAKE" not in name and name != "MFLAGS"}
    return subprocess.run(
        command, cwd=folder, env={**clean, **(environment or {})}, capture_output=True, text=True, timeout=500
    )


def start(**environment: str) -> tuple[int, str]:
    """Start the server, which must end by itself with one sentence; returns its status and the sentence."""
    process = run(sys.executable, "-m", "api", environment=environment)
    [sentence] = process.stderr.splitlines()
    assert process.stdout == ""
    return process.returncode, sentence


def sentences_of_make(folder: Path, python: Path) -> list[str]:
    """What `make serve` says in a checkout without an environment, when it is given this Python."""
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, folder)
    process = run("make", "serve", f"PYTHON={python}", folder=folder)
    assert process.returncode != 0
    assert process.stdout == ""
    assert not (folder / ".venv").exists()
    return [line for line in process.stderr.splitlines() if not line.startswith("make:")]


def python_that_begins_with(statement: str, folder: Path) -> Path:
    """A Python whose `-c` programs begin with a statement that makes it lack something."""
    return script(folder / "python", f'exec {sys.executable} -c "{statement}; $2"')


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path
