"""Aggregates of figures as the contract gives them; `schema.rankings.compared` computes them."""

from typing import Annotated, cast

import strawberry
from strawberry import Parent, argument, field

from loaders.documents import Document
from schema.base.context import Info
from schema.rankings.compared import groups_of, whole_of
from schema.retrieval.aggregates import LIST_KEY, Aggregate, FigureSpread
from schema.types.connections import MAX_PAGE
from schema.types.enums import GroupBy
from schema.types.reasons import NotComparedReason
from schema.types.values import Quantity


@strawberry.type(description="The figures of the items of a list that have one value.")
class FigureGroup:
    """Built by `schema.rankings.compared`."""

    key: str | None = field(description="The value; null for the items that have none.")
    count: int = field(description="How many items with a figure; not each of them need stand for its place.")
    figures: FigureSpread | None = field(description="The spread of the figures; null where they don't compare.")
    sum: Quantity | None = field(
        description="The exact sum of the figures, with the comparator that follows; null where they don't compare "
        "or don't add up, or bounds leave it open."
    )
    reason: NotComparedReason | None = field(description="Why the figures don't compare; null where they do.")


@strawberry.type(
    description="Aggregates of a whole list of metrics or observations, not only of one page. Figures are put "
    "together as in a ranking: of one indicator, in one unit and for the same days, or the latest of each place of "
    "an INSTANT indicator; one of each place, and none of a part beside its whole; no forecasts and targets, unless "
    "the filter names their status."
)
class MetricAggregate(Aggregate):
    """With what the figures amount to."""

    @field(
        description="The spread of the figures, null where there is none. Those of several indicators, units or "
        "periods are refused: narrow the list to one."
    )
    @staticmethod
    async def figures(document: Parent[Document], info: Info) -> FigureSpread | None:
        """Read the spread. Raises BadUserInput if the figures don't compare."""
        return cast(FigureSpread | None, (await whole_of(document, info)).spread)

    @field(
        description="The exact sum of the same figures, with the comparator that follows; null where theirs leave it "
        "open. Refused for units that don't add up, such as percent, and for figures of several or unknown days."
    )
    @staticmethod
    async def sum(document: Parent[Document], info: Info) -> Quantity | None:
        """Read the sum. Raises BadUserInput if the figures don't compare or don't add up."""
        return cast(Quantity | None, (await whole_of(document, info)).sum)

    @field(
        description="The figures of each group of items that have one value of a field: large groups first, equal "
        "ones by key, null first."
    )
    @staticmethod
    async def groups(
        document: Parent[Document],
        info: Info,
        by: Annotated[GroupBy, argument(description="What the items of a group have in common.")],
        first: Annotated[
            int, argument(description=f"How many groups are wanted at most, 1 to {MAX_PAGE}.")
        ] = MAX_PAGE,
    ) -> list[FigureGroup]:
        """Read the groups. Raises BadUserInput."""
        return cast(list[FigureGroup], await groups_of(document[LIST_KEY], info, by, first))
