"""What was published before can be asked for again: each answer as it was given then, byte for byte, or a reason."""

import json
from datetime import timedelta
from typing import Any, Final

import pytest

from loaders.model.collections import REVISIONS
from loaders.mongo.driver import Database
from loaders.publishing import history
from tests.support.api import Api
from tests.support.data.content import put
from tests.support.data.story import fail

SLUGS: Final = ("a", "b", "c", "d", "e", "nowhere")
WHOLE: Final = """{ id name { en text } pillars { id slug initiatives { id metricCount metrics(first: 1, where: {}) {
    id quantity { formatted value } latest { id citations { source { slug title { text } } } } indicator { slug } }
    awards { id } } } awards { id name { text } } sources: metricCount metrics { id indicator { name { text } } } }"""
NODES: Final = (
    *("District:a", "Pillar:a/governance", "Initiative:b/sensing", "Metric:d/terminals", "Award:a/prize"),
    *("Observation:a/terminals/main", "Metric:c/terminals", "Observation:nowhere/x/y"),
)
DATASET: Final = "revision loadedAt counts { districts metrics } changes { added removed slugs } files { name }"


async def told(api: Api, as_of: str = "") -> str:
    """All that can be asked of the past, as one text."""
    argument = f", asOf: {as_of}" if as_of else ""
    found: list[Any] = [await api.data(f'{{ district(slug: "{slug}"{argument}) {WHOLE} }}') for slug in SLUGS]
    ids = json.dumps(NODES)
    nodes = f"{{ nodes(ids: {ids}{argument}) {{ __typename id ... on Metric {{ name {{ en }} }} }} }}"
    found.append(await api.data(nodes))
    found.append(await api.data(f"{{ dataset{f'(asOf: {as_of})' if as_of else ''} {{ {DATASET} }} }}"))
    return json.dumps(found)


async def tell(
    database: Database, api: Api, monkeypatch: pytest.MonkeyPatch, *, keep_answers: bool = False
) -> dict[int, str]:
    """Publish revisions with gaps between; returns what each told when it was the newest, if that is wanted."""
    monkeypatch.setattr(history, "READER_GRACE", timedelta(0))
    answers: dict[int, str] = {}

    async def published(*slugs: str, mark: str, **options: Any) -> None:
        await put(database, list(slugs), mark, **options)
        if keep_answers:
            answers[(await api.store.published()).revision] = await told(api)

    await published("a", "b", "c", mark="one")
    await fail(database, ["a", "x"], "failed")
    await published("a", "d", mark="two")
    await published("a", "b", "d", mark="three", prune=True)
    await fail(database, ["b"], "failed")
    await fail(database, ["d"], "failed too")
    await published("a", mark="four")
    await published("b", "e", mark="five")
    await fail(database, ["a", "e"], "failed at last")
    return answers


