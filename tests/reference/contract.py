"""Resolvers for every field of the SDL whose value isn't simply in its item, and the execution of operations."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, TypeAlias

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    build_schema,
    execute,
    get_operation_ast,
    parse,
    validate,
)
from graphql.type.directives import GraphQLDisableErrorPropagationDirective

from tests.reference.data import Dataset, Item, languages_of
from tests.reference.errors import BadInput
from tests.reference.figures import (
    best_of,
    check_groups,
    compared,
    compared_groups,
    groups,
    ranking,
    read_statuses,
    spread,
    standing,
)
from tests.reference.filters import check_where, chosen
from tests.reference.growth import growth, growth_ranking
from tests.reference.ids import check_id
from tests.reference.orders import check_order, ordered
from tests.reference.pages import check_page, listing_of, page_of
from tests.reference.past import ELSEWHERE, History, kept_apart
from tests.reference.periods import days_of
from tests.reference.ranked import is_certain, share, total
from tests.reference.search import check_search, found, highlights
from tests.reference.texts import served, worded
from tests.reference.units import is_unit
from tests.reference.values import count_of, list_of, listed_by
from tests.reference.wording import in_words
from tests.reference.written_abroad import figure, in_words_abroad, is_abroad
from tests.reference.written_figures import formatted

SDL: Final = Path(__file__).resolve().parents[2] / "schema" / "schema.graphql"
# What stands in the reference's answers for values that aren't compared.
A_TIME: Final = "a time"
A_SCORE: Final = -1.25e300
Resolver = Callable[..., Any]
# The code and the path of an error.
Failure: TypeAlias = tuple[str, tuple[str | int, ...]]


@dataclass(repr=False)
class Context:
    """The context that resolvers read."""

    dataset: Dataset
    accepted: Sequence[str] = ()
    history: History = field(default_factory=History)


@dataclass(repr=False)
class Answer:
    """The answer to a request: data, if there is any, and the codes and paths of errors.

    possible: every error that an executor may report, including those beside and below others.
    """

    data: Any
    errors: list[Failure]
    possible: frozenset[Failure] = frozenset()


def schema_of_sdl() -> GraphQLSchema:
    """The contract's schema with the reference's resolvers."""
    schema = build_schema(SDL.read_text(encoding="utf-8"))
    for type_name, resolvers in _RESOLVERS.items():
        type_: Any = schema.type_map[type_name]
        for name, resolver in resolvers.items():
            type_.fields[name].resolve = resolver
    for type_name, elsewhere in ELSEWHERE.items():
        type_ = schema.type_map[type_name]
        for name, is_there in elsewhere.items():
            type_.fields[name].resolve = kept_apart(type_.fields[name].resolve, name, is_there)
    scalars: Mapping[str, Any] = schema.type_map
    scalars["Decimal"].coerce_output_value = lambda value: format(value, "f")
    scalars["Date"].coerce_input_value = _day
    scalars["Revision"].coerce_input_value = _revision
    return schema


def answer(
    schema: GraphQLSchema,
    context: Context,
    query: str,
    variables: Mapping[str, Any] | None = None,
    operation_name: str | None = None,
    root_value: Any = None,
) -> Answer:
    """Execute a request by the contract."""
    document = prepared(schema, query)
    if isinstance(document, str):
        return Answer(None, [(document, ())])
    if get_operation_ast(document, operation_name) is None:
        return Answer(None, [("OPERATION_RESOLUTION_FAILURE", ())])
    return _executed(schema, context, document, variables, operation_name, root_value)


def selected(schema: GraphQLSchema, dataset: Dataset, item_id: str, selection: str) -> Any:
    """The data of a selection on an item; None if there is no item."""
    type_name = item_id.partition(":")[0]
    query = f"query ($id: ID!) {{ node(id: $id) {{ ... on {type_name} {selection} }} }}"
    answered: Answer = answer(schema, Context(dataset), query, {"id": item_id})
    assert not answered.errors, answered.errors
    return answered.data["node"]


@lru_cache(maxsize=500)
def prepared(schema: GraphQLSchema, query: str) -> DocumentNode | str:
    """The parsed document, or the code of its rejection."""
    try:
        document = parse(query)
    except GraphQLError:
        return "GRAPHQL_PARSE_FAILED"
    return "GRAPHQL_VALIDATION_FAILED" if validate(schema, document) else document


def _executed(
    schema: GraphQLSchema,
    context: Context,
    document: DocumentNode,
    variables: Mapping[str, Any] | None,
    operation_name: str | None,
    root_value: Any,
) -> Answer:
    given = dict(variables or {})
    result = execute(schema, document, root_value, context, given, operation_name)
    errors = list(_failures(result))
    possible = frozenset(errors)
    if errors:
        # Once more, with errors that make nothing but their own field null.
        document = _without_propagation(document)
        possible |= frozenset(_failures(execute(schema, document, root_value, context, given, operation_name)))
    return Answer(getattr(result, "data", None), errors, possible)


def _failures(result: Any) -> Iterator[Failure]:
    for error in result.errors or ():
        if error.original_error and not isinstance(error.original_error, GraphQLError):
            raise error.original_error
        yield str((error.extensions or {}).get("code", "BAD_USER_INPUT")), tuple(error.path or ())


def _without_propagation(document: DocumentNode) -> DocumentNode:
    name = NameNode(value=GraphQLDisableErrorPropagationDirective.name)
    directive = DirectiveNode(name=name, arguments=())
    definitions = [
        replace(one, directives=(*(one.directives or ()), directive))
        if isinstance(one, OperationDefinitionNode)
        else one
        for one in document.definitions
    ]
    return replace(document, definitions=tuple(definitions))


def _day(value: Any) -> str:
    try:
        if isinstance(value, str) and date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    raise GraphQLError("no day")


def _revision(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise GraphQLError("no revision")


def _item(type_name: str) -> Resolver:
    def resolve(_: Any, info: GraphQLResolveInfo[Any], slug: str, **arguments: Any) -> Any:
        return _as_of(info, arguments).nodes.get(f"{type_name}:{slug}")

    return resolve


def _one_of(type_name: str) -> Resolver:
    """One item by its id, or by the slugs that its id has; only pillars need the district beside the slug."""
    own = ("district", "metric", "slug") if type_name == "Observation" else ("district", "slug")

    def resolve(_: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        given = {name: one for name, one in arguments.items() if one is not None}
        if "id" in given:
            check_id(given["id"])
            if len(given) > 1 or not given["id"].startswith(f"{type_name}:"):
                raise BadInput("an id alone, of the type")
            return info.context.dataset.nodes.get(given["id"])
        if "slug" not in given or (type_name == "Pillar" and "district" not in given):
            raise BadInput("no slug")
        everything = info.context.dataset.items[f"{type_name.lower()}s"]
        items = [
            item for item in everything if all(_slug_of(item, name) == given[name] for name in own if name in given)
        ]
        if len(items) > 1:
            raise BadInput("several have the slug")
        return items[0] if items else None

    return resolve


def _slug_of(item: Item, name: str) -> str:
    slug: str = item["slug"] if name == "slug" else item[name]["slug"]
    return slug


def _as_of(info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any]) -> Dataset:
    """The dataset that a field reads."""
    moment = arguments.get("asOf")
    dataset: Dataset = info.context.dataset if moment is None else info.context.history.as_of(moment)
    return dataset


def _updates(_: Any, info: GraphQLResolveInfo[Any], since: int, **arguments: Any) -> Any:
    return info.context.history.updates(since, arguments.get("first"), arguments.get("after"))


def _node(_: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    return _found(info, arguments["id"])


def _nodes(_: Any, info: GraphQLResolveInfo[Any], ids: Sequence[str], **arguments: Any) -> Any:
    if len(ids) > 100:
        raise BadInput("too many ids")
    found_items: list[Any] = []
    moment = arguments.get("asOf")
    _as_of(info, arguments)
    for text in ids:
        try:
            found_items.append(_found(info, text) if moment is None else info.context.history.node(text, moment))
        except GraphQLError as error:
            found_items.append(error)
    return found_items


def _found(info: GraphQLResolveInfo[Any], text: str) -> Any:
    check_id(text)
    return info.context.dataset.nodes.get(text)


def _connection(listed: str) -> Resolver:
    def resolve(_: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Item:
        where, order_by, listing = arguments.get("where"), arguments.get("orderBy"), listing_of(listed, arguments)
        check_where(info.parent_type.fields[info.field_name], where)
        check_order(order_by)
        check_page(arguments, listing)
        everything = info.context.dataset.items[listed]
        items = sorted(chosen(where, everything), key=lambda item: str(item["id"]))
        page = page_of(ordered(items, order_by, where, everything), arguments, listing)
        return {**page, "aggregate": {"listed": listed, "items": items, "where": where}}

    return resolve


def _counts(aggregate: Item, _: GraphQLResolveInfo[Any], by: str, first: int) -> list[Item]:
    check_groups(aggregate["listed"], {"by": by, "first": first})
    return groups(aggregate["items"], by, first)


def _compared_groups(aggregate: Item, _: GraphQLResolveInfo[Any], by: str, first: int) -> list[Item]:
    check_groups(aggregate["listed"], {"by": by, "first": first})
    return compared_groups(aggregate["items"], aggregate["where"], by, first)


def _search(_: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Item:
    """The first page of a search; cursors are the server's own."""
    check_search(arguments)
    check_page({**arguments, "after": None}, "search")
    if arguments.get("after") is not None:
        raise BadInput("no cursor")
    searched = {name: items for name, items in info.context.dataset.items.items() if name != "observations"}
    items = [item for kind in searched.values() for item in kind]
    search_kind: Any = info.schema.type_map["SearchKind"]
    kinds = list(search_kind.values)
    results = [
        {**one, "score": A_SCORE, "text": arguments["text"]}
        for one in found(items, arguments["text"], arguments.get("kinds") or kinds, arguments["match"])
    ]
    page = page_of(results, {"first": arguments.get("first")}, "search")
    return {**page, "totalCount": min(len(results), 1_000), "isComplete": True}


