"""The tools that agents get: what each is for, what it takes and gives, in words for whoever never saw the data.

`search` and `get` are documents of our own, and their arguments are the documents' variables: GraphQL itself checks
them, and holds them to the limits of any operation. Knows nothing of MCP.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from api.settings import Settings
from schema.operation.json_schema import data_schema
from schema.operation.limits import Limits
from schema.operation.parsing import valid_document
from schema.types.enums import SearchKind, SearchMatch

Json: TypeAlias = dict[str, Any]

INSTRUCTIONS: Final = (
    "Yunshan has what smart districts of China publish about their achievements: districts with their pillars "
    "(themes), initiatives, metrics (figures) and awards, each cited from its source. Begin with search, which "
    "gives ids; get one thing by its id; ask everything else with query, in GraphQL. Nothing can be changed. Quote "
    "a figure with its comparator, unit and period, and name its source."
)
FIGURE_GUIDE: Final = (
    "How to read a figure: value is the number as its source prints it, exact and as a string, and is to be "
    "multiplied by ten to the power of multiplier: 90.95 with multiplier 8 is 9,095,000,000. comparator is how the "
    "source words it: EQ exactly, GT over, GTE at least, LT under, LTE at most, APPROX about, RANGE from value to "
    "maxValue. normalized is the product as a number, formatted the whole in words. quantity is null where only a "
    "change or a rank is published. A change has a positive quantity, and a direction (UP, DOWN, FLAT) against its "
    "basis, such as YEAR_ON_YEAR. start and end of a period are its first and last day, null where open or "
    "unknown. rank is what the source claims: only of kind PLACE it has a position; FIRST is the first to do "
    "something. standing is the place among all figures here about the same indicator. citations say where "
    "it is published; locator L5 is the fifth line of the source that is not blank."
)
LANG_ARGUMENT: Final[Json] = {
    "type": "array",
    "items": {"type": "string"},
    "maxItems": 20,
    "default": ["en"],
    "description": "Languages of the texts by preference, as BCP 47 language ranges: en, zh-Hans, zh-HK. What has "
    "none of them is given in Simplified Chinese, the language of the sources.",
}


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as it is told to agents.

    document: what it asks, with its arguments as variables; None where the arguments say that. output: what its
    structured answers fit, as JSON Schema; None where answers are texts.
    """

    name: str
    title: str
    description: str
    arguments: Json
    required: tuple[str, ...] = ()
    document: str | None = None
    output: Json | None = None

    @property
    def input(self) -> Json:
        """What its arguments must fit, as JSON Schema."""
        return {
            "type": "object",
            "properties": self.arguments,
            "required": list(self.required),
            "additionalProperties": False,
        }


def tools_of(settings: Settings, trusted: Sequence[str]) -> list[Tool]:
    """The tools that the settings allow. trusted: the ids of the manifest's documents."""
    tools = [_search(), _get(), _query(settings, trusted)]
    return tools if settings.is_locked else [*tools, _SCHEMA]


def _search() -> Tool:
    return Tool(
        "search",
        "Search the districts' achievements",
        "Finds districts, pillars, initiatives, metrics, awards, indicators and sources by words of their names and "
        "descriptions, in English or Chinese (Simplified or Traditional); best first. What has any of the words is "
        "found, or with match ALL what has all of them; words in quotation marks must stand together. Gives the "
        "id of each, for get; its name; of metrics, the figure in words; and highlights: the texts that have the "
        "words, with the ranges of code points.",
        {
            "text": {"type": "string", "maxLength": 200, "description": "Words to look for, 30 at most."},
            "kinds": {
                "type": "array",
                "items": {"type": "string", "enum": [kind.name for kind in SearchKind]},
                "minItems": 1,
                "description": "Only things of these kinds; all when left out.",
            },
            "first": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10, "description": "How many."},
            "after": {"type": "string", "description": "pageInfo.endCursor of the page before, for the next one."},
            "lang": LANG_ARGUMENT,
            "match": {
                "type": "string",
                "enum": [match.name for match in SearchMatch],
                "default": "ANY",
                "description": "Whether any of the words is enough, or all must be found.",
            },
        },
        required=("text",),
        **_document_of("search"),
    )


