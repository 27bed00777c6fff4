"""The index of downloads as people meet it: on a phone, with a real browser, and without scripts."""

import re

import pytest
from playwright.async_api import expect

from tests.support.browser.visitor import Server, Visitor

pytestmark = [pytest.mark.asyncio(loop_scope="function"), pytest.mark.slow]


async def test_it_fits_a_phone_and_its_links_download(server: Server, visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 360, "height": 700})
    await page.goto(f"{server.url}/export/")
    await expect(page.get_by_role("heading", name="observations")).to_be_visible()
    await page.get_by_text(re.compile(r"^\d+ columns$")).nth(1).click()
    await expect(page.get_by_text("the slug of its pillar").nth(1)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    async with page.expect_download() as download:
        await page.get_by_role("link", name="awards.csv", exact=True).click()
    assert (await download.value).suggested_filename == "awards-1.csv"
    assert (visitor.strangers, visitor.complaints) == ([], [])
