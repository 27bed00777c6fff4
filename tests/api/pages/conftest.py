"""Servers that the tests of pages share: with all shipped districts, and with one whose texts are markup."""

import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from seeds.commands import SHIPPED
from tests.conftest import drop, run_seeds
from tests.support.data.content import district, text
from tests.support.servers import Server, running_server, until_followed

MARKUP = '</title><script>alert(1)</script><img src=x onerror="alert(2)">{{ 7 * 7 }}&amp;'


@contextmanager
def serving(mongodb_uri: str, paths: Sequence[Path]) -> Iterator[Server]:
    """A server with the districts of files, in a database of its own."""
    name = f"pages-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{uuid4().hex[:8]}"
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": name}
    run_seeds("load", *map(str, paths), environment=environment)
    with running_server(environment) as server:
        until_followed(server)
        yield server
    asyncio.run(drop(mongodb_uri, name))


@pytest.fixture(scope="session")
def shipped(mongodb_uri: str) -> Iterator[Server]:
    """A server with all shipped districts."""
    with serving(mongodb_uri, SHIPPED) as server:
        yield server


@pytest.fixture(scope="session")
def hostile(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two districts whose texts are markup, and whose source is at an address that is a script."""
    folder = tmp_path_factory.mktemp("hostile")
    for slug in ("first", "second"):
        (folder / f"{slug}.json").write_text(json.dumps(hostile_district(slug)), "utf-8")
    with serving(mongodb_uri, sorted(folder.iterdir())) as server:
        yield server


def hostile_district(slug: str) -> dict[str, object]:
    """A district with markup in every text that pages show."""
    marked = text(MARKUP, MARKUP)
    source = {"slug": "notice", "title": marked, "publisher": marked, "kind": "OTHER"}
    observations = [
        {
            "slug": str(year),
            "quantity": {"value": value, "unit": "terminal", "comparator": "GT"},
            "period": {"kind": "YEAR", "edtf": str(year), "label": marked},
            "note": marked,
            "printed": marked,
            "citations": [{"source": "notice", "locator": MARKUP}],
        }
        for year, value in ((2023, 140), (2024, 150))
    ]
    metric = {"slug": "terminals", "name": marked, "observations": observations}
    initiative = {"slug": "sensing", "name": marked, "metrics": [metric]}
    pillars = [{"slug": "foundations", "name": marked, "initiatives": [initiative]}]
    return district(slug, name=marked, sources=[source], pillars=pillars)
