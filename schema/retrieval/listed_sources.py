"""Find the sources that some districts list, for filters: a shared row does not say which districts list it.

One source may be listed by every district, so that a list in its row would be written again with each of them.
"""

from collections.abc import Awaitable, Callable

from loaders.store.fetch import Fetch, Fetched
from loaders.store.predicates import AllOf, AnyOf, Compare, Not, Predicate, all_of


async def by_slugs(read: Callable[[Fetch], Awaitable[Fetched]], where: Predicate) -> Predicate:
    """A filter of sources with the slugs of those that districts list in place of the districts.

    read: reads from the revision that the filter is for.
    """
    match where:
        case AllOf(parts):
            return all_of(*[await by_slugs(read, part) for part in parts])
        case AnyOf(parts):
            return AnyOf(tuple([await by_slugs(read, part) for part in parts]))
        case Not(part):
            return Not(await by_slugs(read, part))
        case Compare("district"):
            fetched = await read(Fetch("sources", where, project={"slug": 1}))
            return Compare("slug", "in", tuple(sorted({row["slug"] for row in fetched.documents})))
    return where
