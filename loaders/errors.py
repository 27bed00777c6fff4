"""What can go wrong with the store, without a word of the driver.

StoreError
├── StoreUnavailable   no server answers, or the one that did is going away
│   └── StoreBusy      every connection is in use
├── StoreTimeout       an operation ran out of its time
├── StoreConflict      a write was refused: duplicate key or failed validation
└── StoreFailure       anything else the driver raised
"""


class StoreError(Exception):
    """Base of all store errors; its text is ours and safe to log, the cause has the driver's words."""


class StoreUnavailable(StoreError):
    """The database can't be reached."""


class StoreBusy(StoreUnavailable):
    """Every connection of this process was in use for as long as an operation waits for one."""


class StoreTimeout(StoreError):
    """The database didn't finish in time."""


class StoreConflict(StoreError):
    """The database refused a write."""


class StoreFailure(StoreError):
    """The database answered with an error we have no name for; `code` is its number, if it told one."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code
