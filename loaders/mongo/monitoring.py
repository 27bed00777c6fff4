"""What the driver tells about itself: the state of its pool, and its commands as they come and go.

Connections are opened and commands sent by threads of the driver, so a listener is called from any of them.
"""

from threading import Lock
from typing import Any, Protocol, TypeAlias

from pymongo import monitoring

Listener: TypeAlias = monitoring.CommandListener | monitoring.ConnectionPoolListener


class PoolCounter(monitoring.ConnectionPoolListener):
    """Counts the connections of one process, to all servers together.

    open: connections that there are. checked_out: those that an operation uses.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.open = self.checked_out = 0

    def connection_created(self, event: object) -> None:
        """One more."""
        with self._lock:
            self.open += 1

    def connection_closed(self, event: object) -> None:
        """One less."""
        with self._lock:
            self.open -= 1

    def connection_check_out_started(self, event: object) -> None:
        """Not counted: operations wait before they ask (`loaders.mongo.operation_runner`)."""

    def connection_check_out_failed(self, event: object) -> None:
        """Not counted."""

    def connection_checked_out(self, event: object) -> None:
        """An operation got one."""
        with self._lock:
            self.checked_out += 1

    def connection_checked_in(self, event: object) -> None:
        """It gives it back."""
        with self._lock:
            self.checked_out -= 1

    def pool_created(self, event: object) -> None:
        """Not counted."""

    def pool_ready(self, event: object) -> None:
        """Not counted."""

    def pool_cleared(self, event: object) -> None:
        """Its connections are closed one by one."""

    def pool_closed(self, event: object) -> None:
        """Its connections are closed one by one."""

    def connection_ready(self, event: object) -> None:
        """Counted since it was created."""


class CommandObserver(Protocol):
    """Is told of each command; an id belongs to one command at a time."""

    def command_started(self, number: int, command: str, database: str, collection: str | None) -> None:
        """A command is sent."""
        ...

    def command_ended(self, number: int, failure: str | None) -> None:
        """Its answer is here, or the name of what kept it away."""
        ...


class CommandMonitor(monitoring.CommandListener):
    """Tells a observer of each command, without a value of it."""

    def __init__(self, observer: CommandObserver) -> None:
        self._observer = observer

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """A command is sent."""
        # The collection is the value of a command's first key, that of getMore stands beside its cursor.
        name: Any = event.command.get("collection") or event.command.get(event.command_name)
        collection = name if isinstance(name, str) else None
        self._observer.command_started(event.request_id, event.command_name, event.database_name, collection)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Its answer is here."""
        self._observer.command_ended(event.request_id, None)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """There is none, or it is an error."""
        self._observer.command_ended(
            event.request_id, str(event.failure.get("codeName") or event.failure.get("errtype"))
        )
