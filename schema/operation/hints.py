"""Names that people try first, from other schemas and from everyday words, and what they are called here.

One table for each kind of place. A path is suggested only where it leads somewhere, from the very type that the
unknown name was used on; whole texts are for places where no path leads from it. Tests follow all of them in the
schema. Names are compared without case, underscores and a plural's s.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from schema.arguments.orders import ORDERED_TYPES

# The first of these selections that exists at the type of an unknown field.
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "items results data list records rows entries": "nodes observations",
        "total count length size": "totalCount counts",
        "metricCount": "counts.metrics",
        "kpis statistics measures measurements": "metrics",
        "indicators": "metrics.indicator",
        "projects programs programmes works actions": "initiatives",
        "honours honors prizes": "awards",
        "themes topics categories": "pillars",
        "places areas counties": "districts",
        "values": "quantity.value",
        "figures facts history series timeseries": "observations",
        "amount figure number": "quantity",
        "date time day when": "referenceDate period publishedOn",
        "year month quarter": "period published",
        "title label caption": "name title",
        "description summary about text details": "summary definition note strategy",
        "rank ranking place": "ranks position ranking",
        "top leaderboard": "ranking",
        "growth growthRate fastest": "growthRanking changes",
        "change yoy trend": "changes",
        "sources references": "citations.source metrics.citations.source",
        "url link": "citations.source.url",
        "organisation organization awardedBy givenBy": "issuer publisher",
        "holder owner winner": "heldBy",
        "children subdistricts": "parts",
        "version": "revision",
    }
)
# Of arguments: those that the field has, and inputs below them.
ARGUMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "limit take size count pageSize perPage top n": "first",
        "skip page offset start": "offset after",
        "after cursor": "after offset",
        "filter filters condition conditions": "where",
        "sort sortBy order orderings": "orderBy",
        "query q term keyword keywords search": "text where.name.contains",
        "title": "where.name.contains",
        "type types kind": "kinds where.kind",
        "language locale languages": "lang",
        "year period date": "during where.period.during",
        "direction": "best",
    }
)
# Of the inputs of filters: paths at the input.
INPUTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "date day": "referenceDate period.during",
        "title query text search q": "name.contains",
        "type": "kind",
        "value amount figure number": "quantity.normalized normalized",
        "equals is equal": "eq contains",
        "not neq notEqual": "ne",
        "oneOf any": "in some",
        "like ilike matches startsWith has includes": "contains some eq",
        "eq in": "contains normalized.eq during position.eq some",
        "contains": "eq",
        "gt greaterThan more above after": "gt normalized.gt start.gt position.gt",
        "gte min minimum atLeast since from": "gte normalized.gte start.gte position.gte",
        "lt lessThan less below before": "lt normalized.lt end.lt position.lt",
        "lte max maximum atMost until to": "lte normalized.lte end.lte position.lte",
        "all": "every",
    }
)
# What stands for something at a type, or for an argument of a field, where no path leads to it.
TEXTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "Query": {
            "ranking rankings rank top leaderboard best": "indicator(slug: …) { ranking { nodes { position } } }",
            "growth fastest": "indicator(slug: …) { growthRanking(from: …, to: …) { nodes { position } } }",
            "pillars": "districts { nodes { pillars { slug } } }",
            "city cities": "districts(where: { city: { contains: … } }) { nodes { slug } }",
            "place area": "district(slug: …) { name { text } }",
            "country countries": "districts(where: { country: { eq: … } }) { nodes { slug } }",
            "province provinces region": "districts(where: { province: { contains: … } }) { nodes { slug } }",
            "unit units": "indicators { nodes { units { code } } }",
            "revision version": "dataset { revision }",
            "languages": "dataset { languages }",
            "stats counts totals summary overview": "dataset { counts { metrics } }",
            "source": "node(id: …) { ... on Source { title { text } } }",
            "system systems": "initiatives { nodes { systems { slug } } }",
            "citations": "metrics { nodes { citations { locator } } }",
            "changes history": "updates(since: 1) { nodes { slug } }",
        },
        "Query.district": {
            "name title": "districts(where: { name: { contains: … } }) { nodes { slug } }",
            "city": "districts(where: { city: { contains: … } }) { nodes { slug } }",
            "id": "node(id: …) { id }",
        },
        "Query.indicator": {
            "name title": "indicators(where: { name: { contains: … } }) { nodes { slug } }",
            "id": "node(id: …) { id }",
        },
        "Query.metric": {"name title": "metrics(where: { name: { contains: … } }) { nodes { slug } }"},
        "Query.award": {"name title": "awards(where: { name: { contains: … } }) { nodes { slug } }"},
        "Query.initiative": {"name title": "initiatives(where: { name: { contains: … } }) { nodes { slug } }"},
        "Indicator": {
            "metrics": "metrics(where: { indicator: { eq: … } }) { nodes { slug } }",
            "observations values figures": "observations(where: { indicator: { eq: … } }) { nodes { slug } }",
        },
        "SearchResult": {
            "name title slug quantity value": "search(text: …) { nodes { node { ... on Metric { name { text } } } } }"
        },
    }
)
# The parts of an order, as other schemas write them.
ORDER_PARTS: Final = frozenset({"field", "key", "column", "by", "direction", "order", "dir"})
AN_ORDER: Final = "{ slug: { direction: DESC } }"
# At inputs: what an unknown field stands for, where it isn't the same at every input.
INPUT_TEXTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        # Filters name things by their slugs, and units by their codes.
        "StringFilter": {"slug code name title id": "eq"},
        **{key: {"value order sort amount text by": "direction"} for key in ("Ordering", "NameOrdering")},
        "PeriodFilter": {"year month date day": "during"},
    }
)
# What to write at an input in place of a plain value.
PLAIN_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "NameFilter": "{ contains: VALUE }",
        "QuantityFilter": "{ normalized: { eq: VALUE } }",
        "PeriodFilter": '{ during: "VALUE" }',
        "AnyRankFilter": "{ position: { eq: VALUE } }",
        "Ordering": "{ direction: VALUE }",
        "NameOrdering": "{ direction: VALUE }",
    }
)
# What to select of an object that was selected like a value; of other types their slug, or their first value.
USUAL_SELECTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("LocalizedText", "Strategy"), "text"),
        "Quantity": "formatted",
        "Period": "label { text }",
        "Unit": "code",
        "Growth": "quantity { formatted }",
        "Observation": "quantity { formatted }",
    }
)
# Names of pages, which lists inside an object don't have.
PAGE_FIELDS: Final = frozenset({"nodes", "edges", "pageInfo"})
NO_PAGES: Final = "Lists inside an object have no pages: select the fields of their items, such as 'slug'."


def normalized(name: str) -> str:
    """A name for comparison: without case, underscores and a plural's s."""
    return name.replace("_", "").lower().removesuffix("s")


