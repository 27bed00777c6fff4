"""Operations that ask for too much are refused by what they would cost, and others are answered after them."""

import pytest
from graphql import get_introspection_query

from tests.support.attacks.attack import Attack, check
from tests.support.schema_operations import doubled
from tests.support.servers import Server

pytestmark = pytest.mark.usefixtures("brief_work")

COST = "COST_LIMIT_EXCEEDED"
INPUT = "BAD_USER_INPUT"
INVALID = "GRAPHQL_VALIDATION_FAILED"

SEARCH = 'search(text: "数据", first: 100) { totalCount nodes { node { id } highlights { text } } }'
WHOLE = "metrics(first: 100) { totalCount aggregate { figures { max } counts(by: YEAR) { key } } }"
COUNTS = "metrics(first: 100) { aggregate { counts(by: YEAR) { key } b: counts(by: UNIT) { key } figures { max } } }"
STANDINGS = "metrics(first: 100) { nodes { standing { position } } }"
RANKING = "ranking(first: 20) { nodes { metric { indicator { ranking(first: 20) { nodes { position } } } } } }"
PAGES = "districts(first: 100) { nodes { metrics(first: 100) { id } } }"
SIZES = "query ($n: Int, $m: Int) { districts(first: $n) { nodes { metrics(first: $m) { id } } } }"
SCHEMA = get_introspection_query(descriptions=False).partition("{")[2].partition("fragment")[0].rpartition("}")[0]
FRAGMENTS = "fragment" + get_introspection_query(descriptions=False).partition("fragment")[2]


def times(count: int, field: str) -> str:
    return " ".join(f"a{number}: {field}" for number in range(count))


