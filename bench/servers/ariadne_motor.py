"""Ariadne as a good user runs it: dictionaries from motor, default resolvers, parsed and validated documents kept."""

from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

from ariadne import ObjectType, QueryType, ScalarType, load_schema_from_path, make_executable_schema
from ariadne.asgi import GraphQL
from graphql import DocumentNode, parse, validate
from starlette.requests import Request
from strawberry.dataloader import DataLoader

from bench.servers.reading import district_loader, read_district, read_districts, read_metrics
from bench.servers.serving import Mongo, serve_graphql

SDL: Final = Path(__file__).parents[1] / "peers" / "schema.graphql"


def main() -> None:
    """Serve."""
    serve_graphql(_app)


def _app(database: Mongo) -> GraphQL:
    parsed = lru_cache(parse)
    schema = make_executable_schema(load_schema_from_path(SDL), *_resolvers(), convert_names_case=True)
    validated: dict[str, Any] = {}

    def parse_kept(_: Any, data: dict[str, Any]) -> DocumentNode:
        return parsed(data["query"])

    def keep(schema: Any, document: DocumentNode, *rest: Any, **options: Any) -> Any:
        key = document.loc.source.body if document.loc else ""
        if key not in validated:
            validated[key] = validate(schema, document, *rest, **options)
        return validated[key]

    # Its signature is wider than Ariadne's type for it.
    validate_kept: Any = keep

    def context(request: Request, _: Any = None) -> dict[str, Any]:
        districts: DataLoader[str, Any] = district_loader(database)
        return {"request": request, "database": database, "indicators": {}, "districts": districts}

    return GraphQL(schema, context_value=context, query_parser=parse_kept, query_validator=validate_kept)


def _resolvers() -> list[Any]:
    query, text, metric, citation, quantity = (
        QueryType(),
        ObjectType("LocalizedText"),
        ObjectType("Metric"),
        ObjectType("Citation"),
        ObjectType("Quantity"),
    )
    query.set_field("district", _district)
    query.set_field("districts", _districts)
    query.set_field("metrics", _metrics)
    metric.set_field("indicator", lambda found, info: info.context["indicators"][found["indicator"]])
    metric.set_field("district", lambda found, info: info.context["districts"].load(found["district"]))
    citation.set_field("source", lambda found, _: {"slug": found["source"]})
    quantity.set_field("unit", lambda found, _: {"code": found["unit"]})
    for name, tag in (("zhHans", "zh-Hans"), ("zhHant", "zh-Hant"), ("en", "en")):
        text.set_field(name, partial(_text, tag))
    return [query, text, metric, citation, quantity, ScalarType("Decimal", serializer=str)]


def _text(tag: str, found: Any, _: Any) -> Any:
    return found["texts"].get(tag)


async def _district(_: Any, info: Any, slug: str) -> Any:
    found = await read_district(info.context["database"], slug)
    if found:
        info.context["indicators"].update((one["slug"], one) for one in found["indicators"])
    return found


async def _districts(_: Any, info: Any, first: int, where: Any = None) -> Any:
    found = await read_districts(info.context["database"], ((where or {}).get("slug") or {}).get("gte", ""), first)
    for district in found:
        info.context["indicators"].update((one["slug"], one) for one in district["indicators"])
    return {"nodes": found}


async def _metrics(_: Any, info: Any, first: int, where: Any, **options: Any) -> Any:
    [order] = options.get("orderBy") or options["order_by"]
    at_most = where["quantity"]["normalized"]["lte"]
    found = await read_metrics(
        info.context["database"], where["indicator"]["eq"], at_most, order["quantity"]["direction"], first
    )
    for metric in found:
        info.context["indicators"].update((one["slug"], one) for one in metric["indicators"])
    return {"nodes": found}


if __name__ == "__main__":
    main()
