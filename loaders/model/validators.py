"""Derive MongoDB's `$jsonSchema` validators from the types in `loaders.documents`."""

from datetime import datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from loaders.documents import Document

_BSON_TYPES: dict[Any, list[str]] = {
    str: ["string"],
    bool: ["bool"],
    # The driver sends an int as int32 where it fits and as int64 otherwise.
    int: ["int", "long"],
    float: ["double"],
    Decimal: ["decimal"],
    datetime: ["date"],
    NoneType: ["null"],
}


def json_schema_for(annotation: Any) -> Document:
    """Translate a type into MongoDB's dialect of JSON Schema.

    annotation: a TypedDict, list, dict, Literal, optional or plain type from `loaders.documents`.
    Raises KeyError for a type that MongoDB can't hold.
    """
    origin = get_origin(annotation)
    if is_typeddict(annotation):
        hints = get_type_hints(annotation)
        return {
            "bsonType": "object",
            "required": sorted(annotation.__required_keys__),
            "additionalProperties": False,
            "properties": {name: json_schema_for(hint) for name, hint in hints.items()},
        }
    if origin is list:
        return {"bsonType": "array", "items": json_schema_for(get_args(annotation)[0])}
    if origin is dict:
        # Keys are texts; a map without any says nothing.
        return {
            "bsonType": "object",
            "minProperties": 1,
            "additionalProperties": json_schema_for(get_args(annotation)[1]),
        }
    if origin is Literal:
        return {"enum": list(get_args(annotation))}
    if origin in {Union, UnionType}:
        return {"anyOf": [json_schema_for(option) for option in get_args(annotation)]}
    return {"bsonType": _BSON_TYPES[annotation]}
