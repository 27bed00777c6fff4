"""The types of the fields in seed files: texts, slugs, exact figures, units, days; errors say what to write."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from loaders.values.countries import COUNTRIES
from loaders.values.edtf import parse_edtf
from loaders.values.unit_names import plural_categories
from loaders.values.units import PER, UNITS, fault_of_unit
from seeds.format.characters import fault_of
from seeds.format.numerals import advice_for
from seeds.format.problems import shown

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
# IEEE 754 decimal128, MongoDB's type for figures, holds 34 significant digits.
MAX_DIGITS = 34

_FIGURE = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LANGUAGE_TAG = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"


def _plain_text(text: str) -> str:
    if fault := fault_of(text):
        raise ValueError(fault)
    if text != text.strip():
        raise ValueError("the text begins or ends with white space; remove it")
    return text


def _exact_number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and _FIGURE.fullmatch(value):
        return Decimal(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and (right := advice_for(value)):
        raise ValueError(f"{shown(value)} is not a number; write {right}")
    raise ValueError("a figure is a number written out in digits, such as 90.95")


def _storable(value: Decimal) -> Decimal:
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if len(digits) > MAX_DIGITS or not -MAX_DIGITS <= exponent <= 0:
        raise ValueError(
            f"a figure is written out in at most {MAX_DIGITS} digits and without an exponent; "
            "use multiplier for powers of ten"
        )
    return value or value.copy_abs()  # zero has no sign


# The codes of units that the document which is being validated defines by itself.
_OWN_UNITS: Final[ContextVar[frozenset[str]]] = ContextVar("own units", default=frozenset())


@contextmanager
def allowing_units(codes: Iterable[str]) -> Iterator[None]:
    """Allow further units in what is validated within."""
    token = _OWN_UNITS.set(_OWN_UNITS.get() | frozenset(codes))
    try:
        yield
    finally:
        _OWN_UNITS.reset(token)


def _known_unit(code: str) -> str:
    if fault := fault_of_unit(code, _OWN_UNITS.get()):
        raise ValueError(fault)
    return code


def _new_unit(code: str) -> str:
    if code in UNITS:
        raise ValueError(f"{code!r} is a unit of the registry already; leave it out, or give yours another code")
    if PER in code or not re.fullmatch(SLUG_PATTERN, code):
        raise ValueError(
            f"{shown(code)} must be lower-case ASCII words joined by hyphens, such as service-point, without -per-, "
            "which is for rates"
        )
    return code


def _known_language(tag: str) -> str:
    if plural_categories(tag) is None:
        raise ValueError(f"{shown(tag)} is no language that CLDR has plurals of; write a tag such as en or zh-Hans")
    return tag


def _known_country(code: str) -> str:
    if code not in COUNTRIES:
        right = f"write {code.upper()}" if code.upper() in COUNTRIES else "write its ISO 3166-1 code, such as CN"
        raise ValueError(f"{shown(code)} is no country; {right}")
    return code


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", url):
        raise ValueError("a url begins with https:// or http://, names a host and has no white space")
    return url


def _calendar_day(text: Any) -> Any:
    if isinstance(text, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            date.fromisoformat(text)
        except ValueError as error:
            raise ValueError(f"{text!r} is not a calendar day: {error}") from None
        return text
    raise ValueError("a date is written YYYY-MM-DD, such as 2025-11-14")


def _checked_edtf(text: str) -> str:
    parse_edtf(text)
    return text


def _unit_schema() -> dict[str, Any]:
    return {"anyOf": [{"type": "string", "enum": sorted(UNITS)}, {"type": "string", "pattern": SLUG_PATTERN}]}


def _digits_are_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Slug = Annotated[str, Field(pattern=SLUG_PATTERN, max_length=80)]
Line = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_plain_text)]
Prose = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_plain_text)]
# Accepts digits without quotes, which YAML reads as a number: 440111, 2025.
CodeText = Annotated[Line, BeforeValidator(_digits_are_text)]
Edtf = Annotated[str, Field(max_length=40), BeforeValidator(_digits_are_text), AfterValidator(_checked_edtf)]
Figure = Annotated[
    Decimal,
    BeforeValidator(_exact_number),
    AfterValidator(_storable),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^{_FIGURE.pattern}$"}]}),
]
UnitCode = Annotated[str, AfterValidator(_known_unit), WithJsonSchema(_unit_schema())]
NewUnitCode = Annotated[
    str, Field(max_length=60), AfterValidator(_new_unit), WithJsonSchema({"type": "string", "pattern": SLUG_PATTERN})
]
PluralLanguage = Annotated[str, Field(max_length=35), AfterValidator(_known_language)]
Country = Annotated[str, AfterValidator(_known_country), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"})]
Day = Annotated[str, BeforeValidator(_calendar_day), WithJsonSchema({"type": "string", "format": "date"})]
Url = Annotated[str, Field(max_length=2000), AfterValidator(_plain_text), AfterValidator(_web_address)]
LanguageTag = Annotated[str, Field(pattern=_LANGUAGE_TAG, max_length=35)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Whole = Annotated[int, Field(strict=True)]
