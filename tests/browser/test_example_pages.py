"""The pages of examples/ as people meet them: a real browser, a server of another origin, and no internet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.support.browser.visitor import Visitor
from tests.support.data.examples import FOLDER, built_examples, serving
from tests.support.servers import Server, running_beside

# Playwright's objects live in the event loop that made them: each test's own, whatever the default.
pytestmark = [pytest.mark.asyncio(loop_scope="function"), pytest.mark.slow]


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """Where the pages are served."""
    with serving(FOLDER) as origin:
        yield origin


@pytest.fixture(scope="module")
def api(server: Server, origin: str) -> Iterator[str]:
    """The address of a server that the pages may ask."""
    with running_beside(server, CORS_ORIGINS=origin) as beside:
        yield f"{beside.url}/graphql"


@pytest.fixture(scope="module")
def examples() -> Path:
    return built_examples()


async def test_the_page_with_fetch_shows_all_figures_page_by_page(origin: str, api: str, visitor: Visitor) -> None:
    page = visitor.page
    await page.goto(f"{origin}/fetch/?server={api}")
    rows = page.locator("tbody tr")
    await expect(page.locator("output")).to_have_text("10 of 33")
    for count in ("20 of 33", "30 of 33", "33 of 33"):
        await page.get_by_role("button", name="More").click()
        await expect(page.locator("output")).to_have_text(count)
    await expect(page.get_by_role("button", name="More")).to_be_hidden()
    await expect(rows.filter(has_text="Fire alarms")).to_contain_text("↓ 30.9%")
    await expect(rows.filter(has_text="Work orders")).to_contain_text("over 9,000,000")
    await expect(rows.filter(has_text="Grid-work performance")).to_contain_text("no. 1, Guangzhou")
    # The first to do something is not number 1 of a ranking.
    await expect(rows.filter(has_text="Campus smart-canteen")).to_contain_text("the first, Guangzhou")
    assert visitor.strangers == []
    assert visitor.complaints == []


async def test_the_page_with_fetch_speaks_chinese(origin: str, api: str, visitor: Visitor) -> None:
    await visitor.page.goto(f"{origin}/fetch/?server={api}")
    await expect(visitor.page.locator("output")).to_have_text("10 of 33")
    await visitor.page.get_by_label("Language").select_option("繁體中文")
    await expect(visitor.page.locator("tbody")).to_contain_text("派單準確率")
    assert visitor.strangers == []
    assert visitor.complaints == []


async def test_a_page_that_the_server_does_not_allow_says_so(origin: str, server: Server, visitor: Visitor) -> None:
    await visitor.page.goto(f"{origin}/fetch/?server={server.url}/graphql")
    await expect(visitor.page.get_by_role("alert")).to_have_text(f"No answer from {server.url}/graphql")


async def test_relays_list_grows_and_a_row_asks_for_itself_again(
    origin: str, api: str, examples: Path, visitor: Visitor
) -> None:
    page = visitor.page
    await page.goto(f"{origin}/build/relay/?server={api}")
    await _relays_list_grows(visitor)
    row = page.locator("li").filter(has_text="Work orders handled")
    await row.get_by_role("button", name="中文").click()
    await expect(page.locator("li").filter(has_text="流转工单数")).to_contain_text("超9,000,000")
    assert visitor.strangers == []
    # The browser itself says so of each answer that tells a document is not known yet.
    assert [complaint for complaint in visitor.complaints if "404" not in complaint] == []


async def test_relay_asks_by_ids_where_only_the_manifest_is_run(
    origin: str, server: Server, examples: Path, visitor: Visitor
) -> None:
    manifest = str(examples / "build" / "manifest.json")
    with running_beside(server, CORS_ORIGINS=origin, PROFILE="locked", TRUSTED_DOCUMENTS=manifest) as locked:
        await visitor.page.goto(f"{origin}/build/relay/?server={locked.url}/graphql")
        await _relays_list_grows(visitor)
    assert visitor.strangers == []
    assert visitor.complaints == []


async def _relays_list_grows(visitor: Visitor) -> None:
    page = visitor.page
    await expect(page.get_by_role("heading")).to_have_text("Baiyun District, Guangzhou")
    await expect(page.locator("output")).to_have_text("10 of 21")
    await page.get_by_role("button", name="More").click()
    await expect(page.locator("output")).to_have_text("20 of 21")
    await page.get_by_role("button", name="More").click()
    await expect(page.locator("output")).to_have_text("21 of 21")
    await expect(page.locator("li")).to_have_count(21)
    await expect(page.get_by_role("button", name="More")).to_have_count(0)
