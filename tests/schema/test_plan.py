"""A plan brings what a selection needs, and its cost follows the text and not what fragments expand to."""

from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode, parse

from schema.plan import DistrictPlan, Selection, plan_districts, selection_of


def selection(text: str) -> Selection:
    definitions = parse(text).definitions
    fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
    [operation] = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
    nodes = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
    return selection_of(nodes, fragments)


def test_aliases_fragments_and_repeated_fields_are_merged() -> None:
    found = selection(
        """
        { district { a: name { en } ...F ... on District { name { zhHans } } b: city { en } } }
        fragment F on District { awards { ...G } }
        fragment G on Award { slug }
        """
    )
    assert found == {"name": {"en": {}, "zhHans": {}}, "awards": {"slug": {}}, "city": {"en": {}}}


def test_a_narrow_selection_brings_its_keys_only() -> None:
    assert plan_districts(selection("{ district { __typename name { en } metricCount } }")) == DistrictPlan(
        keys=frozenset({"id", "slug", "name", "metric_count"}), sources=False, indicators=False
    )


def test_a_nested_selection_brings_whole_documents() -> None:
    plan = plan_districts(selection("{ district { pillars { initiatives { metrics { indicator { slug } } } } } }"))
    assert plan == DistrictPlan(keys=None, sources=False, indicators=True)


def test_citations_bring_the_sources_they_name() -> None:
    plan = plan_districts(selection("{ district { awards { citations { source { slug } } } } }"))
    assert plan == DistrictPlan(frozenset({"id", "slug", "awards", "sources"}), sources=True, indicators=False)


def test_several_selections_share_one_plan() -> None:
    nodes, edges = selection("{ district { name { en } } }"), selection("{ district { city { en } } }")
    assert plan_districts(nodes, edges).keys == frozenset({"id", "slug", "name", "city"})


def test_forty_levels_of_doubled_fragments_are_walked_in_a_moment() -> None:
    levels = 40
    text = "{ district { ...F0 } } " + " ".join(
        f"fragment F{level} on District {{ ...F{level + 1} ...F{level + 1} }}" for level in range(levels)
    )
    assert selection(f"{text} fragment F{levels} on District {{ slug }}") == {"slug": {}}