def _ranking(indicator: Item, info: GraphQLResolveInfo[Any], **arguments: Any) -> Item:
    during, unit = arguments.get("during"), arguments.get("unit")
    statuses, kinds = read_statuses(arguments.get("statuses")), _kinds(arguments)
    which = (during and days_of(during), unit, arguments.get("asAt"), statuses, kinds)
    listing = listing_of(f"ranking:{indicator['slug']}:{which}", arguments)
    check_page(arguments, listing)
    if unit is not None and not is_unit(unit):
        raise BadInput("no unit")
    whole = ranking(indicator, arguments.get("best") or best_of(indicator), arguments, statuses, kinds)
    page = page_of(whole["items"], arguments, listing)
    return {**page, **{key: whole[key] for key in ("unit", "period", "asAt", "leftOut", "ranked")}}


def _kinds(arguments: Mapping[str, Any]) -> list[str] | None:
    kinds = arguments.get("kinds")
    if kinds == []:
        raise BadInput("at least one kind")
    return kinds and sorted({*kinds})


def _growth_ranking(indicator: Item, _: GraphQLResolveInfo[Any], **arguments: Any) -> Item:
    kinds = _kinds(arguments)
    listing = listing_of(f"growth:{indicator['slug']}:{kinds}", arguments)
    check_page(arguments, listing)
    whole = growth_ranking(indicator, arguments, kinds)
    return {**page_of(whole["items"], arguments, listing), **{key: whole[key] for key in ("unit", "leftOut")}}


