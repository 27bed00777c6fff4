"""Computed fields that depend only on their document, their arguments and the request's languages.

Each request binds the arguments of a field once, and then computes the field for any number of documents.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from schema.base.context import Context
from schema.base.wording import format_change, format_headline, format_period, format_rank
from schema.types.texts import TEXT_FIELDS, bind_language, bind_text, translations_of
from schema.types.units import unit_document
from schema.types.values import bind_formatted, bind_wording

# Takes the request's context and the field's arguments. Raises BadUserInput.
Binder: TypeAlias = Callable[..., Callable[[Any], Any]]


def _unit(context: Context) -> Callable[[Any], Any]:
    return lambda document: unit_document(document["unit"], context.own_units)


def _unit_if_any(context: Context) -> Callable[[Any], Any]:
    return lambda document: unit_document(document["unit"], context.own_units) if document["unit"] else None


def _translations(_: Context) -> Callable[[Any], Any]:
    return translations_of


_TEXTS: Final = ("LocalizedText", "Strategy")
LOCAL_FIELDS: Final[Mapping[tuple[str, str], Binder]] = MappingProxyType(
    {
        **{(type_, "text"): bind_text for type_ in _TEXTS},
        **{(type_, "language"): bind_language for type_ in _TEXTS},
        **{(type_, "translations"): _translations for type_ in _TEXTS},
        ("Quantity", "formatted"): bind_formatted,
        ("Quantity", "unit"): _unit,
        ("Period", "formatted"): bind_wording(format_period),
        ("Change", "formatted"): bind_wording(format_change),
        ("Rank", "formatted"): bind_wording(format_rank),
        ("Metric", "headline"): bind_wording(format_headline),
        ("Indicator", "unit"): _unit_if_any,
    }
)

# Fields that read one key of an object that may lack it, inside the generated functions.
KEYED_FIELDS: Final[Mapping[tuple[str, str], tuple[str, str]]] = MappingProxyType(
    {(type_, name): ("texts", tag) for type_ in _TEXTS for name, tag in TEXT_FIELDS.items()}
)
