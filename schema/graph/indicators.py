"""Indicators: what figures of several districts measure in common, and how the figures compare."""

from functools import partial
from typing import Annotated, Any, cast

import strawberry
from strawberry import Parent, argument, field, lazy

from loaders.documents import Document
from loaders.store.fetch import Fetch
from loaders.store.predicates import Compare
from schema.base.context import Info
from schema.rankings.growth_rankings import growth_ranking_of
from schema.rankings.ranking import ranking_of
from schema.types.connections import DEFAULT_PAGE, MAX_PAGE, After
from schema.types.enums import Best, IndicatorDirection, MetricStatus, OrderDirection, PeriodType, PlaceKind
from schema.types.interface import Node
from schema.types.scalars import Date
from schema.types.texts import LocalizedText
from schema.types.units import Unit, unit_document

PageSize = Annotated[int, argument(description=f"How many figures are wanted at most, 1 to {MAX_PAGE}.")]
Kinds = Annotated[
    list[PlaceKind] | None,
    argument(
        description="Only places of these kinds are ranked; the parts of others may then stand in their own right."
    ),
]
FigureUnit = Annotated[
    str | None,
    argument(description="Only figures that have this unit are ranked; it is named by its code, such as cny."),
]


@strawberry.type(description="What metrics measure in common, so that they compare across districts.")
class Indicator(Node):
    """See `loaders.model.read_models.IndicatorRow`; inside a metric it is the district's own, without the counts."""

    slug: str = field(description="The slug that names it in this dataset, which is the same in every district.")
    name: LocalizedText = field(description="What is measured, in words.")
    definition: LocalizedText | None = field(description="How it is measured, where that is known.")

    period_type: PeriodType | None = field(description="What its figures stand for; null if unknown.")

    @field(
        description="The indicator that its figures are a part of; null where it is none, or no metric is about it."
    )
    @staticmethod
    async def part_of(
        document: Parent[Document], info: Info
    ) -> Annotated["Indicator", lazy("schema.graph.indicators")] | None:
        """Read the other indicator."""
        slug = document["part_of"]
        if slug is None:
            return None
        place = ("indicators", await info.context.revision(info))
        return cast(Indicator | None, await info.context.loader(place, partial(_load_indicators, info)).load(slug))

    @field(description="The only unit of its figures; null where it has none (only changes or ranks) or several.")
    @staticmethod
    def unit(document: Parent[Document], info: Info) -> Unit | None:
        """Look the unit up in the registry."""
        return unit_document(document["unit"], info.context.own_units) if document["unit"] else None

    @field(description="The units that its figures have: one, several currencies, or none.")
    @staticmethod
    def units(document: Parent[Document], info: Info) -> list[Unit]:
        """Look the units up in the registry."""
        return [unit_document(unit, info.context.own_units) for unit in document["units"]]

    direction: IndicatorDirection | None = field(description="Which of its figures are better; null if unknown.")

    @field(description="How many districts have published a metric about it.")
    @staticmethod
    async def district_count(document: Parent[Document], info: Info) -> int:
        """Read the count."""
        return await _use(document, info, "district_count")

    @field(description="How many metrics are about it.")
    @staticmethod
    async def metric_count(document: Parent[Document], info: Info) -> int:
        """Read the count."""
        return await _use(document, info, "metric_count")

    @field(
        description="Figures about it that compare, one of each district, best first: all for the same days and in "
        "the same unit, and neither forecasts nor targets unless asked for; no place beside one that it is a part "
        "of. Without `during` and `unit`, the period and the unit that most districts have; of periods the latest, "
        "and of those the longest. Of an INSTANT indicator, each district's latest figure."
    )
    @staticmethod
    async def ranking(
        document: Parent[Document],
        info: Info,
        first: PageSize = DEFAULT_PAGE,
        after: After = None,
        during: Annotated[
            str | None,
            argument(
                description="Only figures that are for exactly the days of this EDTF text are ranked: 2025, "
                "2025-01/2025-09."
            ),
        ] = None,
        as_at: Annotated[
            Date | None,
            argument(description="Of an INSTANT indicator, the latest figures are taken up to this day."),
        ] = None,
        statuses: Annotated[
            list[MetricStatus] | None,
            argument(
                description="Only figures of these statuses: by default NORMAL, PROVISIONAL and ESTIMATED, or some "
                "of them; or FORECAST alone, or TARGET alone, ranked for a period, also of an INSTANT indicator."
            ),
        ] = None,
        unit: FigureUnit = None,
        kinds: Kinds = None,
        best: Best = None,
    ) -> Annotated["RankingConnection", lazy("schema.graph.ranking_types")]:  # type: ignore[name-defined]  # noqa: F821
        """Read a page of the ranking."""
        which = {"during": during, "as_at": as_at, "statuses": statuses, "unit": unit, "kinds": kinds, "best": best}
        return await ranking_of(document, info, {"first": first, "after": after, **which})

    @field(
        description="Districts by how their figures grew between two full periods that are equally long, fastest "
        "first, one metric of each. Without `unit`, in the unit that most have. Forecasts and targets are none."
    )
    @staticmethod
    async def growth_ranking(
        document: Parent[Document],
        info: Info,
        from_: Annotated[
            str, argument(name="from", description="The earlier period, which is written in EDTF, such as 2023.")
        ],
        to: Annotated[str, argument(description="The later period, which is written in EDTF, such as 2024.")],
        unit: FigureUnit = None,
        kinds: Kinds = None,
        best: Annotated[
            OrderDirection, argument(description="Which growth is best: the largest (DESC) or the smallest (ASC).")
        ] = OrderDirection.DESC,
        first: PageSize = DEFAULT_PAGE,
        after: After = None,
    ) -> Annotated["GrowthConnection", lazy("schema.graph.growth_types")]:  # type: ignore[name-defined]  # noqa: F821
        """Read a page of the ranking by growth."""
        paging = {"best": best, "first": first, "after": after}
        which = {"from": from_, "to": to, "unit": unit, "kinds": kinds}
        return await growth_ranking_of(document, info, which | paging)


async def _use(document: Document, info: Info, key: str) -> int:
    if key not in document:
        place = ("uses", await info.context.revision(info))
        document = await info.context.loader(place, partial(_load_uses, info)).load(document["slug"])
    return cast(int, document[key])


async def _load_uses(info: Info, slugs: list[str]) -> list[Any]:
    project = {"slug": 1, "district_count": 1, "metric_count": 1}
    fetched = await info.context.fetch(
        info, Fetch("indicators", Compare("slug", "in", tuple(slugs)), project=project)
    )
    found = {row["slug"]: row for row in fetched.documents}
    return [found[slug] for slug in slugs]


async def _load_indicators(info: Info, slugs: list[str]) -> list[Document | None]:
    fetched = await info.context.fetch(info, Fetch("indicators", Compare("slug", "in", tuple(slugs))))
    found = {row["slug"]: row for row in fetched.documents}
    return [found.get(slug) for slug in slugs]
