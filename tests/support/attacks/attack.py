"""An attack, and a check that the server still answers others after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.support.servers import Server
from tests.support.waiting import PATIENCE_S

RESPONSE = "application/graphql-response+json"
MOST_ERRORS = 5


@dataclass(frozen=True)
class Attack:
    """What is sent, and the expected status and code; None for an ordinary answer.

    says: what the first error says.
    """

    name: str
    query: str
    code: str | None
    says: str = ""
    status: int = 400
    variables: Mapping[str, Any] = field(default_factory=dict)


def check(server: Server, attack: Attack) -> None:
    """Attack a server: the answer is as expected, and the server goes on answering others."""
    body = {"query": attack.query, "variables": dict(attack.variables)}
    response = httpx2.post(f"{server.url}/graphql", json=body, headers={"Accept": RESPONSE}, timeout=PATIENCE_S)
    assert response.status_code == attack.status, response.text
    errors = response.json().get("errors", [])
    assert len(errors) <= MOST_ERRORS
    assert {error["extensions"]["code"] for error in errors} == ({attack.code} if attack.code else set())
    assert attack.says in "".join(error["message"] for error in errors[:1])
    assert server.data('{ district(slug: "baiyun") { slug } }') == {"district": {"slug": "baiyun"}}
