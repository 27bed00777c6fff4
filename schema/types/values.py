"""Types without a global id: texts, figures, periods, ranks.

Their instances are stored documents (`loaders.documents`). A field without a resolver reads the stored key of its
name.
"""

from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Final

import strawberry
from strawberry import Parent, argument, field

from loaders import documents as stored
from loaders import texts
from loaders.values.units import UNITS
from schema.base.context import Context, Info
from schema.base.date_formatting import format_edtf
from schema.base.errors import BadUserInput
from schema.base.formatting import format_quantity
from schema.base.languages import MAX_RANGES, is_language_range, look_up, preferred
from schema.types.enums import (
    AreaLevel,
    ChangeBasis,
    Comparator,
    Direction,
    FigureStyle,
    PeriodKind,
    RankBasis,
    RankKind,
)
from schema.types.scalars import Date

Languages = Annotated[
    list[str] | None,
    argument(
        description="Language ranges by preference, such as [“zh-HK”, “en”]; without it, the request's "
        "Accept-Language decides. The master text is served when none matches."
    ),
]


def chosen_tags(context: Context, lang: list[str] | None) -> tuple[str, ...]:
    """The language tags to try: for the ranges of the `lang` argument, or else for the request's.

    Raises BadUserInput.
    """
    if lang is None:
        return context.tags
    if len(lang) > MAX_RANGES:
        raise BadUserInput(f'"lang" has {len(lang)} ranges; at most {MAX_RANGES}')
    for wanted in lang:
        if not is_language_range(wanted):
            raise BadUserInput(f'"lang" has {wanted!a}, which is no language range; write zh-Hans, zh-HK or en')
    return preferred(tuple(lang))


def bind_text(context: Context, lang: list[str] | None = None) -> Callable[[Any], str]:
    """Build the function that computes `LocalizedText.text` in a request."""
    tags, served = chosen_tags(context, lang), context.served

    def text(document: texts.LocalizedText) -> str:
        tag, form = look_up(document, tags)
        served.add(tag)
        return form

    return text


def bind_language(context: Context, lang: list[str] | None = None) -> Callable[[Any], str]:
    """Build the function that computes `LocalizedText.language` in a request."""
    tags = chosen_tags(context, lang)
    return lambda document: look_up(document, tags)[0]


@strawberry.type(description="A text in several languages. Simplified Chinese is the master text.")
class LocalizedText:
    """See `loaders.texts.LocalizedText`."""

    zh_hans: str = field(description="Simplified Chinese (BCP 47 zh-Hans): the master text.")
    en: str | None = field(description="English, null where there is none.")
    zh_hant: str | None = field(description="Traditional Chinese (BCP 47 zh-Hant).")
    derived: list[str] = field(
        description="The language tags of forms that a program made from the master text, such as [“zh-Hant”]."
    )

    @field(description="The text in the language that fits best (RFC 4647 look-up).")
    @staticmethod
    def text(document: Parent[texts.LocalizedText], info: Info, lang: Languages = None) -> str:
        """Choose the text."""
        return bind_text(info.context, lang)(document)

    @field(description="The BCP 47 tag of the language that `text` serves for the same argument.")
    @staticmethod
    def language(document: Parent[texts.LocalizedText], info: Info, lang: Languages = None) -> str:
        """Choose the language."""
        return bind_language(info.context, lang)(document)


@strawberry.type(description="A unit of measure, from one closed registry: figures of one unit compare.")
class Unit:
    """See `loaders.values.units.Unit`."""

    code: str = field(description="Our code, a slug: percent, percentage-point, cny, work-order.")
    ucum: str | None = field(description="The code in the Unified Code for Units of Measure; null for money.")
    currency: str | None = field(description="The ISO 4217 code of a currency, such as CNY; null for others.")
    name: LocalizedText = field(description="The unit's name.")


_UNIT_DOCUMENTS: Final = MappingProxyType(
    {
        unit.code: {
            "code": unit.code,
            "ucum": unit.ucum,
            "currency": unit.currency,
            "name": {
                "zh_hans": unit.zh_hans,
                "en": unit.en,
                "zh_hant": unit.zh_hant,
                "derived": [],
            },
        }
        for unit in UNITS.values()
    }
)


def unit_document(code: str) -> Unit:
    """The unit of a code, as a document."""
    return _UNIT_DOCUMENTS[code]  # type: ignore[return-value]  # documents stand in for instances


def bind_formatted(
    context: Context, lang: list[str] | None = None, style: FigureStyle = FigureStyle.PLAIN
) -> Callable[[Any], str]:
    """Build the function that computes `Quantity.formatted` in a request."""
    tags, served = chosen_tags(context, lang), context.served

    def formatted(document: stored.Quantity) -> str:
        language, _ = look_up(_UNIT_DOCUMENTS[document["unit"]]["name"], tags)  # type: ignore[arg-type]  # built above
        served.add(language)
        return format_quantity(document, language, str(style.value))

    return formatted


