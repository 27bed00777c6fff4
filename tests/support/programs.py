"""Programs that some tests need: without them a test is skipped, with a message that says what to install."""

import os
import shutil
import subprocess
from collections.abc import Generator
from typing import NoReturn

import pytest


class Lacking(pytest.skip.Exception):  # type: ignore[name-defined, misc]  # pytest declares no type of it
    """The machine lacks a program."""


def program(*names: str, otherwise: str, required_by: str) -> str:
    """The path of the first installed program of some.

    otherwise: what to install. required_by: an environment variable; where it is set, the test fails instead.
    """
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        lack(otherwise, required_by=required_by)
    return path


def node(oldest: int, *, otherwise: str, required_by: str) -> str:
    """The path of Node, if it is new enough."""
    path = program("node", otherwise=otherwise, required_by=required_by)
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.removeprefix("v").partition(".")[0]) < oldest:
        lack(otherwise, required_by=required_by)
    return path


def lack(otherwise: str, *, required_by: str) -> NoReturn:
    """Skip the test, or fail it where a variable of the environment requires the program."""
    if os.environ.get(required_by):
        pytest.fail(otherwise)
    raise Lacking(otherwise)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Report all tests that lack a program from one place: pytest's summary has one line a place and reason."""
    report = yield
    if call.excinfo and isinstance(call.excinfo.value, Lacking):
        report.longrepr = (__file__, 1, f"Skipped: {call.excinfo.value.msg}")
    return report
