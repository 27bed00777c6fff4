"""What can go wrong with the store, without a word of the driver.

StoreError
├── StoreUnavailable   no server answers, or the one that did is going away
├── StoreTimeout       an operation ran out of its time
├── StoreConflict      a write was refused: duplicate key or failed validation
└── StoreFailure       anything else the driver raised
"""


class StoreError(Exception):
    """Base of all store errors; its text is ours and safe to log, the cause has the driver's words."""


class StoreUnavailable(StoreError):
    """The database can't be reached."""


class StoreTimeout(StoreError):
    """The database didn't finish in time."""


class StoreConflict(StoreError):
    """The database refused a write."""


class StoreFailure(StoreError):
    """The database answered with an error we have no name for."""
