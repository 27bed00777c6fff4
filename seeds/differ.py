"""Say field by field how two forms of a district differ."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from seeds.problems import FieldPath, path_text


def differences(old: Any, new: Any, path: FieldPath = ()) -> Iterator[str]:
    """Yield one line a difference: the field's path, what it was, what it becomes.

    Objects in lists are matched by their slug, so that a moved one is no difference of its neighbours. A figure's
    digits count: 90.950 is not 90.95.
    """
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from differences(old.get(key), new.get(key), (*path, key))
    elif _is_keyed(old) and _is_keyed(new):
        olds = {item["slug"]: item for item in old}
        news = {item["slug"]: item for item in new}
        for slug in dict.fromkeys([*olds, *news]):
            yield from differences(olds.get(slug), news.get(slug), (*path, slug))
        if list(olds) != list(news) and olds.keys() == news.keys():
            yield f"{path_text(path)}: reordered"
    elif isinstance(old, list) and isinstance(new, list):
        for index, (before, after) in enumerate(zip_longest(old, new)):
            yield from differences(before, after, (*path, index))
    elif str(old) == str(new) and (old is None) == (new is None):
        return
    elif old is None:
        yield f"+ {path_text(path)}: {_brief(new)}"
    elif new is None:
        yield f"- {path_text(path)}: {_brief(old)}"
    else:
        yield f"~ {path_text(path)}: {_brief(old)} → {_brief(new)}"


def _is_keyed(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) and "slug" in item for item in value)


def _brief(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("slug") or value.get("en") or value.get("zhHans") or f"{len(value)} fields")
    if isinstance(value, Decimal):
        return format(value, "f")
    text = f"{len(value)} items" if isinstance(value, list) else " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:60]}…"