def _get() -> Tool:
    return Tool(
        "get",
        "Get one thing by its id",
        "Gives a district, pillar, initiative, metric, award, indicator or source with its names, figures and "
        "sources, and the ids of what belongs to it; node is null where nothing has the id. Metrics and initiatives "
        f"have figures in full, districts, pillars and indicators in words. {FIGURE_GUIDE}",
        {
            "id": {
                "type": "string",
                "description": "As search gives it: District:baiyun, Pillar:baiyun/governance, "
                "Metric:baiyun/drone-docks; an indicator is Indicator:drone-docks, a source Source:baiyun-notice.",
            },
            "lang": LANG_ARGUMENT,
        },
        required=("id",),
        **_document_of("get"),
    )


def _document_of(name: str) -> Any:
    """The document of a tool, and what its answers fit; the settings' own limits are for when it runs."""
    text = Path(__file__).with_name(f"{name}.graphql").read_text("utf-8")
    return {"document": text, "output": data_schema(valid_document(text, Limits()))}


def _query(settings: Settings, trusted: Sequence[str]) -> Tool:
    document: Json = {
        "type": "string",
        "maxLength": settings.max_text_characters,
        "description": 'Such as { metrics(where: { quantity: { unit: { eq: "percent" } } }) { nodes { id quantity { '
        'formatted(lang: ["en"]) } } } }.',
    }
    named: Json = {"type": "string", "enum": list(trusted), "description": "A document's id, in place of its text."}
    required = ("documentId",) if settings.is_trusted_only else ("query",) if not trusted else ()
    return Tool(
        "query",
        "Ask in GraphQL",
        "Runs a GraphQL query and gives its response: data, errors with their codes, and what it cost. "
        f"{_query_guide(settings)} Figures are read as get tells.",
        {
            "query": document,
            "variables": {"type": "object", "description": "Values of the variables that the operation declares."},
            "operationName": {"type": "string", "description": "Which operation, where the document has several."},
            **({"documentId": named} if trusted else {}),
        },
        required,
        output=_RESPONSE,
    )


def _query_guide(settings: Settings) -> str:
    if settings.is_trusted_only:
        return "This server runs the documents of its manifest only: name one by documentId."
    schema = "" if settings.is_locked else " The tool schema has all types and fields."
    return (
        "Filter with where, order with orderBy, page with first and after; ask totalCount and aggregate rather than "
        "count. Figures of different units are not compared: name the unit in where. An operation may be "
        f"{settings.max_depth} fields deep and cost {settings.max_cost} points, about one an item; a refusal tells "
        f"what to change.{schema}"
    )


_RESPONSE: Final[Json] = {
    "type": "object",
    "properties": {
        "data": {
            "anyOf": [{"type": "object"}, {"type": "null"}],
            "description": "What was asked for; absent where nothing was run.",
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "message": {"type": "string", "description": "What is wrong, and what to do."},
                    "path": {"type": "array", "description": "The field of data that it is about."},
                    "extensions": {
                        "type": "object",
                        "properties": {"code": {"type": "string"}},
                        "required": ["code"],
                    },
                },
                "required": ["message", "extensions"],
            },
        },
        "extensions": {"type": "object", "description": "What it cost, in points, and the limit."},
    },
}

_SCHEMA: Final = Tool(
    "schema",
    "Read the GraphQL schema",
    "Gives definitions of the GraphQL schema with their descriptions, to write queries by. Without arguments: the "
    "fields of Query, which every query begins with, and the names of all types.",
    {
        "types": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "description": "Names of types, such as Metric, MetricFilter, Quantity.",
        }
    },
)
