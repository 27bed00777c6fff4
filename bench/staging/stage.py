"""Run one mongod for all measurements, with databases loaded by the loader's own commands."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.staging.pinning import pin_rest
from bench.staging.processes import ROOT, clean_environment, python
from loaders.local.shared_mongod import local_mongod

# As a database of its own machine would have; the loader's largest indexes fit.
CACHE_GB: Final = 6.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a run takes place: the address of its mongod, that one's process, and a folder for logs."""

    uri: str
    mongod: int
    folder: Path
    tell: Callable[[str], None]

    @property
    def answers(self) -> Path:
        """A folder for answers that were given."""
        folder = self.folder / "answers"
        folder.mkdir(exist_ok=True)
        return folder

    def settings(self, database: str) -> dict[str, str]:
        """The environment that leads a server or the loader to a database."""
        return {"MONGODB_URI": self.uri, "MONGODB_DATABASE": database}

    def generate(self, districts: int) -> Path:
        """Write synthetic districts to a file."""
        file = self.folder / f"{districts}.jsonl"
        if not file.exists():
            with file.open("wb") as output:
                command = python("seeds", "generate", "--districts", str(districts))
                subprocess.run(command, cwd=ROOT, env=clean_environment(), stdout=output, check=True)
        return file

    def load(self, database: str, districts: int) -> float:
        """Load synthetic districts into a database; returns how many seconds the loader took."""
        file = self.generate(districts)
        self.tell(f"loading {districts} districts")
        began = time.perf_counter()
        subprocess.run(
            python("seeds", "load", str(file)),
            cwd=ROOT,
            env={**clean_environment(), **self.settings(database)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        return time.perf_counter() - began


@contextmanager
def stage(tell: Callable[[str], None]) -> Iterator[Stage]:
    """Start a mongod of our own in a temporary folder, pinned beside the servers."""
    with TemporaryDirectory(prefix="yunshan-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with local_mongod(folder, "server", cache_gb=CACHE_GB) as uri:
            pid = int((folder / "mongo" / "mongod.lock").read_text())
            pin_rest(pid)
            yield Stage(uri, pid, folder, tell)
