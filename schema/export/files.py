"""The files of the export: what each holds, what its rows are known by, and which rows of other files they name."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns of a file that name a row of another file, by columns of that."""

    columns: tuple[str, ...]
    name: str
    others: tuple[str, ...] = ("slug",)


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file. rows: what its rows are. references: where each row that names another names one that exists."""

    rows: str
    references: tuple[Reference, ...] = ()


_OF_DISTRICT: Final = Reference(("district",), "districts")
_OF_INITIATIVE: Final = Reference(("district", "initiative"), "initiatives", ("district", "slug"))
_OF_INDICATOR: Final = Reference(("indicator",), "indicators")
EXPORTED_FILES: Final[Mapping[str, ExportedFile]] = MappingProxyType(
    {
        "observations": ExportedFile(
            "published figures of all metrics",
            (
                _OF_DISTRICT,
                _OF_INITIATIVE,
                Reference(("district", "metric"), "metrics", ("district", "slug")),
                _OF_INDICATOR,
            ),
        ),
        "metrics": ExportedFile(
            "metrics of all districts, each with its latest figure", (_OF_DISTRICT, _OF_INITIATIVE, _OF_INDICATOR)
        ),
        # Awards of districts and pillars have no initiative; a reference of two columns would be half empty.
        "awards": ExportedFile("awards of all districts, at every level", (_OF_DISTRICT,)),
        "initiatives": ExportedFile("lines of work of all districts", (_OF_DISTRICT,)),
        "districts": ExportedFile("districts and other places", (Reference(("parent",), "districts"),)),
        "indicators": ExportedFile(
            "what metrics of several districts measure", (Reference(("part_of",), "indicators"),)
        ),
        "sources": ExportedFile("publications that figures and awards are cited from"),
    }
)
