"""Find the differences between two versions of a document."""

from collections.abc import Iterator, Mapping, Set
from itertools import zip_longest
from typing import Any, TypeAlias

# Keys of objects, slugs of objects in lists, and indexes of other items.
Path: TypeAlias = tuple[str | int, ...]


def find_differences(
    old: Any, new: Any, path: Path = (), *, ignored: Set[str] = frozenset()
) -> Iterator[tuple[Path, Any, Any]]:
    """Yield the path of each difference, with the old and the new value.

    Objects in lists are matched by slug, so that moving one does not change its neighbours; lists with the same
    objects in another order differ as lists. Digits count: 90.950 differs from 90.95.
    ignored: keys that are not compared.
    """
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            if key not in ignored:
                yield from find_differences(old.get(key), new.get(key), (*path, key), ignored=ignored)
    elif is_slug_list(old) and is_slug_list(new):
        olds = {item["slug"]: item for item in old}
        news = {item["slug"]: item for item in new}
        for slug in dict.fromkeys([*olds, *news]):
            yield from find_differences(olds.get(slug), news.get(slug), (*path, slug), ignored=ignored)
        if list(olds) != list(news) and olds.keys() == news.keys():
            yield path, old, new
    elif isinstance(old, list) and isinstance(new, list):
        for index, (before, after) in enumerate(zip_longest(old, new)):
            yield from find_differences(before, after, (*path, index), ignored=ignored)
    elif str(old) != str(new) or (old is None) != (new is None):
        yield path, old, new


def is_slug_list(value: Any) -> bool:
    """Whether a value is a list of objects with slugs."""
    return isinstance(value, list) and all(isinstance(item, Mapping) and "slug" in item for item in value)
