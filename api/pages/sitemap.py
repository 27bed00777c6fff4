"""The addresses of all pages, for search engines (sitemaps.org, version 0.9)."""

from typing import Any, Final

from api.http.errors import HttpError
from api.pages.languages import languages
from api.pages.manual.pages import manual_files, manual_names
from api.pages.page import PageContent, PageRequest

# Of the format; a page has one in each language.
MAX_ADDRESSES: Final = 50_000


async def read_sitemap(request: PageRequest) -> PageContent:
    """Read the ids of everything that has a page, and the paths of other pages.

    Raises HttpError if they are too many for one file.
    """
    ids: list[str] = []
    manual = ["docs/", *(f"docs/{name}" for name in manual_names())] if manual_files() else []
    paths = ["", "indicators/", "compare", *manual]
    after: dict[str, str | None] = {"afterDistrict": None, "afterIndicator": None}
    wanted = {"districts": "afterDistrict", "indicators": "afterIndicator"}
    while wanted:
        data = await request.runner.run("sitemap", **after)
        for name, cursor in list(wanted.items()):
            ids += [node["id"] for node in data[name]["nodes"] if node]
            page_info: dict[str, Any] = data[name]["pageInfo"]
            after[cursor] = page_info["endCursor"] or after[cursor]
            if not page_info["hasNextPage"]:
                del wanted[name]
        if (len(ids) + len(paths)) * len(languages()) > MAX_ADDRESSES:
            raise HttpError(500, f"there are more than {MAX_ADDRESSES} pages, too many for one sitemap")
    return {"ids": ids, "paths": paths}
