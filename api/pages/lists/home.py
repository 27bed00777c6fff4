"""The first page: what this is, the districts, what changed, and what several of them measure."""

from typing import Any

from api.pages.lists.reading import read_lists
from api.pages.page import PageContent, PageRequest


async def read_home(request: PageRequest) -> PageContent:
    """Read the districts (a page of them), the indicators that several share, and what the newest load changed."""
    after = request.parameters.get("after")
    data = await read_lists(request.runner, request.language, "home", ("districts", "indicators"), after=after)
    revision = data["dataset"]["revision"]
    return {**data, "updates": await _updates(request, revision - 1) if revision else None}


async def _updates(request: PageRequest, since: int) -> Any:
    """What the newest load changed; a district that can't be read is named by its slug."""
    data = await request.runner.run_or_none("updates", since=since, named=True)
    if data is not None:
        return data["updates"]
    return (await request.runner.run("updates", since=since, named=False))["updates"]
