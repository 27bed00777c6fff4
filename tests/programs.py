"""Programs that some tests need and a machine may lack: without one a test is skipped, and says what to install."""

import os
import shutil
import subprocess
from typing import NoReturn

import pytest


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
    """Skip the test. All skips for one reason come from here, so that pytest reports them in one line."""
    if os.environ.get(required_by):
        pytest.fail(otherwise)
    pytest.skip(otherwise)
