"""All pages as people meet them: on phones and desks, in the dark, on paper, by keyboard and with screen readers.

Pages are found by their links (`tests.support.browser.crawl`), so that new ones are tried by themselves.
"""

import asyncio
import subprocess
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.support import programs
from tests.support.browser.crawl import crawl
from tests.support.browser.visitor import Visitor
from tests.support.servers import Server

pytestmark = [pytest.mark.asyncio(loop_scope="function"), pytest.mark.slow]

FOLDER = Path(__file__).parent
FIRST = [
    "/en/",
    "/zh-Hans/districts/baiyun",
    "/zh-Hant/",
    "/en/districts/longgang",
    "/en/search?q=hotline",
    "/export/",
    "/en/export/",
    "/en/docs/reference/errors",
    "/zh-Hans/docs/guide/scale",
    "/graphql",
]
MISSING = "No Node 20 with the packages of tests/browser; install Node, then: make clients"
AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
# Chromium, for each page that isn't there.
NOT_FOUND = "Failed to load resource: the server responded with a status of 404"

# Focus is visible if it draws an outline.
WATCH_FOCUS = """() => {
  window.reached = new Set(); window.unseen = new Set()
  document.addEventListener('focusin', ({ target }) => {
    reached.add(target)
    const style = getComputedStyle(target)
    const editor = target.closest('.cm-editor')
    const seen = [style, editor && getComputedStyle(editor)].some(
      (one) => one && one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) > 0)
    if (!seen) unseen.add(target.outerHTML.slice(0, 120))
  })
}"""
CONTROLS = """() => [...document.querySelectorAll(
  'a[href], button:not([disabled]), input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'
)].filter((one) => one.checkVisibility({ visibilityProperty: true }))"""


@pytest.fixture(scope="module")
def pages(shipped: Server) -> dict[str, str]:
    return crawl(shipped.url, FIRST)


@pytest.fixture(scope="module")
def node() -> str:
    """The path of Node, its packages installed."""
    path = programs.node(20, otherwise=MISSING, required_by="YUNSHAN_REQUIRE_NODE")
    if not AXE.is_file():
        programs.lack(MISSING, required_by="YUNSHAN_REQUIRE_NODE")
    return path


async def test_html_is_valid(pages: dict[str, str], node: str, tmp_path: Path) -> None:
    files = []
    for number, html in enumerate(pages.values()):
        files.append(tmp_path / f"{number}.html")
        files[-1].write_text(html, "utf-8")
    command = [node, "validate.js", *map(str, files)]
    run = partial(subprocess.run, command, cwd=FOLDER, capture_output=True, text=True, check=True)
    found = (await asyncio.to_thread(run)).stdout
    for file, address in zip(files, pages, strict=True):
        found = found.replace(str(file), address)
    assert not found, found


async def test_pages_need_no_script(pages: dict[str, str]) -> None:
    scripted = [
        address
        for address, html in pages.items()
        if html.replace('<script type="application/ld+json"', "").count("<script")
    ]
    assert [address for address in scripted if not address.startswith("/graphql")] == []


async def test_pages_fit_every_screen_and_paper(pages: dict[str, str], shipped: Server, visitor: Visitor) -> None:
    page, problems = visitor.page, []
    for address in pages:
        await page.emulate_media(media="screen")
        await page.goto(shipped.url + address)
        for width in (390, 768, 1280):
            problems += await _overflow(page, width, address)
        await page.emulate_media(media="print")
        problems += await _overflow(page, 718, f"{address} on paper")
    assert not problems, "\n".join(problems)
    assert (visitor.strangers, visitor.complaints) == ([], [])


async def _overflow(page: Page, width: int, where: str) -> list[str]:
    await page.set_viewport_size({"width": width, "height": 800})
    needed = await page.evaluate("document.documentElement.scrollWidth")
    return [f"{where}: {needed} pixels of {width}"] if needed > width else []


async def test_axe_finds_nothing(pages: dict[str, str], shipped: Server, visitor: Visitor, node: str) -> None:
    page, problems = visitor.page, []
    for address in pages:
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.emulate_media(color_scheme="light")
        await page.goto(shipped.url + address)
        if address.startswith("/graphql"):
            await visitor.has_editor()
        await page.evaluate(AXE.read_text("utf-8"))
        problems += [f"{address}: {one}" for one in await _violations(page, "{}")]
        await page.emulate_media(color_scheme="dark")
        contrast = "{ runOnly: ['color-contrast'] }"
        problems += [f"{address} in the dark: {one}" for one in await _violations(page, contrast)]
    assert not problems, "\n".join(problems)


async def _violations(page: Page, options: str) -> list[str]:
    found: list[str] = await page.evaluate(
        f"""axe.run(document, {options}).then(({{ violations }}) => violations.flatMap(({{ id, nodes }}) =>
        nodes.map(({{ html, failureSummary }}) => `${{id}} ${{html.slice(0, 150)}} ${{failureSummary}}`)))"""
    )
    return found


async def test_the_keyboard_reaches_every_control_visibly(
    pages: dict[str, str], shipped: Server, visitor: Visitor
) -> None:
    page, problems = visitor.page, []
    for address in pages:
        await page.goto(shipped.url + address)
        if address.startswith("/graphql"):
            await visitor.has_editor()
        await page.evaluate(WATCH_FOCUS)
        for _ in range(await page.evaluate(f"({CONTROLS})().length") + 3):
            await page.keyboard.press("Tab")
        missed = f"({CONTROLS})().filter((one) => !reached.has(one)).map((one) => one.outerHTML.slice(0, 120))"
        problems += [f"{address}: not reached: {one}" for one in await page.evaluate(missed)]
        problems += [f"{address}: not seen: {one}" for one in await page.evaluate("[...unseen]")]
    assert not problems, "\n".join(problems)


async def test_a_page_that_is_not_there_says_so_in_the_same_way(shipped: Server, visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 390, "height": 844})
    response = await page.goto(f"{shipped.url}/en/districts/nowhere")
    assert response
    assert response.status == 404
    assert await page.get_by_role("heading", level=1).is_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    assert [one for one in visitor.complaints if not one.startswith(NOT_FOUND)] == []
