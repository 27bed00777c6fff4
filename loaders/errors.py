"""The exceptions of the store; none of the driver's leaves `loaders`.

StoreError
├── StoreUnavailable   no server answers, its TLS fails, or the server is shutting down
│   └── StoreBusy      every connection is in use
├── StoreDenied        MongoDB refused the user, or the user lacks a privilege
├── StoreTimeout       an operation exceeded its time limit
├── StoreConflict      a write was refused: duplicate key or failed validation
└── StoreFailure       anything else the driver raised
    └── HistoryPruned  changes are asked for that are no longer in the history
"""


class StoreError(Exception):
    """Base of all store errors. Its text is safe to show; the driver's error is its cause.

    detail: MongoDB's or the driver's own message in one line, for the log and the loader; empty if there is none.
    """

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail

    @property
    def diagnosis(self) -> str:
        """The text with its detail, for those who run the server."""
        return f"{self}: {self.detail}" if self.detail else str(self)


class StoreUnavailable(StoreError):
    """The database can't be reached."""


class StoreBusy(StoreUnavailable):
    """No connection of this process became free while an operation waited for one."""


class StoreDenied(StoreError):
    """MongoDB refused the user name, the password or an operation; asking again does not help."""


class StoreTimeout(StoreError):
    """The database didn't finish in time."""


class StoreConflict(StoreError):
    """The database refused a write."""


class StoreFailure(StoreError):
    """Any other error that the database returned; `code` is its number, if it has one."""

    def __init__(self, message: str, code: int | None = None, *, detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.code = code


class HistoryPruned(StoreFailure):
    """The changes of a revision are no longer kept; `kept` is the oldest revision after which all are."""

    def __init__(self, revision: int, kept: int) -> None:
        super().__init__(f"the changes of revision {revision} are no longer kept, only those after {kept}")
        self.kept = kept
