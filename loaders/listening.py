"""What the driver tells about itself: the state of its pool.

Connections are opened and used by threads of the driver, so a listener is called from any of them.
"""

from threading import Lock
from typing import TypeAlias

from pymongo import monitoring

Listener: TypeAlias = monitoring.CommandListener | monitoring.ConnectionPoolListener


class Pool(monitoring.ConnectionPoolListener):
    """Counts the connections of one process, to all servers together.

    open: connections that there are. checked_out: those that an operation uses. waiting: operations without one yet.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.open = self.checked_out = self.waiting = 0

    def connection_created(self, event: object) -> None:
        """One more."""
        with self._lock:
            self.open += 1

    def connection_closed(self, event: object) -> None:
        """One less."""
        with self._lock:
            self.open -= 1

    def connection_check_out_started(self, event: object) -> None:
        """An operation asks for a connection."""
        with self._lock:
            self.waiting += 1

    def connection_check_out_failed(self, event: object) -> None:
        """It got none."""
        with self._lock:
            self.waiting -= 1

    def connection_checked_out(self, event: object) -> None:
        """It got one."""
        with self._lock:
            self.waiting -= 1
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
