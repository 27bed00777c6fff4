"""Listeners to the driver's events: the connections in its pool, and the commands that start and end.

The driver's threads open connections and send commands, so a listener may be called from any thread.
"""

from threading import Lock
from typing import Any, Protocol, TypeAlias

from pymongo import monitoring

Listener: TypeAlias = monitoring.CommandListener | monitoring.ConnectionPoolListener


class PoolCounter(monitoring.ConnectionPoolListener):
    """Counts the connections of one process, to all servers together.

    open: all open connections. checked_out: those that an operation uses.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.open = self.checked_out = 0

    def connection_created(self, event: object) -> None:
        """Count an opened connection."""
        with self._lock:
            self.open += 1

    def connection_closed(self, event: object) -> None:
        """Count a closed connection."""
        with self._lock:
            self.open -= 1

    def connection_check_out_started(self, event: object) -> None:
        """Not counted: operations wait in `loaders.mongo.operation_runner` before they check out a connection."""

    def connection_check_out_failed(self, event: object) -> None:
        """Not counted."""

    def connection_checked_out(self, event: object) -> None:
        """Count a connection in use."""
        with self._lock:
            self.checked_out += 1

    def connection_checked_in(self, event: object) -> None:
        """Count a connection returned to the pool."""
        with self._lock:
            self.checked_out -= 1

    def pool_created(self, event: object) -> None:
        """Not counted."""

    def pool_ready(self, event: object) -> None:
        """Not counted."""

    def pool_cleared(self, event: object) -> None:
        """Not counted: the driver reports each closed connection."""

    def pool_closed(self, event: object) -> None:
        """Not counted: the driver reports each closed connection."""

    def connection_ready(self, event: object) -> None:
        """Not counted: the connection has been counted since it was created."""


class CommandObserver(Protocol):
    """Is notified of each command; `number` identifies one command at a time."""

    def command_started(self, number: int, command: str, database: str, collection: str | None) -> None:
        """Note that a command was sent."""
        ...

    def command_ended(self, number: int, failure: str | None) -> None:
        """Note that a command ended; `failure` is the name of its error, None if it succeeded."""
        ...


class CommandMonitor(monitoring.CommandListener):
    """Notifies an observer of each command, without the command's values."""

    def __init__(self, observer: CommandObserver) -> None:
        self._observer = observer

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Report a command that was sent."""
        # The collection is the value of a command's first key; getMore has it under `collection`.
        name: Any = event.command.get("collection") or event.command.get(event.command_name)
        collection = name if isinstance(name, str) else None
        self._observer.command_started(event.request_id, event.command_name, event.database_name, collection)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Report a command that succeeded."""
        self._observer.command_ended(event.request_id, None)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Report a command that failed."""
        self._observer.command_ended(
            event.request_id, str(event.failure.get("codeName") or event.failure.get("errtype"))
        )