ATTACKS = [
    Attack("pages in pages", f"{{ {PAGES} }}", COST, "The operation costs 10100 points; at most 5000"),
    Attack(
        "pages in pages in pages",
        "{ districts(first: 100) { nodes { initiatives(first: 100) { metrics(first: 100) { id } } } } }",
        COST,
        "costs 1010100 points",
    ),
    Attack(
        "pages from the end",
        "{ districts(last: 100) { nodes { metrics(first: 100) { id } } } }",
        COST,
        "costs 10100 points",
    ),
    Attack(
        "pages by edges",
        "{ districts(first: 100) { edges { node { metrics(first: 100) { id } } } } }",
        COST,
        "costs 10100 points",
    ),
    Attack("pages in variables", SIZES, COST, "costs 10100 points", variables={"n": 100, "m": 100}),
    Attack(
        "pages in defaults of variables",
        SIZES.replace("$n: Int", "$n: Int = 100").replace("$m: Int", "$m: Int = 100"),
        COST,
        "costs 10100 points",
    ),
    Attack(
        "pages in variables beyond any page",
        SIZES,
        COST,
        "costs 10100 points",
        variables={"n": 2**31 - 1, "m": 2**31 - 1},
    ),
    Attack(
        "lists without a size",
        "{ districts(first: 100) { nodes { metrics { citations { locator } } initiatives { id } } } }",
        COST,
        "costs 8200 points",
    ),
    Attack(
        "whole districts, a hundred",
        "{ districts(first: 100) { nodes { pillars { initiatives { metrics { id } } } } } }",
        COST,
        "costs 5300 points",
    ),
    Attack(
        "there and back again",
        "{ metrics(first: 100) { nodes { district { metrics { district { metrics { id } } } } } } }",
        COST,
    ),
    Attack(
        "a page of each thing's neighbours",
        "{ awards(first: 100) { nodes { district { awards(first: 100) { id } } } } }",
        COST,
        "costs 10200 points",
    ),
    Attack("rankings of rankings", f"{{ indicators(first: 20) {{ nodes {{ {RANKING} }} }} }}", COST),
    Attack("standings by the hundred, five times", f"{{ {times(5, STANDINGS)} }}", COST, "costs 5500 points"),
    Attack("counts of everything by everything", f"{{ {times(6, COUNTS)} }}", COST, "costs 5400 points"),
    Attack("totals of everything", f"{{ {times(10, WHOLE)} }}", COST, "costs 7000 points"),
    Attack("searches", f"{{ {times(10, SEARCH)} }}", COST, "costs 7000 points"),
    Attack(
        "nodes with all they hold",
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on District { metrics(first: 100) { id } } } }",
        COST,
        "costs 10100 points",
        variables={"ids": ["District:baiyun"] * 100},
    ),
    Attack(
        "a thousand ids",
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        INPUT,
        '"ids" has 1000; at most 100',
        294,
        {"ids": ["District:baiyun"] * 1_000},
    ),
    Attack(
        "the whole schema three times",
        f"{{ {times(3, SCHEMA)} }} {FRAGMENTS}",
        COST,
    ),
    Attack("the schema ten times", f"{{ {times(10, '__schema { types { name } }')} }}", COST, "costs 6700 points"),
    Attack(
        "types of fields of types",
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
        INVALID,
        "Maximum introspection depth exceeded",
    ),
    Attack("a cost in a fragment", f"{{ ...F }} fragment F on Query {{ {PAGES} }}", COST, "costs 10100 points"),
    Attack(
        "a cost doubled by fragments",
        '{ district(slug: "a") { ...F0 } } ' + doubled(40, "metrics(first: 1) { id }", "District"),
        COST,
        "costs 1000000000 points",
    ),
    Attack(
        "a cost in doubled fragments with variables",
        'query ($n: Int) { district(slug: "a") { ...F0 } } ' + doubled(40, "metrics(first: $n) { id }", "District"),
        COST,
        "costs 1000000000 points",
        variables={"n": 1},
    ),
    Attack("a query named like introspection", f"query __schema {{ {PAGES} }}", COST, "costs 10100 points"),
    Attack("an alias named like introspection", f"{{ __schema: {PAGES} }}", COST, "costs 10100 points"),
    Attack(
        "a fragment named like introspection",
        f"{{ ...__schema }} fragment __schema on Query {{ {PAGES} }}",
        COST,
        "costs 10100 points",
    ),
    Attack(
        "a cost that is skipped", f"{{ ... @skip(if: true) {{ {PAGES} }} __typename }}", COST, "costs 10100 points"
    ),
    Attack(
        "a cost that a variable includes",
        f"query ($yes: Boolean!) {{ ... @include(if: $yes) {{ {PAGES} }} __typename }}",
        COST,
        "costs 10100 points",
        variables={"yes": False},
    ),
    Attack(
        "a page of a billion",
        "{ metrics(first: 1000000000) { nodes { id } } }",
        INPUT,
        '"first" is 1000000000; 1 to 100',
        294,
    ),
    Attack(
        "a page of a billion in a variable",
        "query ($n: Int) { metrics(first: $n) { nodes { id } } }",
        INPUT,
        '"first" is 1000000000; 1 to 100',
        294,
        {"n": 1_000_000_000},
    ),
    Attack("a page of minus one", "{ metrics(first: -1) { nodes { id } } }", INPUT, '"first" is -1; 1 to 100', 294),
    Attack(
        "a page of five thousand digits",
        f"{{ metrics(first: {'9' * 5_000}) {{ totalCount }} }}",
        INVALID,
        "This number has too many digits to be read.",
    ),
    Attack("a page of nothing", "{ metrics(first: 0) { nodes { id } } }", INPUT, '"first" is 0; 1 to 100', 294),
    Attack(
        "a page beyond 32 bits",
        "{ metrics(first: 2147483648) { nodes { id } } }",
        INVALID,
        "non 32-bit signed integer",
    ),
    Attack(
        "a page beyond 32 bits in a variable",
        "query ($n: Int) { metrics(first: $n) { nodes { id } } }",
        INPUT,
        "non 32-bit signed integer",
        422,
        {"n": 2**31},
    ),
    Attack(
        "a page both ways",
        "{ metrics(first: 100, last: 100) { nodes { id } } }",
        INPUT,
        '"first" and "last" exclude each other',
        294,
    ),
    Attack(
        "a nested page of a billion",
        '{ district(slug: "baiyun") { metrics(first: 1000000000) { id } } }',
        INPUT,
        '"metrics.first" is 1000000000; 1 to 100',
        294,
    ),
    Attack(
        "a page of nested pages of minus one",
        '{ district(slug: "baiyun") { metrics(first: -100) { id } } }',
        INPUT,
        '"metrics.first" is -100; 1 to 100',
        294,
    ),
    Attack(
        "an offset of minus one",
        '{ district(slug: "baiyun") { metrics(offset: -1) { id } } }',
        INPUT,
        '"metrics.offset" is -1; 0 or more',
        294,
    ),
    Attack("a page of text", '{ metrics(first: "100") { nodes { id } } }', INVALID),
    Attack("a page without a size", "{ metrics { nodes { id } } }", None, status=200),
    Attack("a page of null", "{ metrics(first: null) { nodes { id } } }", None, status=200),
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_operation_that_asks_too_much_is_refused(server: Server, attack: Attack) -> None:
    check(server, attack)


def test_no_attack_is_tried_twice() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
