"""Photograph the explorer with its first example answered, or a page of examples/ with its figures.

python -m tests.browser.screenshot URL OUT.png

Chinese text needs a font on the machine that takes the picture (Debian: fonts-noto-cjk).
"""

import asyncio
import re
import sys
from urllib.parse import urlsplit

from playwright.async_api import Page, expect

from tests.browser.visitor import Visitor, find_chromium, visit


async def photograph(url: str, path: str) -> None:
    """Open url, wait until it shows data and write a 1440x900 PNG to path."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("No Chromium found. Install it, for example: apt-get install chromium")
    async with visit(chromium, width=1440, height=900) as visitor:
        await visitor.page.goto(url)
        if urlsplit(url).path in ("/", "/graphql"):
            await _first_example_is_answered(visitor)
        else:
            await expect(visitor.page.locator("output")).not_to_be_empty()
        await visitor.page.screenshot(path=path)


async def _first_example_is_answered(visitor: Visitor) -> None:
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
    if len(sys.argv) != 3:
        raise SystemExit("usage: python -m tests.browser.screenshot URL OUT.png")
    asyncio.run(photograph(sys.argv[1], sys.argv[2]))
