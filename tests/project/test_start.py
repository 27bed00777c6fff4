"""What a server imports before it answers. Clocks of a shared machine tell nothing, so modules are counted."""

import asyncio
import subprocess
import sys
from typing import Any, Final

import pytest
from starlette.routing import Route

from api.pages.addresses import PAGE_OPERATIONS, page_paths
from api.pages.registry import PAGES, SITEMAP
from api.pages.routes import page_router
from api.server.deferred import DeferredApp
from schema.export.batches import EXPORTS
from schema.export.files import EXPORTED_FILES

# Each takes from one to twenty hundredths of the start, and a first answer needs none.
DEFERRED: Final = (
    "api.export.endpoint",
    "api.mcp.server",
    "api.pages.endpoint",
    "babel",
    "click",
    "jinja2",
    "motor",
    "multiprocessing",
    "opencc",
    "schema.export.export_rows",
    "seeds",
    "uvicorn",
    "watchfiles",
    "xlsxwriter",
    "xml.etree.ElementTree",
    "yaml",
)


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """The modules of a process that has imported the server."""
    script = "import sys, api.app; print(*sys.modules)"
    return {*subprocess.check_output([sys.executable, "-c", script], text=True).split()}


@pytest.mark.parametrize("module", DEFERRED)
def test_a_server_starts_without(module: str, imported: set[str]) -> None:
    assert module not in imported


def test_a_server_starts_with_few_modules_of_its_own(imported: set[str]) -> None:
    own = [name for name in imported if name.partition(".")[0] in {"api", "schema", "loaders"}]
    assert len(own) <= 200, "import what a first answer doesn't need where it is used"


def test_nothing_is_collected_while_modules_are_imported() -> None:
    script = "import gc, api.app; print(*(each['collections'] for each in gc.get_stats()[1:]))"
    text = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert text.split() == ["0", "0"]


async def test_requests_that_come_first_together_share_one_application() -> None:
    built: list[str] = []
    answered: list[str] = []

    async def application(scope: Any, *_: Any) -> None:
        answered.append(scope["path"])

    def build() -> Any:
        built.append("one")
        if len(built) == 1:
            raise OSError("a file can't be read")
        return application

    deferred = DeferredApp(build)
    sent: list[Any] = [deferred({"path": path}, None, None) for path in ("/a", "/b", "/c")]  # type: ignore[arg-type]
    first, *others = await asyncio.gather(*sent, return_exceptions=True)
    assert isinstance(first, OSError)
    assert (others, built, sorted(answered)) == ([None, None], ["one", "one"], ["/b", "/c"])


def test_the_paths_that_lead_to_pages_are_those_that_their_router_has() -> None:
    async def nothing(*_: object) -> None:
        raise AssertionError

    routes = page_router(nothing, None).routes
    assert sorted(route.path for route in routes if isinstance(route, Route)) == sorted(page_paths())
    assert len(routes) == len(page_paths())


def test_pages_and_files_have_names_in_metrics() -> None:
    assert [*PAGE_OPERATIONS] == [page.name for page in (*PAGES, SITEMAP)]
    assert sorted(EXPORTS) == sorted(EXPORTED_FILES)
