"""The search: results of all kinds, with what was found marked."""

from typing import Any

from api.pages.lists.reading import items_of
from api.pages.operations import IDS
from api.pages.page import PageContent, PageRequest


async def read_search(request: PageRequest) -> PageContent:
    """Search for the text in the address; without one, show the search box alone."""
    text = request.parameters.get("q", "").strip()
    if not text:
        return {"text_searched": "", "found": None}
    data = await _found(request, text)
    return {"dataset": data["dataset"], "text_searched": text, "found": data["search"]}


async def _found(request: PageRequest, text: str) -> dict[str, Any]:
    variables = {"text": text, "after": request.parameters.get("after")}
    data = await request.runner.run_or_none("search", **variables)
    if data is not None:
        return data
    data = await request.runner.run(f"search{IDS}", **variables)
    results = data["search"]["nodes"]
    ids = [result["node"]["id"] for result in results]
    nodes = await items_of(request.runner, request.language, "found", ids)
    for result in results:
        result["node"] = nodes[result["node"]["id"]]
    return data
