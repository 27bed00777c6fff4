"""Behind a mongos, districts are loaded, verified and read, and subscribers are notified.

YUNSHAN_MONGOS names a mongos of the version of the run's mongod.
"""

import asyncio
import json
import os
from pathlib import Path

import httpx2
import pytest

from seeds.commands import BAIYUN
from tests.conftest import run_seeds
from tests.support import programs
from tests.support.data.content import district
from tests.support.servers import running_server, until_followed
from tests.support.sharded_cluster import sharded_cluster
from tests.support.subscriber import subscriber
from tests.support.waiting import PATIENCE_S

MONGOS = "YUNSHAN_MONGOS"
MISSING = (
    f"No mongos named; set {MONGOS} to the path of one, and YUNSHAN_MONGOD to its mongod, to test a sharded cluster"
)

pytestmark = pytest.mark.slow


async def test_a_sharded_cluster_is_loaded_read_and_followed(tmp_path: Path) -> None:
    mongos = os.environ.get(MONGOS)
    if not mongos:
        raise programs.Lacking(MISSING)
    file = tmp_path / "more.jsonl"
    file.write_text(json.dumps(district("more")) + "\n", encoding="utf-8")
    with sharded_cluster(tmp_path, mongos) as uri:
        environment = {"MONGODB_URI": uri, "MONGODB_DATABASE": "sharded"}
        loaded = run_seeds("load", str(BAIYUN), environment=environment)
        assert loaded == "published revision 1: 1 added, 0 changed, 0 removed, 0 unchanged\n"
        with running_server(environment) as server:
            until_followed(server)
            assert httpx2.get(f"{server.url}/readyz", timeout=PATIENCE_S).status_code == 200
            assert server.data('{ district(slug: "baiyun") { metricCount } metrics(first: 1) { totalCount } }') == {
                "district": {"metricCount": 33},
                "metrics": {"totalCount": 33},
            }
            async with subscriber(server) as own:
                subscription = "subscription { districtChanged(resumeAfter: 1) { slug kind } }"
                await (await own.begin()).ask("1", subscription)
                await asyncio.to_thread(run_seeds, "load", str(file), environment=environment)
                assert await own.next() == {"districtChanged": {"slug": "more", "kind": "ADDED"}}
        assert run_seeds("verify", environment=environment) == "everything agrees with the published districts\n"
