"""What was published before can be asked for again: each answer as it was given then, byte for byte, or a reason."""

from datetime import timedelta

import pytest

from loaders.model.collections import REVISIONS
from tests.schema.graph.conftest import Past, kept_from, told
from tests.support.thoroughness import SHARE


async def test_every_revision_answers_as_it_did(past: Past) -> None:
    database, api, answers = past.database, past.api, past.answers
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
    for number, time in [*times.items()][:: 1 if SHARE >= 1 else 2]:
        assert await told(api, f'{{ time: "{time.isoformat()}" }}') == answers[number]
        later = min((one for one in times.values() if one > time), default=time + timedelta(days=1))
        between = (time + (later - time) / 2).isoformat()
        assert await told(api, f'{{ time: "{between}" }}') == answers[number]


async def test_two_moments_and_now_stand_side_by_side(past: Past) -> None:
    names = await past.api.data(
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


async def test_what_is_in_other_documents_is_refused_by_its_field(past: Past) -> None:
    for selection, field in ELSEWHERE.items():
        query = f'{{ district(slug: "a", asOf: {{ revision: 1 }}) {{ {selection} }} }}'
        errors = (await past.api.run(query)).errors
        assert errors
        for error in errors:
            assert error["path"][-1] == field
            assert error["message"] == (
                f'"{field}" is not in the document of the district, which is all that is kept of the past; ask for '
                "it as of now"
            )


async def test_a_moment_that_never_was_is_refused(past: Past) -> None:
    for as_of, message in NEVER.items():
        for field in (
            f'district(slug: "a", asOf: {as_of})',
            f'nodes(ids: ["District:a"], asOf: {as_of})',
            f"dataset(asOf: {as_of})",
        ):
            [error] = (await past.api.run(f"{{ {field} {{ __typename }} }}")).errors
            assert (error["message"], error["extensions"]) == (message, {"code": "BAD_USER_INPUT"})


@pytest.mark.parametrize("as_of", ["{}", '{ revision: 1, time: "2026-01-01T00:00:00Z" }', "{ revision: null }"])
async def test_a_moment_is_a_revision_or_a_time(past: Past, as_of: str) -> None:
    [error] = (await past.api.run(f'{{ district(slug: "a", asOf: {as_of}) {{ slug }} }}')).errors
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_an_indicator_or_a_source_is_in_no_district(past: Past) -> None:
    [error] = (await past.api.run('{ nodes(ids: ["Indicator:terminals"], asOf: { revision: 1 }) { id } }')).errors
    assert error["message"] == ('"asOf" reads what is in the document of a district; Indicator:terminals is in none')


async def test_what_was_pruned_is_refused_with_the_oldest_that_is_kept(past: Past) -> None:
    async with kept_from(past, 4):
        [error] = (await past.api.run('{ district(slug: "a", asOf: { revision: 3 }) { slug } }')).errors
        assert error["message"] == '"asOf" is revision 3; 4 is the oldest of which the districts are kept'
        assert await told(past.api, "{ revision: 4 }") == past.answers[4]
