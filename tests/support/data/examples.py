"""The programs of examples/ as tests find them: installed by `make clients`, and built once for all that run them."""

import fcntl
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

from tests.support import programs
from tests.support.servers import ROOT

FOLDER: Final = ROOT / "examples"
# Linting and building need it; Debian's own Node may be older, and then they are left out.
OLDEST: Final = 20
MISSING: Final = f"No Node {OLDEST} with the packages of examples/; install Node, then: make clients"
PROGRAMS: Final = ("apollo", "curl", "fetch", "live", "python", "relay", "urql")


def built_examples() -> Path:
    """The folder of the examples, built from what stands in it now.

    Without Node 20 the test is skipped; without the packages too, unless YUNSHAN_REQUIRE_NODE is set.
    """
    programs.node(OLDEST, otherwise=MISSING, required_by="")
    if not (FOLDER / "node_modules" / ".package-lock.json").is_file():
        programs.lack(MISSING, required_by="YUNSHAN_REQUIRE_NODE")
    with (FOLDER / "node_modules" / ".lock").open("w") as lock:
        # Tests of several processes want it; the first one builds.
        fcntl.flock(lock, fcntl.LOCK_EX)
        built, sources = FOLDER / "build" / ".built-from", _hash_of_sources()
        if not built.is_file() or built.read_text() != sources:
            shutil.rmtree(FOLDER / "build", ignore_errors=True)
            npm("run", "build")
            built.write_text(sources)
    return FOLDER


def npm(*arguments: str) -> str:
    """Run npm in the folder of the examples; returns what it printed, and fails with it."""
    process = subprocess.run(["npm", *arguments], cwd=FOLDER, capture_output=True, text=True, timeout=500)
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the files of a folder, as any server of files does; yields the origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(folder))) as files:
        thread = Thread(target=files.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{files.server_port}"
        files.shutdown()
        thread.join()


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _hash_of_sources() -> str:
    folders = (FOLDER, *(FOLDER / name for name in PROGRAMS))
    files = [path for folder in folders for path in folder.iterdir() if path.is_file()]
    digest = sha256()
    for path in (ROOT / "schema" / "schema.graphql", *sorted(files)):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
