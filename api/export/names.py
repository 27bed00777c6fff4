"""What can be downloaded, and what metrics call it, known without importing what makes it."""

from collections.abc import Mapping
from typing import Final

from schema.export.files import EXPORTED_FILES

DATA_PACKAGE: Final = "datapackage.json"
INDEX: Final = ""
# The names of what describes the files in metrics and logs, by path.
DESCRIPTIONS: Final[Mapping[str, str]] = {INDEX: "index", DATA_PACKAGE: "datapackage"}
# The operation names of exports in metrics and logs.
EXPORT_OPERATIONS: Final = {name: f"export {name}" for name in (*EXPORTED_FILES, *DESCRIPTIONS.values())}
