"""Custom scalars of the schema."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NewType

import strawberry
from graphql import GraphQLError
from strawberry.schema.types.base_scalars import DateTimeDefinition
from strawberry.types.scalar import ScalarDefinition

from loaders.documents import STILL_LIVE

Date = NewType("Date", str)
Revision = NewType("Revision", int)


def exact_text(value: object) -> str:
    """Format a Decimal with all its digits and without an exponent."""
    if not isinstance(value, Decimal):
        raise GraphQLError("the stored figure is no decimal")
    return format(value, "f")


def _day(value: object) -> str:
    try:
        if isinstance(value, str) and date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    raise GraphQLError(f"{value!a} is no day; write it as 2025-09-30")


def _stored_date(value: object) -> str:
    if not isinstance(value, str):
        raise GraphQLError("the stored date is no text")
    return value


def _number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= STILL_LIVE:
        return value
    raise GraphQLError(f"{value!a} is no revision; write its number, as 42")


def _output_only(value: Any) -> Any:
    raise GraphQLError("this scalar can't be used in input")


SCALARS: Final[dict[object, ScalarDefinition]] = {
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number, written as a string with all its digits: 90.95.",
        specified_by_url="https://www.w3.org/TR/xmlschema11-2/#decimal",
        serialize=exact_text,
        parse_value=_output_only,
    ),
    Date: strawberry.scalar(
        name="Date",
        description="A day, written as a text by ISO 8601: 2025-09-30.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        serialize=_stored_date,
        parse_value=_day,
    ),
    datetime: replace(
        DateTimeDefinition,
        description="A moment, written as a text by RFC 3339, with its offset from UTC: 2025-09-30T08:00:00+00:00.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    ),
    Revision: strawberry.scalar(
        name="Revision",
        description="The number of a published revision of the data: 0 before the first load, then growing "
        "with each load that changes something; numbers may be skipped. May outgrow 32 bits; JSON clients hold it "
        "exactly up to 2^53.",
        specified_by_url="https://www.w3.org/TR/xmlschema11-2/#nonNegativeInteger",
        serialize=int,
        parse_value=_number,
    ),
}
