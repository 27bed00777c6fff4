"""The dashboard, the alerts and the page about metrics name what a server tells, and all of it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from api.observability.metrics import OUTCOMES
from tests.support.servers import ROOT, Server
from tests.support.waiting import PATIENCE_S

NAME = re.compile(r"\byunshan_\w+")
# What Prometheus makes of a metric of each type.
SUFFIXES = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_count", "_sum"]}
PAGE = (ROOT / "docs/reference/metrics.md").read_text(encoding="utf-8")
ALERTS = yaml.safe_load((ROOT / "ops/prometheus-alerts.yml").read_text(encoding="utf-8"))
DASHBOARD = json.loads((ROOT / "ops/grafana-dashboard.json").read_text(encoding="utf-8"))


@pytest.fixture
def types(server: Server) -> dict[str, str]:
    """Each metric's type, as a server that runs tells it."""
    families = text_string_to_metric_families(httpx2.get(f"{server.url}/metrics", timeout=PATIENCE_S).text)
    return {family.name: family.type for family in families}


def series(types: dict[str, str]) -> set[str]:
    return {name + suffix for name, type_ in types.items() for suffix in SUFFIXES[type_]}


def expressions(value: Any) -> Iterator[str]:
    """Every query of a dashboard or of alert rules."""
    if isinstance(value, dict):
        yield from (text for key, text in value.items() if key in {"expr", "query"} and isinstance(text, str))
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from expressions(each)


@pytest.mark.parametrize("file", [ALERTS, DASHBOARD], ids=["alerts", "dashboard"])
def test_only_what_a_server_tells_is_asked_for(types: dict[str, str], file: Any) -> None:
    named = {name for expression in expressions(file) for name in NAME.findall(expression)}
    assert len(named) > 5
    assert named - series(types) == set()


def test_the_dashboard_shows_everything(types: dict[str, str]) -> None:
    text = json.dumps(DASHBOARD)
    assert [name for name in types if name not in text] == []


def test_the_page_has_each_metric_with_its_type_and_no_other(types: dict[str, str]) -> None:
    rows = dict(re.findall(r"^\| `(yunshan_\w+)` \| (\w+) \| \w", PAGE, re.MULTILINE))
    assert rows == {name + "_total" * (type_ == "counter"): type_ for name, type_ in types.items()}
    assert set(NAME.findall(PAGE)) <= set(rows) | series(types)


def test_an_alert_says_what_is_the_matter_and_what_to_look_at() -> None:
    rules = [rule for group in ALERTS["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules) > 5
    for rule in rules:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"].keys() == {"summary", "description"}


def test_brackets_of_every_expression_are_closed() -> None:
    for expression in (*expressions(ALERTS), *expressions(DASHBOARD)):
        plain = re.sub(r'"[^"]*"', "", expression)
        for opening, closing in ("()", "{}", "[]"):
            assert plain.count(opening) == plain.count(closing), expression


def test_the_codes_that_alerts_ask_for_are_ours() -> None:
    named = {code for expression in expressions(ALERTS) for code in re.findall(r"[A-Z]{2,}_[A-Z_]+", expression)}
    assert named
    assert named <= OUTCOMES
