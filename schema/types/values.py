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

    zh_hans: str = field(description="The text in Simplified Chinese (BCP 47 zh-Hans), which is the master text.")
    en: str | None = field(description="English, null where there is none.")
    zh_hant: str | None = field(description="The text in Traditional Chinese (BCP 47 zh-Hant), where there is one.")
    derived: list[str] = field(
        description="The language tags of forms that a program made from the master text, such as [“zh-Hant”]."
    )

    @field(description="The text in the language that fits best (RFC 4647 look-up).")
    @staticmethod
    def text(document: Parent[texts.LocalizedText], info: Info, lang: Languages = None) -> str:
        """Choose the text."""
        return bind_text(info.context, lang)(document)

    @field(description="The BCP 47 tag of the language that `text` is in, for the same argument.")
    @staticmethod
    def language(document: Parent[texts.LocalizedText], info: Info, lang: Languages = None) -> str:
        """Choose the language."""
        return bind_language(info.context, lang)(document)


@strawberry.type(description="A unit of measure, from one closed registry: figures of one unit can be compared.")
class Unit:
    """See `loaders.values.units.Unit`."""

    code: str = field(
        description="The code that this dataset has for it, a slug: percent, percentage-point, cny, work-order."
    )
    ucum: str | None = field(
        description="The code that it has in the Unified Code for Units of Measure (UCUM); null for money."
    )
    currency: str | None = field(
        description="The ISO 4217 code that a currency has, such as CNY; null for other units."
    )
    name: LocalizedText = field(description="What the unit is called.")


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
    multiplier: int = field(
        description="The power of ten that `value` is to be multiplied by: 4 for 万, 8 for 亿, else mostly 0."
    )
    comparator: Comparator = field(description="Whether the figure is exact, over, about, and so on.")
    max_value: Decimal | None = field(description="The upper end that a RANGE has, else null.")
    normalized: float = field(
        description="`value` × 10^`multiplier` as a floating-point number, which is derived for sorting and plotting."
    )
    decimals: int = field(description="How many digits after the decimal point the source printed.")

    @field(description="The unit that the figure has.")
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
        style: Annotated[FigureStyle, argument(description="How it is to be written.")] = FigureStyle.PLAIN,
    ) -> str:
        """Format the figure."""
        return bind_formatted(info.context, lang, style)(document)


@strawberry.type(description="The stretch of time that a figure or an award belongs to.")
class Period:
    """See `loaders.documents.Period`."""

    kind: PeriodKind = field(description="What stretch of time it is.")
    start: Date | None = field(
        description="The first day, which is part of the period; null when it is open or unknown."
    )
    end: Date | None = field(
        description="The last day, which is part of the period; null when it is open or unknown."
    )
    start_is_open: bool = field(description="Whether it has no first day (EDTF “../2020”); false when unknown.")
    end_is_open: bool = field(description="Whether it still goes on (EDTF “2021/..”); false when unknown.")
    edtf: str | None = field(
        description="The period in Extended Date/Time Format, such as 2025-01/2025-09; null when no date is known."
    )
    label: LocalizedText = field(description="The period as it is said in words.")


@strawberry.type(description="How a figure moved.")
class Change:
    """See `loaders.documents.Change`."""

    basis: ChangeBasis = field(description="What it is measured against.")
    direction: Direction = field(description="Which way it moved.")
    quantity: Quantity = field(description="By how much it moved: a positive figure, as `direction` says which way.")
    from_: Quantity | None = field(name="from", description="The figure before, where the source prints it.")
    to: Quantity | None = field(description="The figure after, where the source prints it.")
    like_for_like: bool = field(description="Whether the source says that it compares like with like (同口径).")
    reference: Period | None = field(description="The period measured against, where the source names one.")


@strawberry.type(description="A place among peers that is claimed.")
class Rank:
    """See `loaders.documents.Rank`."""

    kind: RankKind = field(description="What kind of place is claimed.")
    position: int | None = field(
        description="Of a PLACE, its place, of which 1 is the best; of a BAND, the last place of it; of a TIER, its "
        "number; else null."
    )
    of: int | None = field(description="How many peers there are, where the source says so.")
    scope: AreaLevel | None = field(description="How large the area of the peers is; null where none is named.")
    area: LocalizedText | None = field(description="The area that the peers are in, such as Guangzhou.")
    by: LocalizedText | None = field(description="Who ranks, if the source says so.")
    basis: RankBasis | None = field(description="Whether figures are ranked or their growth, if known.")
    among: LocalizedText | None = field(description="Who the peers are, if not all in the area.")
    tied: bool = field(description="Whether others have the same place.")
    edition: LocalizedText | None = field(
        description="Which edition of the ranking it is, of one that is published regularly."
    )
    streak: int | None = field(description="For how many times in a row, if known.")


@strawberry.type(description="A code that names an area in a public scheme.")
class Code:
    """See `loaders.documents.Code`."""

    scheme: str = field(description="The scheme that defines the code, such as GB/T 2260 or ISO 3166-2.")
    value: str = field(description="The code as it is written in the scheme, such as 440111 or CN-GD.")
    level: AreaLevel = field(description="Which area it names: the district, its city, or its province.")
