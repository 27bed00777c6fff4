"""Run an ASGI application as `python -m api` does: one process, uvloop, httptools, no access log.

PORT, MONGODB_URI and MONGODB_DATABASE come from the environment.
"""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import uvicorn
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from loaders.documents import Document

Mongo: TypeAlias = AsyncIOMotorDatabase[Document]


def serve(routes: Callable[[], list[BaseRoute]]) -> None:
    """Serve `routes`, which are made once the event loop runs, and /healthz."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.router.routes.extend(routes())
        yield

    uvicorn.run(
        Starlette(routes=[Route("/healthz", _healthz)], lifespan=lifespan),
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
    )


def serve_graphql(app: Callable[[Mongo], ASGIApp]) -> None:
    """Serve an application that answers GraphQL at /graphql."""
    serve(lambda: [Route("/graphql", app(mongo()))])


def mongo() -> Mongo:
    """The database, as the driver gives it by default."""
    client: AsyncIOMotorClient[Any] = AsyncIOMotorClient(os.environ["MONGODB_URI"])
    return client.get_database(os.environ["MONGODB_DATABASE"])


async def _healthz(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")
