"""Write the rows of flat files as response data of a GraphQL selection, by the compiled functions that complete it.

Pure, except that it modifies the rows it is given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from graphql import GraphQLField, GraphQLObjectType, get_named_type
from graphql.execution.values import VariableValues, get_argument_values

from loaders.documents import Document
from schema.base.context import Context
from schema.execution.compiled_types import Function
from schema.graph.contract import GRAPHQL_SCHEMA
from schema.operation.operation import Operation
from schema.operation.operation_cache import Operations
from schema.planning.link_references import link_references
from schema.planning.plan import Plan, plan_item
from schema.planning.selection import SelectionReader

# The stored key of the indicator that an indicator is a part of, which may not exist.
PART_OF: Final = "part_of"
# The response data of one row, by response key.
Record: TypeAlias = dict[str, Any]

# `@` is replaced by the selection on a text, `*` by the fields in it.
# The master text, and those that have columns of their own.
_EVERY_FORM: Final = "text(lang: []) language(lang: []) zhHans en zhHant derived"
_BEST_FORM: Final = "text(lang: $lang) language(lang: $lang)"
TRANSLATIONS: Final = "translations"
_SIDE_BY_SIDE: Final = f"{_BEST_FORM} {TRANSLATIONS} {{ language text derived }}"
_UNIT: Final = "unit { code ucum currency name @ }"
_QUANTITY: Final = f"{{ value multiplier comparator maxValue normalized decimals {_UNIT} }}"
_PERIOD: Final = "{ kind start end startIsOpen endIsOpen approximate uncertain edtf label @ }"
_RANKS: Final = "ranks { kind position of scope area @ by @ basis among @ tied edition @ streak }"
_CITATIONS: Final = (
    "citations { locator source { id slug title @ kind publisher @ url published publishedOn accessedOn language } }"
)
_INDICATOR: Final = f"indicator {{ id slug name @ definition @ {_UNIT} }}"
_FIGURE: Final = (
    f"quantity {_QUANTITY} period {_PERIOD} changes {{ basis direction quantity {_QUANTITY} "
    f"from {_QUANTITY} to {_QUANTITY} likeForLike reference {_PERIOD} }} "
    f"{_RANKS} status note @ {_CITATIONS}"
)
_SELECTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "observations": f"{_INDICATOR} {_FIGURE} referenceDate printed @ counted breaks @ "
        f"otherReports {{ kind quantity {_QUANTITY} printed @ note @ {_CITATIONS} }}",
        "metrics": f"name @ {_INDICATOR} {_FIGURE}",
        "awards": f"name @ heldBy kind level issuer @ period {_PERIOD} streakYears {_RANKS} note @ {_CITATIONS}",
        "initiatives": f"name @ summary @ status {_CITATIONS} "
        f"systems {{ slug name @ summary @ status {_CITATIONS} }} metricCount awardCount",
        "districts": f"name @ kind country city @ province @ codes {{ scheme value level }} "
        f"strategy {{ * {_CITATIONS} }} "
        "pillarCount initiativeCount metricCount observationCount awardCount",
        "indicators": f"name @ definition @ periodType direction {_UNIT}",
        "sources": "title @ kind publisher @ url published publishedOn accessedOn language",
    }
)


@dataclass(frozen=True, slots=True)
class _RowField:
    """A field that the row itself answers, from one of its keys. below: what is selected of it, as stored."""

    name: str
    key: str
    below: str = ""

    @property
    def selection(self) -> str:
        return f"{self.name} {{ {self.below} }}" if self.below else self.name

    def read(self, row: Document) -> Any:
        value = row[self.key]
        if not self.below or value is None:
            return value
        return [{self.below: one} for one in value] if isinstance(value, list) else {self.below: value}


_DISTRICT, _PILLAR, _INITIATIVE, _METRIC = (
    _RowField(name, name, "slug") for name in ("district", "pillar", "initiative", "metric")
)
_ROW_FIELDS: Final[Mapping[str, tuple[_RowField, ...]]] = MappingProxyType(
    {
        "observations": (_DISTRICT, _PILLAR, _INITIATIVE, _METRIC),
        "metrics": (_DISTRICT, _PILLAR, _INITIATIVE),
        "awards": (_DISTRICT, _PILLAR, _INITIATIVE),
        "initiatives": (_DISTRICT, _PILLAR),
        "districts": (_RowField("parent", "parent", "slug"),),
        "indicators": (
            _RowField("partOf", PART_OF, "slug"),
            _RowField("units", "units", "code"),
            _RowField("districtCount", "district_count"),
            _RowField("metricCount", "metric_count"),
        ),
        "sources": (),
    }
)


def selection(name: str, *, in_one_language: bool = False, with_translations: bool = False) -> str:
    """The GraphQL selection of a record; in one language, texts are chosen by `$lang`.

    with_translations: whether each text that is chosen has its translations beside it.
    """
    own = _own_selection(name, in_one_language=in_one_language, with_translations=with_translations)
    fields = (field.selection for field in _ROW_FIELDS[name])
    return " ".join(["id slug", *fields, own])


@dataclass(frozen=True, slots=True)
class RecordWriter:
    """Writes the rows of one list as records. project: the stored keys that it needs."""

    project: Mapping[str, Any]
    _row_fields: tuple[_RowField, ...]
    _plan: Plan
    _function: Function
    _bound: list[Any]

    def write(self, rows: Sequence[Document], revision: int) -> list[Record]:
        """Write rows. A damaged row raises an exception: without the row, the file would look complete."""
        link_references(self._plan.links, rows)
        return [self._written(row, revision) for row in rows]

    def _written(self, row: Document, revision: int) -> Record:
        of_row = {field.name: field.read(row) for field in self._row_fields}
        written = self._function(row, self._bound, [])
        return {"id": row["id"], "slug": row["slug"], **of_row, **written, "revision": revision}


def record_writer(
    name: str, lang: Sequence[str], context: Context, *, with_translations: bool = False
) -> RecordWriter:
    """The writer of a list's rows, with each text in all forms, or in the best of some languages.

    Raises BadUserInput for an invalid language range.
    """
    operation = _operation(name, in_one_language=bool(lang), with_translations=with_translations)
    variables = operation.variables({"lang": list(lang)} if lang else {})
    assert isinstance(variables, VariableValues)
    program = operation.program(variables)
    assert program.root is not None
    connection_type = _object_type(_query_type().fields[name])
    item_type = _object_type(connection_type.fields["nodes"])
    details = program.collect(connection_type, program.root[name])["nodes"]
    plan = plan_item(
        SelectionReader(GRAPHQL_SCHEMA, {}, variables, operation.templates),
        item_type.name,
        [[one.node for one in details]],
    )
    function = program.compiler.function(item_type, details)
    assert function is not None, "all its fields can be compiled"
    assert plan.project is not None
    bound = [
        binding.binder(context, **get_argument_values(binding.field, binding.details[0].node, variables))
        for binding in program.compiler.bindings
    ]
    fields = _ROW_FIELDS[name]
    project = {**plan.project, **dict.fromkeys(("id", "slug", *(field.key for field in fields)), 1)}
    return RecordWriter(project, fields, plan, function, bound)


@cache
def _operation(name: str, *, in_one_language: bool, with_translations: bool) -> Operation:
    """The operation whose compiled functions write the records of a list."""
    own = _own_selection(name, in_one_language=in_one_language, with_translations=with_translations)
    wanted = f"{{ {name} {{ nodes {{ id slug {own} }} }} }}"
    return Operations().get(f"query ($lang: [String!]) {wanted}" if in_one_language else wanted, None)


def _own_selection(name: str, *, in_one_language: bool, with_translations: bool) -> str:
    forms = (_SIDE_BY_SIDE if with_translations else _BEST_FORM) if in_one_language else _EVERY_FORM
    return _SELECTIONS[name].replace("@", f"{{ {forms} }}").replace("*", forms)


def _query_type() -> GraphQLObjectType:
    assert GRAPHQL_SCHEMA.query_type is not None
    return GRAPHQL_SCHEMA.query_type


def _object_type(field: GraphQLField) -> GraphQLObjectType:
    """The object type of a field, or of its list's items."""
    type_ = get_named_type(field.type)
    assert isinstance(type_, GraphQLObjectType)
    return type_
