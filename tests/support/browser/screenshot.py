"""Photograph the explorer with an example answered, or a page of examples/ with its figures.

python -m tests.support.browser.screenshot URL OUT.png [--dark] [--tab Changes]

Chinese text needs a font on the machine that takes the picture (Debian: fonts-noto-cjk).
"""

import argparse
import asyncio
import re
from urllib.parse import urlsplit

from playwright.async_api import Page, expect

from tests.support.browser.visitor import Visitor, find_chromium, visit


async def photograph(url: str, path: str, *, dark: bool = False, tab: str | None = None) -> None:
    """Open url, wait until it shows data and write a 1440x900 PNG to path. tab: the example that is run."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("No Chromium found. Install it, for example: apt-get install chromium")
    async with visit(chromium, width=1440, height=900) as visitor:
        await visitor.page.emulate_media(color_scheme="dark" if dark else "light")
        await visitor.page.goto(url)
        if urlsplit(url).path in ("/", "/graphql"):
            await _example_is_answered(visitor, tab)
        else:
            await expect(visitor.page.locator("output")).not_to_be_empty()
        await visitor.page.screenshot(path=path)


async def _example_is_answered(visitor: Visitor, tab: str | None) -> None:
    if tab:
        # An earlier click is lost.
        await expect(visitor.page.locator(".graphiql-query-editor .view-lines")).to_contain_text("{")
        await visitor.page.get_by_role("tab", name=tab).click()
        await expect(visitor.page.locator(".graphiql-query-editor .view-lines")).to_contain_text(tab)
        await visitor.page.get_by_role("button", name="Answers in English").click()
    await visitor.run_operation()
    await visitor.sees_in_response("Baiyun District")
    await _colours_settle(visitor.page)
    await visitor.page.mouse.move(720, 899)  # off the button, so that its tooltip goes


async def _colours_settle(page: Page) -> None:
    # Monaco colours lines in idle moments; until then every word of a line is "mtk1", plain text.
    lines = page.locator(".view-line").filter(has_text=re.compile("[a-z]"))
    plain = lines.filter(has_not=page.locator("span > span:not(.mtk1)"))
    await expect(plain).to_have_count(0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("path")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--tab")
    given = parser.parse_args()
    asyncio.run(photograph(given.url, given.path, dark=given.dark, tab=given.tab))
