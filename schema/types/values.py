"""Types without a global id: texts, figures, periods, ranks.

Their instances are stored documents (`loaders.documents`). A field without a resolver reads the stored key of its
name.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, Any

import strawberry
from strawberry import Parent, argument, field

from loaders import documents as stored
from schema.base.context import Context, Info
from schema.base.formatting import format_quantity
from schema.base.languages import worded_in
from schema.base.wording import Own, format_change, format_headline, format_period, format_rank
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
from schema.types.texts import Languages, LocalizedText, chosen_tags
from schema.types.units import Unit, unit_document


def bind_formatted(
    context: Context, lang: list[str] | None = None, style: FigureStyle = FigureStyle.PLAIN
) -> Callable[[Any], str]:
    """Build the function that computes `Quantity.formatted` in a request."""
    language, served = worded_in(chosen_tags(context, lang)), context.served

    def formatted(document: stored.Quantity) -> str:
        served.add(language)
        return format_quantity(document, language, str(style.value), context.own_units)

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
    def unit(document: Parent[stored.Quantity], info: Info) -> Unit:
        """Look the unit up in the registry."""
        return unit_document(document["unit"], info.context.own_units)

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


def bind_wording(
    write: Callable[[Any, str, Sequence[str], Own], str],
) -> Callable[..., Callable[[Any], str]]:
    """Make what builds the function that writes a document in the language of a request."""

    def bind(context: Context, lang: list[str] | None = None) -> Callable[[Any], str]:
        texts, served = chosen_tags(context, lang), context.served
        language = worded_in(texts)

        def written(document: Any) -> str:
            served.add(language)
            return write(document, language, texts, context.own_units)

        return written

    return bind


def headline_of(document: Parent[stored.Metric], info: Info, lang: Languages = None) -> str:
    """Write a metric in one line."""
    return bind_wording(format_headline)(info.context, lang)(document)


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
    label: LocalizedText = field(description="The period in words, as its editors write it.")

    @field(description="The period written out by its days, or its label where no day is known.")
    @staticmethod
    def formatted(document: Parent[stored.Period], info: Info, lang: Languages = None) -> str:
        """Write the period."""
        return bind_wording(format_period)(info.context, lang)(document)


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

    @field(description="The change written out with its basis: up 19.1% year on year.")
    @staticmethod
    def formatted(document: Parent[stored.Change], info: Info, lang: Languages = None) -> str:
        """Write the change."""
        return bind_wording(format_change)(info.context, lang)(document)


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

    @field(description="The place written out with its peers: 3rd of 11 in the city.")
    @staticmethod
    def formatted(document: Parent[stored.Rank], info: Info, lang: Languages = None) -> str:
        """Write the rank."""
        return bind_wording(format_rank)(info.context, lang)(document)


@strawberry.type(description="A code that names an area in a public scheme.")
class Code:
    """See `loaders.documents.Code`."""

    scheme: str = field(description="The scheme that defines the code, such as GB/T 2260 or ISO 3166-2.")
    value: str = field(description="The code as it is written in the scheme, such as 440111 or CN-GD.")
    level: AreaLevel = field(description="Which area it names: the district, its city, or its province.")
