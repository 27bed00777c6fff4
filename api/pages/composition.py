"""Make a page: run its operations at one revision, and render its template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.graphql.endpoint import GraphQLEndpoint
from api.graphql.response_cache import CachedResponse, digest_of
from api.http.errors import HttpError
from api.http.outcome import OK, OutcomeSummary
from api.pages.addresses import PAGE_OPERATIONS
from api.pages.figures.embedding import SVG_POLICY, svg_of
from api.pages.languages import Language
from api.pages.manual.pages import manual_files
from api.pages.operations import OperationRunner, RevisionMoved, SubjectUnreadable
from api.pages.page import Page, PageRequest
from api.pages.registry import DAMAGED, ERROR, has_page
from api.pages.rendering import presentation_digest, render
from api.settings import Settings
from loaders.model.revisions import Published
from schema.base.context import Store

# No script runs, so nothing connects but the tools that check a page and fetch `/robots.txt` from it.
PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PAGE_VARY: Final = "Accept-Encoding"
# A load between two operations is rare, and two in a row are rarer.
_ATTEMPTS: Final = 3


@dataclass(frozen=True)
class PageAddress:
    """Which page, in which language, with which parameters. base: scheme and host of the address."""

    page: Page
    language: Language
    base: str
    path: str
    values: Mapping[str, str]
    parameters: Mapping[str, str]
    as_of: int | None

    def key(self, published: Published) -> str:
        """The key of the page at a revision; it is also its entity tag.

        The page's operations are determined by its address, and their answers by the revision.
        """
        about = (self.page.name, self.language.tag, self.base, self.path, sorted(self.parameters.items()))
        when = (published.epoch, published.revision, published.oldest_readable)
        return digest_of(b"page", repr((about, when)).encode(), presentation_digest())


class PageComposer:
    """Makes pages and pages of errors."""

    def __init__(self, settings: Settings, endpoint: GraphQLEndpoint) -> None:
        self._settings = settings
        self._endpoint = endpoint

    async def page(self, address: PageAddress, store: Store, client: str) -> CachedResponse:
        """Run the operations of a page and render it. Raises HttpError."""
        runner, content = await self._read(address, store, client)
        summary = OutcomeSummary(PAGE_OPERATIONS[address.page.name], OK, runner.cost)
        if address.page.form == "svg":
            headers = _headers(address.page, address.language, SVG_POLICY, is_cacheable=runner.is_cacheable)
            return CachedResponse(
                svg_of(content, address.language), 200, runner.is_cacheable, headers, summary=summary
            )
        frame = self._frame(address.language, address.base, address.path)
        given = {"page": address.page, "parameters": address.parameters, "as_of": address.as_of, "run": runner}
        context = {**frame, **given, **content}
        shown = address.page if content else DAMAGED
        return self._response(shown, context, address.language, summary, is_cacheable=runner.is_cacheable)

    async def _read(
        self, address: PageAddress, store: Store, client: str
    ) -> tuple[OperationRunner, Mapping[str, Any]]:
        for _ in range(_ATTEMPTS):
            runner = OperationRunner(self._endpoint, store, client, address.language.tag)
            request = PageRequest(
                address.language, address.values, address.parameters, address.as_of, runner, address.base
            )
            try:
                return runner, await address.page.read(request)
            except RevisionMoved:
                continue
            except SubjectUnreadable:
                return runner, {}
        raise HttpError(503, "the data is being published; try again in a moment", {"Retry-After": "1"})

    def error(self, language: Language, base: str, error: HttpError) -> CachedResponse:
        """A page that says what is wrong, and what would be right."""
        context = {**self._frame(language, base, ""), "error": error}
        summary = OutcomeSummary(code=error.code)
        made = self._response(ERROR, context, language, summary, is_cacheable=False)
        made.status = error.status
        made.headers |= {**error.headers, "Cache-Control": "no-store"}
        return made

    def _frame(self, language: Language, base: str, path: str) -> dict[str, Any]:
        """What every template may use, whatever the page."""
        return {
            "language": language,
            "say": language.say,
            "base": base,
            "path": path,
            "root": f"/{language.tag}/",
            "has_page": has_page,
            "explorer": self._settings.shows_explorer,
            "exports": self._settings.has_exports,
            "manual": bool(manual_files()),
            "page": None,
            "parameters": {},
            "as_of": None,
            "run": None,
        }

    def _response(
        self,
        page: Page,
        context: Mapping[str, Any],
        language: Language,
        summary: OutcomeSummary,
        *,
        is_cacheable: bool,
    ) -> CachedResponse:
        headers = _headers(page, language, PAGE_POLICY, is_cacheable=is_cacheable)
        return CachedResponse(render(page.template, context), 200, is_cacheable, headers, summary=summary)


def _headers(page: Page, language: Language, policy: str, *, is_cacheable: bool) -> dict[str, str]:
    return {
        "Content-Type": page.media,
        "Content-Language": language.tag,
        "Content-Security-Policy": policy,
        "Vary": PAGE_VARY,
        **({} if is_cacheable else {"Cache-Control": "no-store"}),
    }
