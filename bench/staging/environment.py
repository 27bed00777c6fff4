"""Describe where a measurement was made: machine, versions, commit."""

import json
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

from pymongo import MongoClient

from bench.staging.pinning import is_pinned, processors
from bench.staging.processes import ROOT
from loaders.documents import Document

_PACKAGES: Final = frozenset(
    {"ariadne", "graphql-core", "httptools", "motor", "orjson", "pymongo", "starlette", "strawberry-graphql"}
    | {"uvicorn", "uvloop"}
)
_WRITTEN: Final = (":!docs/engineering/performance.*", ":!docs/engineering/growth.svg", ":!bench/results")


def environment(uri: str) -> dict[str, Any]:
    """Describe this machine and what runs on it."""
    with MongoClient[Document](uri) as client:
        mongodb = client.server_info()["version"]
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit(),
        "processor": _processor(),
        "processors": processors(),
        "pinned": is_pinned(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "node": _output("node", "--version").removeprefix("v"),
        "mongodb": mongodb,
        "packages": _python_packages() | _node_packages(),
    }


def commit() -> str:
    """The short id of the commit, marked where files differ from it, those apart that results are written to."""
    head = _output("git", "rev-parse", "--short=7", "HEAD") or "unknown"
    return f"{head}-dirty" if _output("git", "diff", "HEAD", "--name-only", "--", ".", *_WRITTEN) else head


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )


def _python_packages() -> dict[str, str]:
    found = {one.metadata["Name"].lower(): one.version for one in distributions()}
    return {name: version for name, version in sorted(found.items()) if name in _PACKAGES}


def _node_packages() -> dict[str, str]:
    peers: dict[str, str] = json.loads((ROOT / "bench" / "peers" / "package.json").read_text())["dependencies"]
    return peers


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
