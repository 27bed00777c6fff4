"""The search: results of all kinds, with what was found marked."""

from api.pages.page import PageContent, PageRequest


async def read_search(request: PageRequest) -> PageContent:
    """Search for the text in the address; without one, show the search box alone."""
    text = request.parameters.get("q", "").strip()
    if not text:
        return {"text_searched": "", "found": None}
    data = await request.runner.run("search", text=text, after=request.parameters.get("after"))
    return {"dataset": data["dataset"], "text_searched": text, "found": data["search"]}
