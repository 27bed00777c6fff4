"""The tools for agents: name, description, arguments and output of each, for readers who do not know the data.

`search` and `get` have fixed GraphQL documents. Their arguments are the variables of these documents, so GraphQL
validates them and applies the limits of any operation. Independent of MCP.
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
    "(themes), initiatives, metrics and awards, each cited from its source; a metric's figure is that of its latest "
    "observation, and observations has all of them, forecasts and targets too. Begin with search, which "
    "gives ids; get one thing by its id; for everything else use query, in GraphQL. The data is read-only. Quote "
    "a figure with its comparator, unit and period, and name its source."
)
FIGURE_GUIDE: Final = (
    "How to read a figure: value is the number as its source prints it, exact and as a string, and is to be "
    "multiplied by ten to the power of multiplier: 90.95 with multiplier 8 is 9,095,000,000. comparator is how the "
    "source words it: EQ exactly, GT over, GTE at least, LT under, LTE at most, NEAR just below, UP_TO at best, "
    "APPROX about, RANGE from value to maxValue. normalized is the product as a number, formatted the whole in "
    "words. quantity is null where only a change or a rank is published. A change has a positive quantity, and a "
    "direction (UP, DOWN, FLAT) against its basis, such as YEAR_ON_YEAR. start and end of a period are its first "
    "and last day, null where open or unknown. ranks are what the source claims: position is the place of a PLACE, "
    "the last place of a BAND (top 50), the number of a TIER; FIRST is the first to do something. "
    "standing is the place among all figures here about the same indicator. citations say where "
    "it is published; locator L5 is the fifth line of the source that is not blank."
)
LANG_ARGUMENT: Final[Json] = {
    "type": "array",
    "items": {"type": "string"},
    "maxItems": 20,
    "default": ["en"],
    "description": "Languages of the texts by preference, as BCP 47 language ranges: en, zh-Hans, zh-HK. A text "
    "in none of them is returned in Simplified Chinese, the language of the sources.",
}


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as agents see it.

    document: the GraphQL document that it runs, with its arguments as variables; None if the arguments determine it.
    output: JSON Schema of its structured results; None if results are text.
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
        """The JSON Schema of its arguments."""
        return {
            "type": "object",
            "properties": self.arguments,
            "required": list(self.required),
            "additionalProperties": False,
        }


def tools_of(settings: Settings, trusted: Sequence[str]) -> list[Tool]:
    """Build the tools that the settings allow. trusted: the document ids of the manifest."""
    tools = [_search(), _get(), _query(settings, trusted)]
    return tools if settings.is_locked else [*tools, _SCHEMA]


def _search() -> Tool:
    return Tool(
        "search",
        "Search the districts' achievements",
        "Finds districts, pillars, initiatives, metrics, awards, indicators and sources by words of their names and "
        "descriptions, in English or Chinese (Simplified or Traditional); best first. Results have all of the "
        "words, then any of them, or only all with match ALL; words in quotation marks must be adjacent. Returns the "
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
                "description": "As returned by search: District:baiyun, Pillar:baiyun/governance, "
                "Metric:baiyun/drone-docks; an indicator is Indicator:drone-docks, a source Source:baiyun-notice.",
            },
            "lang": LANG_ARGUMENT,
        },
        required=("id",),
        **_document_of("get"),
    )


def _document_of(name: str) -> Any:
    """Read the document of a tool, and derive its output schema. The configured limits apply when it runs."""
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
        "Run a GraphQL query",
        "Runs a GraphQL query and gives its response: data, errors with their codes, and its cost. "
        f"{_query_guide(settings)} The description of get explains how to read figures.",
        {
            "query": document,
            "variables": {"type": "object", "description": "Values of the variables that the operation declares."},
            "operationName": {"type": "string", "description": "Which operation, if the document has several."},
            **({"documentId": named} if trusted else {}),
        },
        required,
        output=_RESPONSE,
    )


def _query_guide(settings: Settings) -> str:
    if settings.is_trusted_only:
        return "This server runs only documents of its manifest: pass the id of one as documentId."
    schema = "" if settings.is_locked else " The tool schema has all types and fields."
    return (
        "Filter with where, order with orderBy, page with first and after; select totalCount and aggregate rather "
        "than count. Figures of different units are not compared: name the unit in where. An operation may be "
        f"{settings.max_depth} fields deep and cost {settings.max_cost} points, about one an item; an error says "
        f"what to change.{schema}"
    )


_RESPONSE: Final[Json] = {
    "type": "object",
    "properties": {
        "data": {
            "anyOf": [{"type": "object"}, {"type": "null"}],
            "description": "The requested data; absent if nothing was executed.",
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
