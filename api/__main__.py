"""`python -m api` serves HTTP, `python -m api mcp` MCP; both start a local database unless MONGODB_URI is set."""

import argparse
import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import nullcontext, suppress
from importlib import import_module
from importlib.util import find_spec
from types import FrameType
from typing import IO
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import uvicorn
from pydantic import ValidationError

from api.observability.multiprocess_metrics import shared_folder
from api.server.request_log import configure_logging
from api.settings import Settings
from loaders.local.mongod import LocalMongodError
from loaders.local.shared_mongod import database_address
from loaders.settings import settings_problems

EXIT_WRONG_SETTINGS, EXIT_CANNOT_START = 2, 3
FIRST_ANSWER_WITHIN_S = 60.0
# The part of the shutdown timeout reserved for closing the database connections.
DATABASE_CLOSE_S = 1
# Set by `make serve` before it installs anything, so that the reported time includes the installation.
STARTED_AT_VARIABLE = "YUNSHAN_STARTED_AT"


def main() -> int:
    """Start the database and load the data if needed, and serve until a signal arrives. Returns the exit status."""
    started = float(os.environ.get(STARTED_AT_VARIABLE) or time.time())
    # Imported modules stay in memory. Collecting garbage takes a tenth of the startup; it is enabled before serving.
    gc.disable()
    options = _options()
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in settings_problems(error):
            _print_line(problem)
        return EXIT_WRONG_SETTINGS
    if settings.trusted_documents and (wrong := _manifest_problem(settings)):
        _print_line(f"TRUSTED_DOCUMENTS: {wrong}")
        return EXIT_WRONG_SETTINGS
    if options.command == "mcp":
        return _serve_agent(settings, options)
    if not _is_port_free(settings):
        _print_line(f"port {settings.port} on {settings.host} is in use; stop the process that uses it, or set PORT")
        return EXIT_CANNOT_START
    # uvicorn raises the signal that ended it again; as an exit, it lets the database stop cleanly.
    signal.signal(signal.SIGTERM, _exit)
    if options.workers == 1 and not options.reload:
        threading.Thread(target=_import_application, daemon=True).start()
    try:
        with database_address(settings, "server", _print_line) as uri:
            os.environ["MONGODB_URI"] = uri
            if options.seed and (status := _load_if_empty()):
                return status
            with shared_folder() if options.workers > 1 else nullcontext():
                _serve(settings, options, started)
    except LocalMongodError as error:
        _print_line(str(error))
        return EXIT_CANNOT_START
    return 0


def _serve_agent(settings: Settings, options: argparse.Namespace) -> int:
    """Serve MCP over standard input and output until input ends. Returns the exit status."""
    if find_spec("mcp") is None:
        _print_line("the MCP server needs the package mcp; install it with: make mcp")
        return EXIT_CANNOT_START
    from api.mcp.server import serve

    gc.enable()
    configure_logging(settings.log_level, settings.log_format)
    # Only the end of input stops the SDK from reading, so a signal must end the process and its database.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        with database_address(settings, "guest", _print_line) as uri:
            os.environ["MONGODB_URI"] = uri
            # Standard output is reserved for the protocol.
            if options.seed and (status := _load_if_empty(sys.stderr)):
                return status
            asyncio.run(serve(settings, uri))
    except LocalMongodError as error:
        _print_line(str(error))
        return EXIT_CANNOT_START
    return 0


def _serve(settings: Settings, options: argparse.Namespace, started: float) -> None:
    if options.reload:
        # With --reload there is no load balancer that must notice the shutdown first.
        os.environ["DRAIN_S"] = "0"
    threading.Thread(target=_announce_readiness, args=(settings, started), daemon=True).start()
    uvicorn.run(
        "api.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=options.workers,
        reload=options.reload,
        loop="uvloop",
        http="api.server.http_protocol:HttpProtocol",
        ws="api.server.websocket_protocol:WebSocketProtocol",
        ws_max_size=settings.max_body_bytes,
        # Messages are small, and compression needs a window of memory for each connection.
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_keep_alive=settings.keep_alive_s,
        timeout_graceful_shutdown=max(1, settings.shutdown_timeout_s - settings.drain_s - DATABASE_CLOSE_S),
    )


def _import_application() -> None:
    """Import the application while the database starts; uvicorn waits for the rest, and has the error if it fails."""
    with suppress(Exception):
        import_module("api.app")


def _manifest_problem(settings: Settings) -> str | None:
    # Imports the schema, which the server otherwise imports only in its workers.
    from api.graphql.persisted_documents import ManifestError, open_persisted_documents

    try:
        open_persisted_documents(settings)
    except ManifestError as error:
        return str(error)
    return None


def _load_if_empty(output: IO[str] | None = None) -> int:
    command = [sys.executable, "-m", "seeds", "load", "--if-empty"]
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=output).returncode


def _is_port_free(settings: Settings) -> bool:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return False
    return True


def _announce_readiness(settings: Settings, started: float) -> None:
    """Send a first request, and print the time from the start until its response."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)
    address = f"http://{host}:{settings.port}"
    # The request goes to this process itself: ignore proxies set in the environment.
    open_url = build_opener(ProxyHandler({})).open
    deadline = time.time() + FIRST_ANSWER_WITHIN_S
    while time.time() < deadline:
        try:
            with open_url(f"{address}/graphql?query=%7Bdataset%7Brevision%7D%7D", timeout=5):
                _print_line(f"ready: {address}/graphql (first answer after {time.time() - started:.1f} s)")
                return
        except (URLError, OSError):
            time.sleep(0.05)


def _exit(number: int, _: FrameType | None) -> None:
    sys.exit(0)


def _print_line(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m api", description=__doc__)
    parser.add_argument(
        "command",
        nargs="?",
        choices=["mcp"],
        help="mcp: instead of HTTP, the Model Context Protocol over standard input and output, for one agent",
    )
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes that serve (default: 1)")
    parser.add_argument("--reload", action="store_true", help="start again when a source file changes")
    parser.add_argument("--seed", action="store_true", help="load the shipped data when the database is empty")
    options = parser.parse_args()
    if options.command == "mcp" and (options.workers > 1 or options.reload):
        parser.error("--workers and --reload are for serving over HTTP")
    return options


if __name__ == "__main__":
    sys.exit(main())
