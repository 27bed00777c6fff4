"""Computed fields that depend only on their document, their arguments and the request's languages.

Each request binds the arguments of a field once, and then computes the field for any number of documents.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from schema.base.context import Context
from schema.base.wording import format_change, format_headline, format_period, format_rank
from schema.types.texts import bind_language, bind_text
from schema.types.units import unit_document
from schema.types.values import bind_formatted, bind_wording

# Takes the request's context and the field's arguments. Raises BadUserInput.
Binder: TypeAlias = Callable[..., Callable[[Any], Any]]


def _unit(context: Context) -> Callable[[Any], Any]:
    return lambda document: unit_document(document["unit"], context.own_units)


def _unit_if_any(context: Context) -> Callable[[Any], Any]:
    return lambda document: unit_document(document["unit"], context.own_units) if document["unit"] else None


LOCAL_FIELDS: Final[Mapping[tuple[str, str], Binder]] = MappingProxyType(
    {
        **{(type_, "text"): bind_text for type_ in ("LocalizedText", "Strategy")},
        **{(type_, "language"): bind_language for type_ in ("LocalizedText", "Strategy")},
        ("Quantity", "formatted"): bind_formatted,
        ("Quantity", "unit"): _unit,
        ("Period", "formatted"): bind_wording(format_period),
        ("Change", "formatted"): bind_wording(format_change),
        ("Rank", "formatted"): bind_wording(format_rank),
        ("Metric", "headline"): bind_wording(format_headline),
        ("Indicator", "unit"): _unit_if_any,
    }
)
