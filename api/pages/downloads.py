"""The page of the files: what each has, in which formats, with its columns."""

from typing import Any, Final, NamedTuple

from api.pages.page import PageContent, PageRequest
from schema.export.batches import EXPORTS
from schema.export.csv_columns import columns_of

FORMATS: Final = ("csv", "json", "jsonl", "xlsx")


class File(NamedTuple):
    """One table of the files. rows: how many, where the dataset counts them."""

    name: str
    rows: int | None
    columns: list[Any]


async def read_downloads(request: PageRequest) -> PageContent:
    """Read how many rows each file has."""
    data = await request.runner.run("downloads")
    counts = data["dataset"]["counts"]
    return {
        "dataset": data["dataset"],
        "formats": FORMATS,
        "files": [File(name, counts.get(name), list(columns_of(name))) for name in EXPORTS],
    }
