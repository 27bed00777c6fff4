"""Whether a predicate holds of a document at hand: a third translation, beside those of `loaders.store.predicates`.

What changes is looked at once for all who wait for it, where asking the database would be a question for each.
"""

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from loaders.documents import Document
from loaders.store.predicates import All, Compare, Either, Exists, Holds, Not, Predicate, Some

_COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = MappingProxyType(
    {
        "eq": operator.eq,
        "in": lambda value, wanted: value in wanted,
        "lt": operator.lt,
        "lte": operator.le,
        "gt": operator.gt,
        "gte": operator.ge,
    }
)


def matches(predicate: Predicate, document: Document) -> bool:
    """Whether a document, or an item inside one, is as a predicate says."""
    match predicate:
        case All(parts):
            return all(matches(part, document) for part in parts)
        case Either(parts):
            return any(matches(part, document) for part in parts)
        case Not(part):
            return not matches(part, document)
        case Exists(path):
            return value_at(document, path) is not None
        case Compare(path, compared, wanted):
            value = value_at(document, path)
            return value is not None and _COMPARED[compared](value, wanted)
        case Holds(path, terms):
            folded = value_at(document, path) or ""
            return all(any(form in folded for form in forms) for forms in terms)
        case Some(path, part):
            return _some(document, path, part)


def _some(document: Document, path: tuple[str, ...], part: Predicate) -> bool:
    key, *rest = path
    items = document.get(key) or ()
    return any(_some(item, tuple(rest), part) if rest else matches(part, item) for item in items)


def value_at(document: Document, path: str) -> Any:
    """The value at a path, None where there is none."""
    value: Any = document
    for key in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value
