"""Describe the files of an export as a Data Package (https://datapackage.org, version 2).

Pure. The files are those in CSV, at paths relative to the description.
"""

from datetime import datetime
from typing import Any, Final

from schema.export.batches import EXPORTS
from schema.export.csv_columns import CellType, Column, columns_of
from schema.export.file_languages import EVERY_LANGUAGE, FileLanguages
from schema.export.files import EXPORTED_FILES, Reference

PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
_RESOURCE_PROFILE: Final = "https://datapackage.org/profiles/2.0/dataresource.json"
_TYPES: Final[dict[CellType, str]] = {"text": "string"}
_LANGUAGES: Final = {"zhHans": "Simplified Chinese", "en": "English", "zhHant": "Traditional Chinese"}
_TERMS: Final = (
    "The data set states no licence. What a source publishes is under the terms of that source: `citation_sources` "
    "of a row names its sources, which sources.csv describes."
)
_DIALECT: Final = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}


def data_package(
    revision: int, loaded_at: datetime | None, languages: FileLanguages = EVERY_LANGUAGE
) -> dict[str, Any]:
    """The descriptor of a revision. loaded_at: when it was loaded; None before the first load.

    languages: those of the files that it describes.
    """
    return {
        "$schema": PROFILE,
        "name": "yunshan",
        "title": "Yunshan: achievements of smart districts",
        "description": f"Every published figure with its unit, period, status and sources. {_TERMS}",
        "version": str(revision),
        **({"created": f"{loaded_at:%Y-%m-%dT%H:%M:%SZ}"} if loaded_at else {}),
        "sources": [{"title": "The publications that the rows cite", "path": "sources.csv"}],
        "resources": [_resource(name, languages) for name in EXPORTS],
    }


def _resource(name: str, languages: FileLanguages) -> dict[str, Any]:
    file = EXPORTED_FILES[name]
    return {
        "$schema": _RESOURCE_PROFILE,
        "name": name,
        "type": "table",
        "path": f"{name}.csv{languages.query}",
        "description": file.rows,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": _DIALECT,
        "schema": {
            "fields": [_field(column) for column in columns_of(name, languages)],
            "missingValues": [""],
            "primaryKey": ["id"],
            **({"foreignKeys": [_foreign_key(one) for one in file.references]} if file.references else {}),
        },
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": _TYPES.get(column.type, column.type)}
    language = f" ({_LANGUAGES.get(column.form, column.form)})" if column.form else ""
    field["description"] = f"{column.note}{language}"
    if column.type == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if column.name in {"id", "slug", "revision"}:
        field["constraints"] = {"required": True}
    return field


def _foreign_key(reference: Reference) -> dict[str, Any]:
    return {
        "fields": list(reference.columns),
        "reference": {"resource": reference.name, "fields": list(reference.others)},
    }
