"""Describe the differences between two versions of a district, field by field."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from loaders.values.comparison import find_differences, is_slug_list
from loaders.values.language_tags import canonical_tag
from seeds.format.problems import path_text


def differences(old: Any, new: Any) -> Iterator[str]:
    """Yield one line for each difference: the field's path, the old and the new value."""
    for path, before, after in find_differences(old, new):
        if before is None:
            yield f"+ {path_text(path)}: {_brief(after)}"
        elif after is None:
            yield f"- {path_text(path)}: {_brief(before)}"
        elif is_slug_list(before) and is_slug_list(after):
            yield f"{path_text(path)}: reordered"
        else:
            yield f"~ {path_text(path)}: {_brief(before)} → {_brief(after)}"


def _first_text(value: Mapping[str, Any]) -> str:
    texts = (text for key, text in value.items() if canonical_tag(key) and isinstance(text, str))
    return next(texts, f"{len(value)} fields")


def _brief(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("slug") or value.get("en") or value.get("zhHans") or _first_text(value))
    if isinstance(value, Decimal):
        return format(value, "f")
    text = f"{len(value)} items" if isinstance(value, list) else " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:60]}…"
