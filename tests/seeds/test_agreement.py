"""Districts that share a source or an indicator describe it the same way, in one load and across loads; everything is
checked before publishing, so that a dry run refuses whatever a load refuses."""

import io
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from loaders.mongo.driver import Database
from loaders.store.store import Store
from seeds.commands import diff, load
from seeds.console import Console
from seeds.inputs import check_inputs
from tests.support.data.content import district, text

NOTICE = {"slug": "notice", "title": text("通知", "Notice"), "kind": "OTHER"}
CAMERAS = {"slug": "cameras", "name": text("摄像头", "Cameras"), "unit": "terminal"}


def written(slug: str, indicator: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A district whose metric measures an indicator, listed or its own."""
    given = district(slug, **fields)
    if indicator:
        metric = given["pillars"][0]["initiatives"][0]["metrics"][0]
        metric |= {"indicator": indicator["slug"], "quantity": {"value": 1, "unit": indicator["unit"]}}
        given["indicators"] = [indicator]
    return given


def measured(slug: str, unit: str) -> dict[str, Any]:
    given = district(slug)
    given["pillars"][0]["initiatives"][0]["metrics"][0]["quantity"]["unit"] = unit
    return given


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Callable[..., Awaitable[tuple[int, list[str]]]]:
    """Dry-run a load, and load: both must say the same; gives the status and what was told."""

    async def command(*districts: dict[str, Any], prune: bool = False) -> tuple[int, list[str]]:
        path = tmp_path / "given.json"
        path.write_text(json.dumps(districts, indent=0), encoding="utf-8")
        told: tuple[list[str], list[str]] = ([], [])
        dry = await diff(Console(io.StringIO(), told[0].append), database, [path], prune=prune)
        console = Console(io.StringIO(), told[1].append)
        status = await load(console, database, [path], prune=prune, if_empty=False)
        assert (dry, told[0]) == (status, told[1])
        return status, [line.replace(f"{path}:", "") for line in told[1]]

    return command


async def test_a_source_that_a_published_district_describes_otherwise_is_refused(
    run: Any, database: Database
) -> None:
    assert await run(written("a"), written("b")) == (0, [])
    other = {**NOTICE, "title": text("别的通知", "Notice"), "publisher": text("报社")}
    status, told = await run(written("a"), written("c", sources=[other]))
    assert status == 1
    assert [line.partition(" ")[2] for line in told] == [
        "[1].sources[0]: 'notice' is described differently at 2; describe it the same way, "
        "or give it a slug of its own",
        "problem; nothing was written",
    ]
    status, told = await run(written("c", sources=[other]))
    assert status == 1
    assert told[0].partition(" ")[2] == (
        "[0].sources[0].title.zhHans: district 'c' says '别的通知' of source 'notice', and the published district "
        "'b' says '通知'; write '通知', load both districts together, or give this source a slug of its own"
    )
    assert told[1].partition(" ")[2] == (
        "[0].sources[0].publisher: district 'c' says 'zhHans: 报社' of source 'notice', and the published district "
        "'b' says nothing; leave it out, load both districts together, or give this source a slug of its own"
    )
    assert told[2:] == ["2 problems; nothing was written"]
    assert (await Store(database).published()).revision == 1


async def test_the_day_of_a_source_is_the_same_however_it_is_written(run: Any, database: Database) -> None:
    day, other = {**NOTICE, "publishedOn": "2024-05-06"}, {**NOTICE, "published": "2024-05-06"}
    assert await run(written("a", sources=[day]), written("b", sources=[other])) == (0, [])
    assert await run(written("c", sources=[day])) == (0, [])
    status, told = await run(written("d", sources=[{**NOTICE, "publishedOn": "2024-05-07"}]))
    line, _, rest = told[0].partition(": ")
    assert (status, rest) == (
        1,
        "[0].sources[0].published: district 'd' says '2024-05-07' of source 'notice', and the published district 'c' "
        "says '2024-05-06'; write '2024-05-06', load both districts together, or give this source a slug of its own",
    )
    assert int(line) > 10


async def test_the_line_of_a_disagreement_is_told(run: Any) -> None:
    await run(written("a"))
    _, told = await run(written("b"), written("c", sources=[{**NOTICE, "kind": "NEWS"}]))
    assert told == [
        told[0],
        "1 problem; nothing was written",
    ]
    line, _, rest = told[0].partition(": ")
    assert rest.startswith("[1].sources[0]")
    assert int(line) > 40


async def test_a_district_may_change_its_source_where_no_other_district_has_it(run: Any) -> None:
    await run(written("a"))
    assert await run(written("a", sources=[{**NOTICE, "kind": "NEWS"}])) == (0, [])


async def test_all_districts_of_a_source_may_change_it_together(run: Any) -> None:
    await run(written("a"), written("b"))
    changed = [{**NOTICE, "kind": "NEWS"}]
    status, told = await run(written("a", sources=changed))
    assert (status, "'notice'" in told[0], "published district 'b'" in told[0]) == (1, True, True)
    assert await run(written("a", sources=changed), written("b", sources=changed)) == (0, [])


async def test_what_a_load_removes_need_not_agree_with_it(run: Any) -> None:
    await run(written("a"), written("b"))
    assert await run(written("a", sources=[{**NOTICE, "kind": "NEWS"}]), prune=True) == (0, [])


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"name": text("探头", "Cameras")}, "name.zhHans: district 'c' says '探头' of indicator 'cameras', and the "
         "published district 'a' says '摄像头'; write '摄像头'"),
        ({"definition": text("含私人安装")}, "definition: district 'c' says 'zhHans: 含私人安装' of indicator "
         "'cameras', and the published district 'a' says nothing; leave it out"),
    ],
)  # fmt: skip
async def test_an_indicator_that_a_published_district_describes_otherwise_is_refused(
    run: Any, changed: dict[str, Any], reason: str
) -> None:
    await run(written("a", CAMERAS), written("b", CAMERAS))
    assert await run(written("c", CAMERAS)) == (0, [])
    status, told = await run(written("c", {**CAMERAS, **changed}))
    assert (status, len(told)) == (1, 2)
    assert told[0].partition(" ")[2].startswith(f"[0].indicators[0].{reason}")


async def test_metrics_that_define_their_own_indicator_may_name_it_each_in_their_way(run: Any) -> None:
    listed = {"slug": "terminals", "name": text("终端总量"), "definition": text("全部终端"), "unit": "terminal"}
    assert await run(written("a")) == (0, [])
    assert await run(written("b", listed)) == (0, [])
    assert await run(written("c")) == (0, [])
    status, told = await run(written("d", {**listed, "definition": text("部分终端")}))
    assert (status, "published district 'b' says '全部终端'" in told[0]) == (1, True)


async def test_an_indicator_has_one_unit_in_one_load_and_across_loads(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "both.json"
    path.write_text(json.dumps([measured("a", "terminal"), measured("b", "percent")]), encoding="utf-8")
    problems = check_inputs([path])
    assert isinstance(problems, list)
    [problem] = problems
    assert str(problem) == (
        f"{path}:1: [1].pillars[0].initiatives[0].metrics[0].quantity.unit: indicator 'terminals' is measured in "
        f"'terminal' at {path}:1; one indicator has one unit, or several currencies: use it "
        "here, or give this metric an indicator of its own"
    )
    assert await run(measured("a", "terminal")) == (0, [])
    status, told = await run(measured("b", "percent"))
    assert status == 1
    assert told[0].partition(" ")[2] == (
        "[0].pillars[0].initiatives[0].metrics[0].quantity.unit: district 'b' measures indicator 'terminals' in "
        "'percent', and the published district 'a' in 'terminal'; one indicator has one unit, or several "
        "currencies: use 'terminal', load both districts together, or give this metric an indicator of its own"
    )
    assert await run(measured("a", "percent"), measured("b", "percent")) == (0, [])


@pytest.mark.slow
async def test_a_district_that_mongodb_can_not_store_is_refused_with_its_file(run: Any, database: Database) -> None:
    long = [
        {
            "slug": f"i-{number}",
            "name": text("感"),
            "summary": {"zhHans": "长" * 4000, "zhHant": "長" * 4000, "en": "x" * 4000},
        }
        for number in range(900)
    ]
    given = district("a")
    given["pillars"][0]["initiatives"] = long
    status, told = await run(given)
    assert (status, len(told)) == (1, 2)
    assert "a district may have at most 16 MiB when stored" in told[0]
    assert (await Store(database).published()).revision == 0