def _left_out(connection: Item, _: GraphQLResolveInfo[Any], first: int) -> list[Item]:
    if not 1 <= first <= 100:
        raise BadInput("1 to 100 districts")
    found: list[Item] = connection["leftOut"]
    return found[:first]


def _list(item: Item, info: GraphQLResolveInfo[Any], **arguments: Any) -> list[Item]:
    where, everything = arguments.get("where"), list_of(item, info.field_name)
    check_list(info, arguments)
    items = ordered(chosen(where, everything), arguments.get("orderBy"), where, everything)
    offset, first = arguments["offset"], arguments.get("first")
    return items[offset:] if first is None else items[offset : offset + first]


def _parts(district: Item, _: GraphQLResolveInfo[Any], first: int, offset: int) -> list[Item]:
    if not 1 <= first <= 100 or offset < 0:
        raise BadInput("no such part of a list")
    found: list[Item] = district["parts"]
    return found[offset : offset + first]


def _count(item: Item, info: GraphQLResolveInfo[Any], where: Mapping[str, Any] | None = None) -> int:
    everything = list_of(item, listed_by(info.field_name))
    check_where(info.parent_type.fields[info.field_name], where)
    return len(chosen(where, everything))


def check_list(info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any]) -> None:
    """Check the arguments of a list inside a document. Raises BadInput."""
    check_where(info.parent_type.fields[info.field_name], arguments.get("where"))
    check_order(arguments.get("orderBy"))
    first = arguments.get("first")
    if (first is not None and not 1 <= first <= 100) or arguments["offset"] < 0:
        raise BadInput("no such part of a list")


def _text(text: Item, info: GraphQLResolveInfo[Any], lang: Sequence[str] | None = None) -> str:
    return served(text, lang, info.context.accepted)[1]


def _language(text: Item, info: GraphQLResolveInfo[Any], lang: Sequence[str] | None = None) -> str:
    return served(text, lang, info.context.accepted)[0]


def _formatted(quantity: Item, info: GraphQLResolveInfo[Any], style: str, lang: Sequence[str] | None = None) -> str:
    language = worded(lang, info.context.accepted)
    return (figure if is_abroad(language) else formatted)(quantity, language, style)