@strawberry.type(
    description="A figure as its source published it: `value` × 10^`multiplier` in `unit`, read with `comparator`."
)
class Quantity:
    """See `loaders.documents.Quantity`."""

    value: Decimal = field(
        description="The printed number, exact: “90.95” for 90.95亿 (with multiplier 8). Of a RANGE, its lower end."
    )
    multiplier: int = field(description="The power of ten to multiply by: 4 for 万, 8 for 亿, else mostly 0.")
    comparator: Comparator = field(description="Whether the figure is exact, over, about, and so on.")
    max_value: Decimal | None = field(description="The upper end of a RANGE, else null.")
    normalized: float = field(
        description="`value` × 10^`multiplier` as a floating-point number, for sorting and plotting. Derived."
    )
    decimals: int = field(description="How many digits after the decimal point the source printed.")

    @field(description="The unit of the figure.")
    @staticmethod
    def unit(document: Parent[stored.Quantity]) -> Unit:
        """Look the unit up in the registry."""
        return unit_document(document["unit"])

    @field(description="The figure written out for people, with its comparator and unit, never rounded.")
    @staticmethod
    def formatted(
        document: Parent[stored.Quantity],
        info: Info,
        lang: Languages = None,
        style: Annotated[FigureStyle, argument(description="How to write it.")] = FigureStyle.PLAIN,
    ) -> str:
        """Format the figure."""
        return bind_formatted(info.context, lang, style)(document)


def bind_period(context: Context, lang: list[str] | None = None) -> Callable[[Any], str]:
    """Build the function that computes `Period.formatted` in a request."""
    tags, served = chosen_tags(context, lang), context.served

    def formatted(document: stored.Period) -> str:
        edtf = document["edtf"]
        language, form = look_up(document["label"] if edtf is None else format_edtf(edtf), tags)
        served.add(language)
        return form

    return formatted


@strawberry.type(description="The stretch of time that a figure or an award belongs to.")
class Period:
    """See `loaders.documents.Period`."""

    kind: PeriodKind = field(description="What stretch of time it is.")
    start: Date | None = field(description="The first day, inclusive; null when open or unknown.")
    end: Date | None = field(description="The last day, inclusive; null when open or unknown.")
    start_is_open: bool = field(description="Whether it has no first day (EDTF “../2020”); false when unknown.")
    end_is_open: bool = field(description="Whether it still goes on (EDTF “2021/..”); false when unknown.")
    approximate: bool = field(
        description="Whether the source gives a date of it as approximate (EDTF “2020~”); its days are the same."
    )
    uncertain: bool = field(
        description="Whether the source gives a date of it as uncertain (EDTF “2020?”); its days are the same."
    )
    edtf: str | None = field(
        description="The period in Extended Date/Time Format, such as 2025-01/2025-09 or 2020~; null when no date is "
        "known."
    )
    label: LocalizedText = field(description="The period in words.")

    @field(description="The dates of the period written out, such as “about 2020”; its label when no date is known.")
    @staticmethod
    def formatted(document: Parent[stored.Period], info: Info, lang: Languages = None) -> str:
        """Format the period."""
        return bind_period(info.context, lang)(document)


@strawberry.type(description="How a figure moved.")
class Change:
    """See `loaders.documents.Change`."""

    basis: ChangeBasis = field(description="What it is measured against.")
    direction: Direction = field(description="Which way it moved.")
    quantity: Quantity = field(description="By how much: a positive figure, the sign is in `direction`.")
    from_: Quantity | None = field(name="from", description="The figure before, where the source prints it.")
    to: Quantity | None = field(description="The figure after, where the source prints it.")
    like_for_like: bool = field(description="Whether the source says that it compares like with like (同口径).")
    reference: Period | None = field(description="The period measured against, where the source names one.")


@strawberry.type(description="A claimed place among peers.")
class Rank:
    """See `loaders.documents.Rank`."""

    kind: RankKind = field(description="What kind of place.")
    position: int | None = field(
        description="The place, 1 being best, of a PLACE; the last place of a BAND; the number of a TIER; else null."
    )
    of: int | None = field(description="How many peers there are, where the source says so.")
    scope: AreaLevel | None = field(description="How large the area of the peers is; null where none is named.")
    area: LocalizedText | None = field(description="The area of the peers, such as Guangzhou.")
    by: LocalizedText | None = field(description="Who ranks, if the source says so.")
    basis: RankBasis | None = field(description="Whether figures are ranked or their growth, if known.")
    among: LocalizedText | None = field(description="Who the peers are, if not all in the area.")
    tied: bool = field(description="Whether others share the place.")
    edition: LocalizedText | None = field(description="Which edition of the ranking, of one that appears regularly.")
    streak: int | None = field(description="For how many times in a row, if known.")


@strawberry.type(description="A code of an area in a public scheme.")
class Code:
    """See `loaders.documents.Code`."""

    scheme: str = field(description="The scheme: GB/T 2260, ISO 3166-2.")
    value: str = field(description="The code itself: 440111, CN-GD.")
    level: AreaLevel = field(description="Which area it names: the district, its city, or its province.")
