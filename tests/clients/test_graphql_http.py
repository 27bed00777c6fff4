"""GraphQL over HTTP as its reference implementation audits it: 61 questions of others, put to the live server."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.servers import Server

AUDITS = 61

pytestmark = pytest.mark.slow


def test_every_audit_is_passed_without_a_notice_or_a_warning(server: Server, node: str) -> None:
    process = subprocess.run(
        [node, "audit.js", f"{server.url}/graphql"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert process.returncode == 0, process.stderr
    results = [json.loads(line) for line in process.stdout.splitlines()]
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == AUDITS