def _in_words(kind: str) -> Resolver:
    def resolve(item: Item, info: GraphQLResolveInfo[Any], lang: Sequence[str] | None = None) -> str:
        language = worded(lang, info.context.accepted)
        write = in_words_abroad if is_abroad(language) else in_words
        asked = takewhile(lambda wanted: wanted != "*", info.context.accepted if lang is None else lang)
        # Among a sentence's words, its own language comes before the text's.
        ranges = [*asked, language]
        return write(kind, item, language, lambda text: served(text, None, ranges)[1])

    return resolve


def _dataset(_: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Item:
    dataset = _as_of(info, arguments)
    kinds = ("districts", "pillars", "initiatives", "metrics", "observations", "awards")
    counts = {kind: len(dataset.items[kind]) for kind in kinds}
    return {
        "isPast": dataset.is_past,
        "revision": dataset.revision,
        "loadedAt": A_TIME,
        "counts": {**counts, "sources": len(dataset.sources)},
        "changes": dataset.changes,
        "files": dataset.files,
        "languages": languages_of(dataset.items["districts"]),
        "sources": dataset.sources,
        "units": [unit for _, unit in sorted({unit["code"]: unit for unit in dataset.units}.items())],
    }


_COUNTS: Final = dict.fromkeys(("initiativeCount", "metricCount", "awardCount"), _count)
_LEFT_OUT: Final[Mapping[str, Resolver]] = {
    "leftOut": _left_out,
    "leftOutCount": lambda connection, _: len(connection["leftOut"]),
}
_LISTS: Final = dict.fromkeys(("initiatives", "metrics", "awards"), _list)
_RESOLVERS: Final[Mapping[str, Mapping[str, Resolver]]] = {
    "Query": {
        "district": _item("District"),
        "indicator": _item("Indicator"),
        **{name.lower(): _one_of(name) for name in ("Pillar", "Initiative", "Metric", "Observation", "Award")},
        "districts": _connection("districts"),
        "initiatives": _connection("initiatives"),
        "metrics": _connection("metrics"),
        "observations": _connection("observations"),
        "awards": _connection("awards"),
        "indicators": _connection("indicators"),
        "sources": _connection("sources"),
        "search": _search,
        "node": _node,
        "nodes": _nodes,
        "dataset": _dataset,
        "updates": _updates,
    },
    "District": {
        **_LISTS,
        **_COUNTS,
        "pillarCount": lambda item, _: len(item["pillars"]),
        "parts": _parts,
        "totalAwardCount": _count,
        "observationCount": _count,
    },
    "Pillar": {**_LISTS, **_COUNTS},
    "Initiative": {
        **{name: _LISTS[name] for name in ("metrics", "awards")},
        **{name: _COUNTS[name] for name in ("metricCount", "awardCount")},
    },
    "Metric": {
        "standing": lambda metric, _, best=None: standing(metric, best or best_of(metric["indicator"])),
        "headline": _in_words("Metric"),
        "growth": lambda metric, _, **arguments: growth(metric, arguments.get("from"), arguments.get("to")),
        "observations": _list,
        "observationCount": _count,
    },
    "Indicator": {
        "ranking": _ranking,
        "growthRanking": _growth_ranking,
        "metricCount": lambda item, _: len(item["metrics"]),
        "districtCount": lambda item, _: count_of(item, "districtCount"),
    },
    "RankingConnection": {
        **_LEFT_OUT,
        "sum": lambda connection, _: total(connection["ranked"]),
        "figures": lambda connection, _: spread(connection["ranked"]),
    },
    "RankedMetric": {
        "certain": lambda item, _: is_certain(item["observation"], item["ranked"]),
        "share": lambda item, _: share(item["observation"], item["ranked"]),
    },
    "GrowthConnection": _LEFT_OUT,
    "SearchResult": {
        "highlights": lambda result, _: highlights(result["node"], result["text"]),
    },
    "Aggregate": {"counts": _counts},
    "MetricAggregate": {
        "counts": _counts,
        "figures": lambda aggregate, _: spread(compared(aggregate["items"], aggregate["where"])),
        "sum": lambda aggregate, _: total(compared(aggregate["items"], aggregate["where"])),
        "groups": _compared_groups,
    },
    "LocalizedText": {"text": _text, "language": _language},
    "Strategy": {"text": _text, "language": _language},
    "Quantity": {"formatted": _formatted},
    **{kind: {"formatted": _in_words(kind)} for kind in ("Period", "Change", "Rank")},
}
