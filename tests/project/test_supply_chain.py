"""What is installed is what was looked at: pinned by hash, under a licence that allows it, and mended."""

import json
import re
import subprocess
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
PERMISSIVE: Final = re.compile(r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL-2\.0)\b", re.IGNORECASE)
NPM_LOCKS: Final = [path for path in sorted(ROOT.glob("**/package-lock.json")) if "node_modules" not in path.parts]
_LOCK: Final[dict[str, Any]] = tomllib.loads((ROOT / "uv.lock").read_text())


def packages() -> list[dict[str, Any]]:
    return [package for package in _LOCK["package"] if package["name"] != "yunshan"]


def runtime(*more: str) -> set[str]:
    """What a server consists of: all that the project's own dependencies, and `more`, lead to on this machine."""
    listed = subprocess.run(
        [
            ROOT / ".venv/bin/uv",
            "export",
            "--frozen",
            "--no-dev",
            "--no-emit-project",
            "--no-hashes",
            "--no-header",
            *more,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = (line.partition(";") for line in listed.splitlines() if "==" in line)
    return {pin.partition("==")[0].strip() for pin, _, marker in lines if not marker.strip()}


def advisories() -> list[tuple[str, str]]:
    rows = re.findall(r"^\| ([a-z0-9-]+) \| ([0-9.]+) \| CVE-", (ROOT / "SECURITY.md").read_text(), re.MULTILINE)
    assert rows
    return rows


def test_every_file_of_every_package_is_pinned_by_its_hash() -> None:
    for package in packages():
        files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else ())]
        assert files, package["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]


@pytest.mark.parametrize(("name", "safe"), advisories())
def test_what_had_a_hole_is_mended(name: str, safe: str) -> None:
    [version] = {package["version"] for package in packages() if package["name"] == name}
    assert tuple(map(int, version.split("."))) >= tuple(map(int, safe.split(".")))


def test_forms_are_not_parsed_at_all() -> None:
    assert "python-multipart" not in {package["name"] for package in packages()}


def test_licences_allow_any_use() -> None:
    for name in runtime("--extra", "mcp"):
        told = distribution(name).metadata
        licences = [told["License-Expression"], told["License"], *told.get_all("Classifier", ())]
        assert PERMISSIVE.search(" ".join(filter(None, licences))), name


def test_the_bill_of_materials_lists_what_a_server_consists_of(tmp_path: Path) -> None:
    made = subprocess.run(
        ["make", "--silent", "--assume-old", ".venv/bin/uv", "sbom", f"SBOM={tmp_path / 'sbom.cdx.json'}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    bill = json.loads((tmp_path / "sbom.cdx.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert {component["name"] for component in bill["components"]} >= runtime()
    assert all(component["purl"].startswith("pkg:pypi/") for component in bill["components"])


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda path: path.parent.name)
def test_npm_packages_are_pinned_by_their_hash(lock: Path) -> None:
    entries = json.loads(lock.read_text())["packages"]
    assert len(entries) > 1
    for name, package in entries.items():
        assert not name or package.get("integrity", "").startswith("sha512-") or package.get("inBundle"), name
