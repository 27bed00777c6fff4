"""GraphQL over WebSockets: the protocol `graphql-transport-ws`."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any, Final, TypeAlias

import orjson
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.graphql.endpoint import GraphQLEndpoint
from api.graphql.websocket_messages import PROTOCOL, Closing, operation_id_of, read_message, truncate_reason
from api.http.client_address import client_of
from api.http.content_negotiation import GRAPHQL_RESPONSE
from api.http.errors import HttpError, error_response
from api.http.outcome import CLIENT_LEFT, OK, OutcomeSummary, RequestOutcome
from api.http.strict_json import StrictJson
from api.limits.rate_limit import MIN_COST, RateLimiter
from api.settings import Settings
from schema.base.errors import MASKED, BadUserInput, format_error
from schema.operation.runner import RequestError

logger = logging.getLogger(__name__)

_LANGUAGES: Final = "accept-language"
# Called with the outcome and the duration in seconds of each operation.
Record: TypeAlias = Callable[[RequestOutcome, float], None]


class WebSocketEndpoint:
    """Serves `/graphql` over WebSockets, as an ASGI application."""

    def __init__(
        self,
        settings: Settings,
        endpoint: GraphQLEndpoint,
        rate_limiter: RateLimiter | None = None,
        record: Record | None = None,
    ) -> None:
        self.settings = settings
        self.endpoint = endpoint
        self.rate_limiter = rate_limiter
        self.record = record
        self.json = StrictJson(max_depth=settings.max_json_depth, max_digits=settings.max_json_digits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        socket = WebSocket(scope, receive, send)
        protocol = PROTOCOL if PROTOCOL in scope["subprotocols"] else None
        client = client_of(scope)
        try:
            with self.endpoint.hub.connection(client):
                await socket.accept(protocol)
                if protocol is None:
                    await socket.close(4406, f"Subprotocol not acceptable; use {PROTOCOL}")
                    return
                await _Connection(self, socket, client).serve()
        except HttpError as error:
            await socket.send_denial_response(error_response(error))
        except WebSocketDisconnect:
            pass


class _Connection:
    """One connection. Its operations run as tasks, by the ids that the client assigned."""

    def __init__(self, sockets: WebSocketEndpoint, socket: WebSocket, client: str) -> None:
        self._sockets = sockets
        self._settings = sockets.settings
        self._endpoint = sockets.endpoint
        self._socket = socket
        self._client = client
        # The other headers apply to single requests.
        self._headers = {_LANGUAGES: socket.headers.get(_LANGUAGES, "")}
        self._is_ready = False
        self._operations: dict[str, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Process messages until either side closes the connection."""
        closing: Closing | None = None
        try:
            while (text := await self._receive()) is not None:
                await self._handle(read_message(self._sockets.json, text))
        except Closing as reason:
            closing = reason
        finally:
            tasks = list(self._operations.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if closing:
            await self._socket.close(closing.code, closing.reason)

    async def _receive(self) -> str | None:
        """Return the next message; None if the client has disconnected."""
        while True:
            seconds = self._settings.socket_idle_s if self._is_ready else self._settings.request_timeout_s
            try:
                async with asyncio.timeout(seconds):
                    message = await self._socket.receive()
            except TimeoutError:
                if not self._is_ready:
                    raise Closing(4408, "Connection initialisation timeout") from None
                if not self._operations:
                    raise Closing(1000, "Idle for too long") from None
                continue
            if message["type"] == "websocket.disconnect":
                return None
            if message.get("text") is None:
                raise Closing(4400, "Messages must be JSON text")
            text: str = message["text"]
            return text

    async def _handle(self, message: dict[str, Any]) -> None:
        type_ = message["type"]
        if type_ == "connection_init":
            await self._acknowledge(message.get("payload") or {})
        elif type_ == "subscribe":
            await self._start(message)
        elif type_ == "complete":
            self._stop(operation_id_of(message))
        elif type_ == "ping":
            await self._send({"type": "pong", **({"payload": message["payload"]} if "payload" in message else {})})
        elif type_ != "pong":
            raise Closing(4400, truncate_reason(f"Unknown message type {type_!a}"))

    async def _acknowledge(self, payload: Mapping[str, Any]) -> None:
        if self._is_ready:
            raise Closing(4429, "Too many initialisation requests")
        self._is_ready = True
        # Browser pages can't set headers of the handshake.
        languages = payload.get("acceptLanguage")
        if isinstance(languages, str):
            self._headers[_LANGUAGES] = languages
        await self._send({"type": "connection_ack"})

    async def _start(self, message: Mapping[str, Any]) -> None:
        if not self._is_ready:
            raise Closing(4401, "Unauthorized: send connection_init first")
        id_ = operation_id_of(message)
        if id_ in self._operations:
            raise Closing(4409, truncate_reason(f"Subscriber for {id_} already exists"))
        if len(self._operations) >= self._settings.max_socket_operations:
            most = self._settings.max_socket_operations
            error = HttpError(429, f"this connection already runs {most} operations; complete one first")
            await self._send_error(id_, [error.formatted])
            return
        task = self._operations[id_] = asyncio.create_task(self._run(id_, message.get("payload") or {}))
        task.add_done_callback(lambda done: self._forget_operation(id_, done))

    def _stop(self, id_: str) -> None:
        if task := self._operations.pop(id_, None):
            task.cancel()

    def _forget_operation(self, id_: str, task: asyncio.Task[None]) -> None:
        if self._operations.get(id_) is task:
            del self._operations[id_]

    async def _run(self, id_: str, parameters: Mapping[str, Any]) -> None:
        """Run one operation until it ends."""
        outcome, started = RequestOutcome(OutcomeSummary(code=CLIENT_LEFT)), perf_counter()
        try:
            errors = await self._run_or_errors(id_, parameters, outcome)
            if errors:
                outcome.summary = replace(outcome.summary, code=errors[0]["extensions"]["code"])
                await self._send_error(id_, errors)
            else:
                await self._send({"id": id_, "type": "complete"})
        except WebSocketDisconnect:
            pass
        finally:
            if self._sockets.record:
                self._sockets.record(outcome, perf_counter() - started)

    async def _run_or_errors(
        self, id_: str, parameters: Mapping[str, Any], outcome: RequestOutcome
    ) -> Sequence[Mapping[str, Any]]:
        """Execute an operation. Returns its errors if it could not be executed."""
        try:
            if self._sockets.rate_limiter:
                self._sockets.rate_limiter.check(self._client)
            return await self._execute(id_, parameters, outcome)
        except RequestError as error:
            return error.response.errors
        except BadUserInput as error:
            return [format_error(error)]
        except HttpError as error:
            return [error.formatted]
        except WebSocketDisconnect:
            raise
        except Exception:
            logger.exception("the operation failed")
            return [HttpError(500, MASKED).formatted]

    async def _execute(
        self, id_: str, parameters: Mapping[str, Any], outcome: RequestOutcome
    ) -> Sequence[Mapping[str, Any]]:
        endpoint = self._endpoint
        request = endpoint.parse_parameters(parameters)
        http_request = endpoint.http_request_for(
            request, self._socket.app.state.store, self._client, self._headers, GRAPHQL_RESPONSE
        )
        if endpoint.is_subscription(request):
            context = http_request.context()
            subscription = await endpoint.hub.subscribe(request, context, self._client)
            outcome.is_stream = True
            outcome.summary = OutcomeSummary.of(context.root_fields, OK, subscription.cost)
            async for _, payload in subscription:
                self._spend(subscription.cost)
                await self._send_next(id_, payload)
        else:
            cached = await endpoint.response_for(http_request, outcome)
            self._spend(cached.summary.cost or 0)
            if cached.status >= 400:
                errors: Sequence[Mapping[str, Any]] = orjson.loads(cached.body)["errors"]
                return errors
            await self._send_next(id_, cached.body)
        return ()

    def _spend(self, points: int) -> None:
        if self._sockets.rate_limiter:
            self._sockets.rate_limiter.spend(self._client, max(MIN_COST, points))

    async def _send_next(self, id_: str, payload: bytes) -> None:
        head = b'{"id":%b,"type":"next","payload":' % orjson.dumps(id_)
        await self._socket.send_text((head + payload + b"}").decode())

    async def _send_error(self, id_: str, errors: Sequence[Mapping[str, Any]]) -> None:
        await self._send({"id": id_, "type": "error", "payload": errors})

    async def _send(self, message: Mapping[str, Any]) -> None:
        await self._socket.send_text(orjson.dumps(message).decode())
