"""The ceiling: the most that Starlette can do. A route reads the request and sends bytes prepared at the start.

ANSWERS names a folder with one answer a question.
"""

import os
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bench.servers.serving import serve


def main() -> None:
    """Serve."""
    serve(_routes)


def _routes() -> list[BaseRoute]:
    return [_route(answer) for answer in Path(os.environ["ANSWERS"]).glob("*.json")]


def _route(answer: Path) -> Route:
    body = answer.read_bytes()

    async def endpoint(request: Request) -> Response:
        await request.body()
        return Response(body, media_type="application/json")

    return Route(f"/{answer.stem}", endpoint, methods=["POST"])


if __name__ == "__main__":
    main()
