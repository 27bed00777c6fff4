"""Every published fact of the places that are shipped comes back through GraphQL as its source has it.

`tests.support.data.places` has the facts written out by hand; tests/schema/graph/test_baiyun.py has Baiyun's notice.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.support.data.places import (
    AWARDS,
    BAIYUN_2020,
    CHANGES,
    DIFFERING,
    FACTS,
    PLACES,
    RANKS,
    SOURCES,
)
from tests.support.servers import Server

_QUANTITY: Final = "{ value multiplier comparator unit { code } }"
_RANKS: Final = "ranks { kind position of scope among { zhHans } basis streak }"
_CITED: Final = "citations { locator source { slug } }"
OBSERVATIONS: Final = f"""
query ($after: String) {{
  observations(first: 100, after: $after) {{
    nodes {{
      slug district {{ slug }} metric {{ slug }} quantity {_QUANTITY} period {{ edtf }} status {_RANKS} {_CITED}
      changes {{ basis direction quantity {_QUANTITY} from {_QUANTITY} to {_QUANTITY} likeForLike }}
      otherReports {{ kind quantity {_QUANTITY} {_CITED} }}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""
AWARDED: Final = (
    f"{{ awards(first: 100) {{ nodes {{ slug kind district {{ slug }} period {{ edtf }} {_RANKS} {_CITED} }} }} }}"
)
NOTICE: Final = "gz-gov-baiyun-smart-city"


@pytest.fixture(scope="module")
def observations(shipped: Server) -> list[Any]:
    """All observations but those of Baiyun's notice."""
    found, after, goes_on = [], None, True
    while goes_on:
        page = shipped.data(OBSERVATIONS, {"after": after})["observations"]
        found += page["nodes"]
        after, goes_on = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return [one for one in found if cited(one) != NOTICE]


@pytest.fixture(scope="module")
def awards(shipped: Server) -> list[Any]:
    """All awards but those of Baiyun's notice."""
    return [one for one in shipped.data(AWARDED)["awards"]["nodes"] if cited(one) != NOTICE]


def cited(one: Any) -> Any:
    """The only source of a statement, which names a place in each."""
    assert all(citation["locator"] for citation in one["citations"])
    [slug] = {citation["source"]["slug"] for citation in one["citations"]}
    return slug


def full(quantity: Any) -> str:
    """A figure written out, with the decimals that its source prints."""
    if not quantity["multiplier"]:
        return str(quantity["value"])
    value = Decimal(quantity["value"]).scaleb(quantity["multiplier"])
    return format(value.quantize(Decimal(1)) if value == value.to_integral_value() else value, "f")


def lines_of(*tables: str) -> list[str]:
    return sorted(line for table in tables for line in table.strip().split("\n"))


def unless(usual: str, word: str) -> list[str]:
    return [word] * (word != usual)


def named(one: Any) -> str:
    return f"{one['district']['slug']} {one['metric']['slug']} {one['slug']}"


def test_a_figure_comes_back_with_its_unit_period_status_and_source(observations: list[Any]) -> None:
    found = []
    for one in observations:
        if quantity := one["quantity"]:
            words = [f"{one['district']['slug']} {one['metric']['slug']}:", one["slug"], full(quantity)]
            words += [*unless("EQ", quantity["comparator"]), quantity["unit"]["code"]]
            words += [str(one["period"] and one["period"]["edtf"]), *unless("NORMAL", one["status"]), cited(one)]
            found.append(" ".join(words))
    assert sorted(found) == lines_of(FACTS, BAIYUN_2020)


def words_of_change(change: Any) -> Iterator[str]:
    sign = {"UP": "+", "DOWN": "-"}[change["direction"]]
    yield f"{sign}{full(change['quantity'])} {change['quantity']['unit']['code']}"
    yield from unless("YEAR_ON_YEAR", change["basis"])
    ends = ((name, change[name]) for name in ("from", "to") if change[name])
    yield from (f"{name} {end['comparator']} {full(end)}" for name, end in ends)
    yield from ["like-for-like"] * change["likeForLike"]


def test_a_change_comes_back_with_its_sign_unit_and_basis(observations: list[Any]) -> None:
    found = [
        f"{named(one)}: {' '.join(words_of_change(change))}" for one in observations for change in one["changes"]
    ]
    assert sorted(found) == lines_of(CHANGES)


def words_of_rank(rank: Any) -> Iterator[str]:
    yield from (str(rank[name]) for name in ("kind", "position", "scope") if rank[name] is not None)
    yield from [f"of {rank['of']}"] * (rank["of"] is not None)
    yield from [f"among {rank['among']['zhHans']}"] if rank["among"] else []
    yield from (f"{word} {rank[name]}" for word, name in (("by", "basis"), ("streak", "streak")) if rank[name])


def test_a_rank_comes_back_with_its_peers(observations: list[Any], awards: list[Any]) -> None:
    ranked = [(named(one), one["ranks"]) for one in observations]
    ranked += [(f"{one['district']['slug']} {one['slug']}", one["ranks"]) for one in awards]
    found = [f"{thing}: {' '.join(words_of_rank(rank))}" for thing, ranks in ranked for rank in ranks]
    assert sorted(found) == lines_of(RANKS)


def test_an_award_comes_back_with_its_period_and_source(awards: list[Any]) -> None:
    found = []
    for one in awards:
        edtf = one["period"] and one["period"]["edtf"]
        found.append(f"{one['district']['slug']} {one['slug']}: {one['kind']} {edtf} {cited(one)}")
    assert sorted(found) == lines_of(AWARDS)


def test_what_other_sources_say_comes_back_beside_the_figure(observations: list[Any]) -> None:
    found = []
    for one in observations:
        for report in one["otherReports"]:
            assert report["kind"] == "DIFFERS"
            figure = f"{report['quantity']['comparator']} {full(report['quantity'])}"
            found.append(f"{named(one)}: {figure} {cited(report)}")
    assert sorted(found) == lines_of(DIFFERING)


def test_a_source_comes_back_with_its_address(shipped: Server) -> None:
    sources = shipped.data("{ sources(first: 100) { nodes { slug published url } } }")["sources"]["nodes"]
    found = [f"{one['slug']}: {one['published']} {one['url']}" for one in sources if one["slug"] != NOTICE]
    assert sorted(found) == lines_of(SOURCES)


def test_a_place_comes_back_with_its_kind_its_country_and_what_it_is_a_part_of(shipped: Server) -> None:
    districts = shipped.data("{ districts(first: 100) { nodes { slug kind country parent { slug } } } }")
    found = [
        " ".join(
            [f"{one['slug']}: {one['kind']} {one['country']}", *([one["parent"]["slug"]] if one["parent"] else [])]
        )
        for one in districts["districts"]["nodes"]
        if one["slug"] != "baiyun"
    ]
    assert sorted(found) == lines_of(PLACES)
