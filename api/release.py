"""The version of this release, as `pyproject.toml` says; the project is run from its folder and never installed."""

import tomllib
from pathlib import Path
from typing import Final

VERSION: Final[str] = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]["version"]