async def test_every_revision_answers_as_it_did(
    database: Database, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = await tell(database, api, monkeypatch, keep_answers=True)
    assert len(set(answers.values())) == len(answers) == 5
    newest = max(answers)
    for number in range(1, newest + 1):
        # A number that was never published stands for the revision before it.
        expected = answers[max(one for one in answers if one <= number)]
        assert await told(api, f"{{ revision: {number} }}") == expected
    records = {number: await api.store.revision(number) for number in answers}
    times = {number: record["loaded_at"] for number, record in records.items() if record}
    # A load that stopped before it published may have left its record.
    [third] = await database.find(REVISIONS, {"_id": 3})
    early = times[1] + (times[3] - times[1]) / 4
    await database.insert_many(REVISIONS, [{**third, "_id": 2, "loaded_at": early}])
    for number, time in times.items():
        assert await told(api, f'{{ time: "{time.isoformat()}" }}') == answers[number]
        later = min((one for one in times.values() if one > time), default=time + timedelta(days=1))
        between = (time + (later - time) / 2).isoformat()
        assert await told(api, f'{{ time: "{between}" }}') == answers[number]


async def test_two_moments_and_now_stand_side_by_side(
    database: Database, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(database, api, monkeypatch)
    names = await api.data(
        """{ one: district(slug: "a", asOf: { revision: 1 }) { name { en } }
            now: district(slug: "a") { name { en } standing: metrics { standing { of } } }
            three: district(slug: "a", asOf: { revision: 4 }) { name { en } }
            gone: district(slug: "c") { slug } was: district(slug: "c", asOf: { revision: 3 }) { slug } }"""
    )
    assert [names[key] and names[key].get("name") for key in ("one", "three", "now")] == [
        {"en": "one"},
        {"en": "three"},
        {"en": "four"},
    ]
    assert names["now"]["standing"] == [{"standing": {"of": 4}}]
    assert (names["gone"], names["was"]) == (None, {"slug": "c"})


ELSEWHERE = {
    "metrics { standing { position } }": "standing",
    "metrics { indicator { districtCount } }": "districtCount",
    "metrics { indicator { ranking { totalCount } } }": "ranking",
    "metrics { growth { reason } }": "growth",
    "pillars { district { slug } }": "district",
    "pillars { initiatives { pillar { slug } } }": "pillar",
}
NEVER = {
    "{ revision: 9 }": '"asOf.revision" is 9, which is not published; the newest is 8',
    "{ revision: 0 }": 'nothing was published at "asOf.revision"; give a later one',
    '{ time: "2020-01-01T00:00:00Z" }': (
        'nothing was published at "asOf.time", or it is no longer kept; the oldest that is kept is revision 1'
    ),
}


async def test_what_is_in_other_documents_is_refused_by_its_field(
    database: Database, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(database, api, monkeypatch)
    for selection, field in ELSEWHERE.items():
        errors = (await api.run(f'{{ district(slug: "a", asOf: {{ revision: 1 }}) {{ {selection} }} }}')).errors
        assert errors
        for error in errors:
            assert error["path"][-1] == field
            assert error["message"] == (
                f'"{field}" is not in the document of the district, which is all that is kept of the past; ask for '
                "it as of now"
            )


async def test_a_moment_that_never_was_is_refused(
    database: Database, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(database, api, monkeypatch)
    for as_of, message in NEVER.items():
        for field in (
            f'district(slug: "a", asOf: {as_of})',
            f'nodes(ids: ["District:a"], asOf: {as_of})',
            f"dataset(asOf: {as_of})",
        ):
            [error] = (await api.run(f"{{ {field} {{ __typename }} }}")).errors
            assert (error["message"], error["extensions"]) == (message, {"code": "BAD_USER_INPUT"})


@pytest.mark.parametrize("as_of", ["{}", '{ revision: 1, time: "2026-01-01T00:00:00Z" }', "{ revision: null }"])
async def test_a_moment_is_a_revision_or_a_time(database: Database, api: Api, as_of: str) -> None:
    await put(database, ["a"], "one")
    [error] = (await api.run(f'{{ district(slug: "a", asOf: {as_of}) {{ slug }} }}')).errors
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_an_indicator_or_a_source_is_in_no_district(database: Database, api: Api) -> None:
    await put(database, ["a"], "one")
    [error] = (await api.run('{ nodes(ids: ["Indicator:terminals"], asOf: { revision: 1 }) { id } }')).errors
    assert error["message"] == ('"asOf" reads what is in the document of a district; Indicator:terminals is in none')


async def test_what_was_pruned_is_refused_with_the_oldest_that_is_kept(
    database: Database, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = await tell(database, api, monkeypatch, keep_answers=True)
    await database.update_one(REVISIONS, {"_id": "published"}, {"$set": {"kept": 4}})
    [error] = (await api.run('{ district(slug: "a", asOf: { revision: 3 }) { slug } }')).errors
    assert error["message"] == '"asOf" is revision 3; 4 is the oldest of which the districts are kept'
    assert await told(api, "{ revision: 4 }") == answers[4]