def hints(table: Mapping[str, str], name: str) -> Iterator[str]:
    """What a table has for a name, best first."""
    for names, found in table.items():
        if normalized(name) in map(normalized, names.split()):
            yield from found.split()


def text_for(place: str, name: str) -> str | None:
    """What stands for an unknown field of a type, or argument of a field, where no path leads to it."""
    texts = (
        text for names, text in TEXTS.get(place, {}).items() if normalized(name) in map(normalized, names.split())
    )
    return next(texts, None)


def field_hint(type_: Any, name: str) -> str | None:
    """The selection that a name stands for at a type, if it has that; of a page, at its items too."""
    for path in hints(FIELDS, name):
        for steps in (path.split("."), ["nodes", *path.split(".")]):
            if fields := followed(type_, steps):
                return written_selection(steps, fields)
    return None


def argument_hint(name_of_field: str, field: GraphQLField, name: str) -> str | None:
    """The path that an argument's name stands for at a field, or in what is usually selected of it."""
    named: Any = get_named_type(field.type)
    usual = named.fields.get(usual_selection(named)) if hasattr(named, "fields") else None
    for path in (name, *hints(ARGUMENTS, name)):
        first, *rest = path.split(".")
        if first in field.args and leads_on(get_named_type(field.args[first].type), rest):
            return path
        if usual and path in usual.args:
            return f"{name_of_field} {{ {usual_selection(named)}({path}: …) }}"
    return None


def input_hint(type_: GraphQLInputObjectType, name: str) -> str | None:
    """The path that a field's name stands for at an input, if it has that. `slug_in` stands for `slug.in`."""
    if type_.name in ORDERED_TYPES and name in ORDER_PARTS:
        return AN_ORDER
    if text := next(hints(INPUT_TEXTS.get(type_.name, {}), name), None):
        return text
    head, _, operator = name.rpartition("_")
    if leads_on(type_, [head, operator]):
        return f"{head}.{operator}"
    return next((path for path in hints(INPUTS, name) if leads_on(type_, path.split("."))), None)


def leads_on(type_: Any, path: list[str]) -> bool:
    """Whether an input has a path."""
    for step in path:
        if not isinstance(type_, GraphQLInputObjectType) or step not in type_.fields:
            return False
        type_ = get_named_type(type_.fields[step].type)
    return True


def plain_value_hint(type_: GraphQLInputObjectType, value: str) -> str | None:
    """What to write in place of a plain value at an input; None where nothing is sure."""
    bare = value.strip("'\"")
    if type_.name in ORDERED_TYPES:
        key, _, direction = bare.rpartition("_") if bare.upper().endswith(("_ASC", "_DESC")) else (bare, "", "ASC")
        return f"{{ {key}: {{ direction: {direction.upper()} }} }}" if key in type_.fields else None
    template = PLAIN_VALUES.get(type_.name, "{ eq: VALUE }" if "eq" in type_.fields else "")
    if "direction" in template:
        return template.replace("VALUE", bare.upper()) if bare.upper() in {"ASC", "DESC"} else None
    written = f'"{bare}"' if value[0] in "'\"" or '"' in template else bare
    return template.replace('"VALUE"', written).replace("VALUE", written) or None


def usual_selection(type_: Any) -> str:
    """What to select of a type: mostly its slug; of a page, that of its items."""
    if "nodes" in type_.fields:
        return f"nodes {{ {usual_selection(get_named_type(type_.fields['nodes'].type))} }}"
    leaves = (name for name, one in type_.fields.items() if is_leaf_type(get_named_type(one.type)) and not one.args)
    usual = "slug" if "slug" in type_.fields else next(leaves, "...")
    return USUAL_SELECTIONS.get(type_.name, usual)


def followed(type_: GraphQLNamedType, path: Sequence[str]) -> list[GraphQLField]:
    """The fields of a path from a type; empty if it ends before."""
    found: list[GraphQLField] = []
    at: Any = type_
    for step in path:
        if step not in getattr(at, "fields", {}):
            return []
        found.append(at.fields[step])
        at = get_named_type(at.fields[step].type)
    return found


def written_selection(path: Sequence[str], fields: Sequence[GraphQLField]) -> str:
    """A path as a selection, with the arguments that its fields need, and what is usually selected of the last."""
    steps = []
    for step, field in zip(path, fields, strict=True):
        needed = ", ".join(f"{name}: …" for name, one in field.args.items() if is_required_argument(one))
        steps.append(f"{step}({needed})" if needed else step)
    named: Any = get_named_type(fields[-1].type)
    if hasattr(named, "fields"):
        steps.append(usual_selection(named))
    return " { ".join(steps) + " }" * (len(steps) - 1)
