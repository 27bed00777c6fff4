"""The first page: what this is, the districts, what changed, and what several of them measure."""

from api.pages.page import PageContent, PageRequest


async def read_home(request: PageRequest) -> PageContent:
    """Read the districts (a page of them), the indicators that several share, and what the newest load changed."""
    data = await request.runner.run("home", after=request.parameters.get("after"))
    revision = data["dataset"]["revision"]
    updates = None
    if revision:
        updates = (await request.runner.run("updates", since=revision - 1))["updates"]
    return {**data, "updates": updates}
