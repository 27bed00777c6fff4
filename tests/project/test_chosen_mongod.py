"""YUNSHAN_MONGOD names the mongod of a whole test run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from loaders.local.mongod import find_mongod
from tests.conftest import MONGOD, URI
from tests.support.servers import ROOT

ONE_TEST = "tests/loaders/local/test_local_mongod.py::test_data_and_address_are_kept_between_runs"


def run_with(mongod: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, MONGOD: str(mongod)}
    # A run of its own, which starts a mongod of its own.
    del environment[URI]
    for name in [name for name in environment if name.startswith(("PYTEST_", "COV_"))]:
        del environment[name]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", ONE_TEST]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.slow
def test_the_runs_own_mongod_and_those_that_tests_start_are_the_one_that_is_named(tmp_path: Path) -> None:
    wrapper, started = tmp_path / "my-mongod", tmp_path / "started"
    wrapper.write_text(f'#!/bin/sh\necho "$*" >> {started}\nexec {find_mongod()} "$@"\n')
    wrapper.chmod(0o755)
    done = run_with(wrapper)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nMongoDB " in done.stdout
    # The run's own, and two of the test.
    assert len(started.read_text().splitlines()) == 3


@pytest.mark.slow
def test_a_path_without_a_program_ends_the_run_at_once(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    done = run_with(nothing)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"YUNSHAN_MONGOD is {nothing}, where no program is; name a mongod by its path" in done.stderr
