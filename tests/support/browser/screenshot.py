"""Photograph a page: one for people, the explorer with an example answered, or one of examples/ with its figures.

python -m tests.support.browser.screenshot URL OUT.png [--dark] [--example WORDS] [--width 1280] [--height 800]

Chinese text needs a font on the machine that takes the picture (Debian: fonts-noto-cjk). For docs/pictures:

    U=http://127.0.0.1:8000
    … $U/graphql docs/pictures/explorer.png
    … $U/graphql docs/pictures/subscription.png --dark --example "each load change"
    … $U/en/ docs/pictures/home.png
    … $U/en/districts/baiyun docs/pictures/district.png
    … $U/zh-Hans/districts/baiyun docs/pictures/district-phone.png --width 390 --height 844
    … $U/en/indicators/data-records docs/pictures/indicator.png
"""

import argparse
import asyncio
from urllib.parse import urlsplit

from playwright.async_api import expect

from tests.support.browser.visitor import Visitor, find_chromium, visit


async def photograph(
    url: str, path: str, *, dark: bool = False, example: str | None = None, width: int = 1280, height: int = 800
) -> None:
    """Open url, wait until it shows data and write a PNG to path. example: words of the explorer's example."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("No Chromium found. Install it, for example: apt-get install chromium")
    async with visit(chromium, width=width, height=height) as visitor:
        await visitor.page.emulate_media(color_scheme="dark" if dark else "light")
        await visitor.page.goto(url)
        if urlsplit(url).path == "/graphql":
            await _example_is_answered(visitor, example)
        elif await visitor.page.locator("output").count():
            await expect(visitor.page.locator("output")).not_to_be_empty()
        await visitor.page.screenshot(path=path)


async def _example_is_answered(visitor: Visitor, example: str | None) -> None:
    await visitor.has_editor()
    if example:
        link = visitor.page.get_by_role("navigation", name="Examples").get_by_role("link", name=example)
        if not await link.is_visible():
            await visitor.page.get_by_text("More", exact=True).click()
        await link.click()
        await visitor.page.get_by_role("button", name="English").click()
    await visitor.sees_in_response("Baiyun District")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("path")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--example")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=800)
    given = parser.parse_args()
    asyncio.run(photograph(**vars(given)))
