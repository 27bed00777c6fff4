"""The computed fields that need no more than their document and the request's languages.

Each is bound once a request with its arguments, and then computed for as many documents as there are.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from schema.base.context import Context
from schema.types.values import bind_formatted, bind_language, bind_text, unit_document

# Takes the request's context and the field's arguments. Raises BadUserInput.
Binder: TypeAlias = Callable[..., Callable[[Any], Any]]


def _unit(_: Context) -> Callable[[Any], Any]:
    return lambda document: unit_document(document["unit"])


def _unit_if_any(_: Context) -> Callable[[Any], Any]:
    return lambda document: unit_document(document["unit"]) if document["unit"] else None


PURE: Final[Mapping[tuple[str, str], Binder]] = MappingProxyType(
    {
        ("LocalizedText", "text"): bind_text,
        ("LocalizedText", "language"): bind_language,
        ("Quantity", "formatted"): bind_formatted,
        ("Quantity", "unit"): _unit,
        ("Indicator", "unit"): _unit_if_any,
    }
)
