"""Where two forms of a document differ."""

from collections.abc import Iterator, Mapping, Set
from itertools import zip_longest
from typing import Any, TypeAlias

# Keys, the slugs of objects in lists, and the numbers of other items.
Path: TypeAlias = tuple[str | int, ...]


def find_differences(
    old: Any, new: Any, path: Path = (), *, but: Set[str] = frozenset()
) -> Iterator[tuple[Path, Any, Any]]:
    """Yield each place where two forms differ, with what stands there in the one and in the other.

    Objects in lists are matched by their slug, so that a moved one is no difference of its neighbours; lists of the
    same objects in another order differ as lists. A figure's digits count: 90.950 is not 90.95.
    but: keys that are not looked at.
    """
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            if key not in but:
                yield from find_differences(old.get(key), new.get(key), (*path, key), but=but)
    elif is_slug_list(old) and is_slug_list(new):
        olds = {item["slug"]: item for item in old}
        news = {item["slug"]: item for item in new}
        for slug in dict.fromkeys([*olds, *news]):
            yield from find_differences(olds.get(slug), news.get(slug), (*path, slug), but=but)
        if list(olds) != list(news) and olds.keys() == news.keys():
            yield path, old, new
    elif isinstance(old, list) and isinstance(new, list):
        for index, (before, after) in enumerate(zip_longest(old, new)):
            yield from find_differences(before, after, (*path, index), but=but)
    elif str(old) != str(new) or (old is None) != (new is None):
        yield path, old, new


def is_slug_list(value: Any) -> bool:
    """Whether a value is a list of objects with slugs."""
    return isinstance(value, list) and all(isinstance(item, Mapping) and "slug" in item for item in value)
