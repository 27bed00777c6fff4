"""Operations of hostile shapes are refused before they run, each with its code; others are answered after them."""

import pytest

from tests.support.attacks.attack import Attack, check
from tests.support.schema_operations import doubled
from tests.support.servers import Server

pytestmark = pytest.mark.usefixtures("brief_work")

PARSE = "GRAPHQL_PARSE_FAILED"
INVALID = "GRAPHQL_VALIDATION_FAILED"
TEXT = "TEXT_LIMIT_EXCEEDED"
TOKENS = "TOKEN_LIMIT_EXCEEDED"
OPERATIONS = "OPERATION_LIMIT_EXCEEDED"
VARIABLES = "VARIABLE_LIMIT_EXCEEDED"
DEPTH = "DEPTH_LIMIT_EXCEEDED"
ROOT_FIELDS = "ROOT_FIELD_LIMIT_EXCEEDED"
ALIASES = "ALIAS_LIMIT_EXCEEDED"
DIRECTIVES = "DIRECTIVE_LIMIT_EXCEEDED"
OVERLAPS = "OVERLAP_LIMIT_EXCEEDED"


def nested(levels: int) -> str:
    """Metrics in districts in metrics, so many fields deep."""
    steps = ["district", "metrics"] * levels
    return "{ metrics { nodes { " + " { ".join(steps[: levels - 3]) + " { id" + " }" * levels


def chain(levels: int, end: str) -> str:
    links = (
        f"fragment F{level} on District {{ metrics {{ district {{ ...F{level + 1} }} }} }}" for level in range(levels)
    )
    return '{ district(slug: "a") { ...F0 } } ' + " ".join(links) + f" fragment F{levels} on District {{ {end} }}"


def each(count: int, template: str, separator: str = " ") -> str:
    """A template so many times, numbered."""
    return separator.join(template.replace("#", str(number)) for number in range(count))


