"""Liveness and readiness probes."""

import logging

from starlette.requests import Request
from starlette.responses import JSONResponse

from api.release import VERSION
from loaders.errors import StoreError
from loaders.store.store import Store

logger = logging.getLogger(__name__)

_NO_STORE = {"Cache-Control": "no-store"}


async def healthz(_: Request) -> JSONResponse:
    """Liveness: always 200."""
    return JSONResponse({"status": "ok"}, headers=_NO_STORE)


async def readyz(request: Request) -> JSONResponse:
    """Readiness: 200 if the database is available, a revision is published, and its moves are followed.

    Otherwise 503 with the reason.
    """
    if request.app.state.draining.has_begun:
        return _unavailable("the server is about to stop")
    store: Store = request.app.state.store
    try:
        published = await store.published()
    except StoreError as error:
        logger.warning("not ready: %s", error.diagnosis)
        return _unavailable(str(error))
    if published.revision == 0:
        return _unavailable("no data is published yet")
    if store.problem:
        return _unavailable(store.problem)
    body = {"status": "ready", "revision": published.revision, "version": VERSION}
    return JSONResponse(body, headers=_NO_STORE)


def _unavailable(reason: str) -> JSONResponse:
    headers = {**_NO_STORE, "Retry-After": "1"}
    return JSONResponse({"status": "unavailable", "reason": reason, "version": VERSION}, 503, headers)
