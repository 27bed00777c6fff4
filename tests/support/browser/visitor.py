"""A real browser that can reach nothing but this machine.

Used by the tests and by the screenshot. Knows Chromium; of the explorer it knows only how to run
the operation and read the response.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from playwright.async_api import (
    ConsoleMessage,
    Error,
    Page,
    Request,
    Route,
    async_playwright,
    expect,
)

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A closed network: no name resolves, no address but this machine's connects.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
# A busy machine takes its time.
TIMEOUT_MS = 120_000

# Chromium names the broken rule in the event, in words; the console only sometimes.
REPORT_POLICY_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy ${event.effectiveDirective} forbids ${event.blockedURI}`))
"""


class Server(Protocol):
    """The running API. url: its origin, such as http://127.0.0.1:43211."""

    @property
    def url(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """page: an open, empty browser page.

    strangers: addresses outside this machine that the page requested; none was reached.
    complaints: console errors and warnings, uncaught exceptions, violations of the page's policy.
    """

    page: Page
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def run_operation(self) -> None:
        """Press Run once the editors have come."""
        await self.has_editor()
        await self.page.get_by_role("button", name="Run", exact=True).click()

    async def has_editor(self) -> None:
        """Wait for the editors, which take the place of plain text fields."""
        await expect(self.page.get_by_role("button", name="Docs")).to_be_enabled()

    async def sees_in_response(self, text: str) -> None:
        """Wait until the response pane shows the text.

        Raises AssertionError when it doesn't come within TIMEOUT_MS.
        """
        await expect(self.page.get_by_role("region", name="Answer")).to_contain_text(text)


def find_chromium() -> str | None:
    """Return the path of an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@asynccontextmanager
async def visit(chromium: str, *, width: int = 1440, height: int = 900) -> AsyncIterator[Visitor]:
    """Start Chromium (a path) with a fresh profile; close it at the end."""
    expect.set_options(timeout=TIMEOUT_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        context = await browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(TIMEOUT_MS)
        await context.add_init_script(REPORT_POLICY_VIOLATIONS)
        visitor = Visitor(page=await context.new_page())
        await _watch(visitor)
        yield visitor
        await browser.close()


async def _watch(visitor: Visitor) -> None:
    async def stop_strangers(route: Route, request: Request) -> None:
        if urlsplit(request.url).hostname == "127.0.0.1":
            await route.continue_()
        else:
            visitor.strangers.append(request.url)
            await route.abort()

    def hear_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            visitor.complaints.append(message.text)

    def hear_exception(error: Error) -> None:
        visitor.complaints.append(str(error))

    await visitor.page.context.route("**/*", stop_strangers)
    visitor.page.on("console", hear_console)
    visitor.page.on("pageerror", hear_exception)