ATTACKS = [
    Attack("eleven levels", nested(11), DEPTH, "An operation is 11 fields deep; at most 10"),
    Attack("a hundred levels", nested(100), DEPTH, "An operation is 100 fields deep; at most 10"),
    Attack("three thousand levels", nested(3_000), TEXT, "characters; at most 15000"),
    Attack("three thousand braces", "{" * 3_000, TOKENS, "more than 1000 tokens"),
    Attack("more levels than a parser takes", "{a" * 300 + "}" * 300, PARSE, "nested too deeply"),
    Attack("levels hidden in fragments", chain(20, "id"), DEPTH, "An operation is 42 fields deep"),
    Attack(
        "levels in a fragment that looks like introspection",
        nested(11).replace("{", "{ ...__schema } fragment __schema on Query {", 1),
        DEPTH,
    ),
    Attack("levels in an operation that looks like introspection", f"query __schema {nested(11)}", DEPTH),
    Attack("levels under an alias that looks like introspection", nested(11).replace("{ ", "{ __schema: ", 1), DEPTH),
    Attack("deep lists in an argument", "{ nodes(ids: " + "[" * 199 + "]" * 199 + ") { id } }", INVALID),
    Attack("lists deeper than a parser takes", "{ nodes(ids: " + "[" * 400 + "]" * 400 + ") { id } }", PARSE),
    Attack("deep inline fragments", "{" + "... {" * 150 + "__typename" + "}" * 151, None, status=200),
    Attack("a long chain of fragments", "{ ...F0 } " + each(120, "fragment F# on Query { ...G# }"), INVALID),
    Attack(
        "18 levels of doubled fragments",
        f"{{ ...F0 }} {doubled(18, '__typename')}",
        ROOT_FIELDS,
        "has 262144 root fields; at most 10",
    ),
    Attack(
        "21 levels of doubled fragments",
        f"{{ ...F0 }} {doubled(21, '__typename')}",
        ROOT_FIELDS,
        "has 2097152 root fields",
    ),
    Attack(
        "40 levels of doubled fragments",
        f"{{ ...F0 }} {doubled(40, '__typename')}",
        ROOT_FIELDS,
        "has 1000000000 root fields",
    ),
    Attack(
        "40 levels that hold nothing",
        f"{{ ...F0 }} {doubled(40, '...F40')}",
        INVALID,
        "Cannot spread fragment 'F40' within itself",
    ),
    Attack(
        "doubled fragments of aliases below a field",
        '{ district(slug: "a") { ...F0 } } ' + doubled(40, "a: id", "District"),
        ALIASES,
        "has 1000000000 aliases",
    ),
    Attack(
        "doubled fragments of directives",
        '{ district(slug: "a") { ...F0 } } ' + doubled(40, "id @skip(if: true)", "District"),
        DIRECTIVES,
        "has 1000000000 directives",
    ),
    Attack(
        "a fragment that spreads itself",
        "{ ...A } fragment A on Query { ...A }",
        INVALID,
        "Cannot spread fragment 'A' within itself.",
    ),
    Attack(
        "a circle of fragments",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        INVALID,
        "Cannot spread fragment 'A' within itself via 'B'.",
    ),
    Attack(
        "a circle through fields",
        '{ district(slug: "a") { ...A } } fragment A on District { metrics { district { ...A } } }',
        INVALID,
        "Cannot spread fragment 'A' within itself.",
    ),
    Attack(
        "circles in circles", "{ ...F0 } " + each(60, "fragment F# on Query { ...F0 ...F1 ...F2 ...F# }"), INVALID
    ),
    Attack("an unknown fragment", "{ ...Nothing }", INVALID, "Unknown fragment 'Nothing'."),
    Attack(
        "an unknown fragment deep down",
        f"{{ ...F0 }} {doubled(40, '...Nothing')}",
        INVALID,
        "Unknown fragment 'Nothing'.",
    ),
    Attack(
        "sixteen aliases",
        "{ dataset { " + each(16, "a#: revision") + " } }",
        ALIASES,
        "An operation has 16 aliases; at most 15",
    ),
    Attack(
        "aliases of one costly field",
        '{ district(slug: "baiyun") { ' + each(180, "a#: metricCount") + " } }",
        ALIASES,
        "180 aliases",
    ),
    Attack(
        "aliases in a fragment spread often",
        "{ dataset { ...F ...F ...F ...F } } fragment F on Dataset { " + each(4, "a#: revision") + " }",
        ALIASES,
        "16 aliases",
    ),
    Attack(
        "aliases that look like introspection",
        "{ dataset { " + each(16, "__schema#: revision") + " } }",
        ALIASES,
        "16 aliases",
    ),
    Attack(
        "eleven root fields",
        "{ " + "dataset { revision } " * 11 + "}",
        ROOT_FIELDS,
        "An operation has 11 root fields; at most 10",
    ),
    Attack(
        "root fields in fragments",
        "{ ...F ...F } fragment F on Query { " + "__typename " * 6 + "}",
        ROOT_FIELDS,
        "12 root fields",
    ),
    Attack("900 times __typename", "{ " + "__typename " * 900 + "}", ROOT_FIELDS, "900 root fields"),
    Attack(
        "21 directives",
        "{ dataset { revision" + " @skip(if: false)" * 21 + " } }",
        DIRECTIVES,
        "An operation has 21 directives; at most 20",
    ),
    Attack("unknown directives", "{ dataset { revision" + each(300, " @d#") + " } }", DIRECTIVES, "300 directives"),
    Attack("directives on an operation", "query" + " @d" * 21 + " { __typename }", DIRECTIVES, "21 directives"),
    Attack(
        "directives on variables",
        "query (" + each(21, "$v#: Int @d") + ") { __typename }",
        DIRECTIVES,
        "21 directives",
    ),
    Attack(
        "eleven operations",
        each(11, "query Q# { __typename }"),
        OPERATIONS,
        "The document has 11 operations; at most 10",
    ),
    Attack(
        "ten operations of which none is named",
        each(10, "query Q# { __typename }"),
        "OPERATION_RESOLUTION_FAILURE",
        "",
        422,
    ),
    Attack(
        "51 variables",
        "query (" + each(51, "$v#: Int") + ") { __typename }",
        VARIABLES,
        "An operation has 51 variables; at most 50",
    ),
    Attack(
        "variables of another operation",
        "{ __typename } query B(" + each(60, "$v#: Int") + ") { __typename }",
        VARIABLES,
        "60 variables",
    ),
    Attack(
        "fields that overlap",
        "{ districts { nodes { " + "slug " * 900 + "} } }",
        OVERLAPS,
        "more than 20000 comparisons",
    ),
    Attack("objects that overlap", "{ districts { nodes { " + "name { en } " * 200 + "} } }", OVERLAPS),
    Attack(
        "fragments that overlap",
        '{ district(slug: "a") { '
        + each(40, "...F#")
        + " } } "
        + each(40, "fragment F# on District { name { en } city { en } province { en } strategy { en } }"),
        OVERLAPS,
    ),
    Attack(
        "one field more than tokens allow",
        "{ dataset { " + "revision " * 996 + "} }",
        TOKENS,
        "The document has more than 1000 tokens; at most 1000",
    ),
    Attack(
        "a long list of values",
        '{ metrics(where: { slug: { in: ["' + '", "'.join("a" * 1_200) + '"] } }) { totalCount } }',
        TOKENS,
    ),
    Attack(
        "a long text",
        '{ district(slug: "' + "a" * 15_000 + '") { slug } }',
        TEXT,
        "at most 15000 (send values as variables)",
    ),
    Attack("a long comment", "# " + "a" * 15_000 + "\n{ __typename }", TEXT),
    Attack("thousands of comments", "#\n" * 7_000 + "{ __typename }", None, status=200),
    Attack("thousands of commas", "{" + "," * 14_000 + "__typename }", None, status=200),
    Attack(
        "more errors than anyone reads",
        "{ dataset { " + each(400, "nothing#") + " } }",
        INVALID,
        "Cannot query field 'nothing0'",
    ),
    Attack(
        "more wrong variables than anyone reads", "query (" + each(40, "$v#: Int!") + ") { " + "__typename }", INVALID
    ),
    Attack("no document", "", PARSE),
    Attack("a schema for a query", "type Query { a: Int }", INVALID, "The 'Query' definition is not executable."),
    Attack("a subscription", "subscription { __typename }", INVALID),
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_operation_of_a_hostile_shape_is_refused(server: Server, attack: Attack) -> None:
    check(server, attack)


def test_no_attack_is_tried_twice() -> None:
    assert len({attack.query for attack in ATTACKS}) == len({attack.name for attack in ATTACKS}) == len(ATTACKS)
