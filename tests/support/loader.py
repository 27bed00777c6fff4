"""The loader's command, `python -m seeds`, run as a user does."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile

from tests.support.forking import ROOT, Forked
from tests.support.thoroughness import IS_THOROUGH


def run_loader(*arguments: str | Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command of the loader to its end; a quick run forks it."""
    command = ["seeds", *map(str, arguments)]
    environment = {**os.environ, **environment}
    with TemporaryFile() as output, TemporaryFile() as errors:
        if IS_THOROUGH:
            started = [sys.executable, "-m", *command]
            status = subprocess.run(started, cwd=ROOT, env=environment, stdout=output, stderr=errors).returncode
        else:
            status = Forked(command, environment, output=output, errors=errors).wait()
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read().decode())
    return subprocess.CompletedProcess(command, status, *texts)
