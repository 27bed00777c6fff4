"""Order inputs, one per type; each field is one sort key.

Equal items are ordered by id (districts by slug), in the direction of the first key, so that every order is total.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import strawberry
from strawberry import UNSET, field

from loaders.store.fetch import Order, SortKey
from schema.arguments.mappings import as_mapping
from schema.base.errors import BadUserInput
from schema.base.names import stored_key
from schema.types.enums import NullsOrder, OrderDirection

MAX_KEYS: Final = 5
_NAME: Final = "Its name, as dictionaries of a language have it."


@strawberry.input(description="How items are ordered by one key.")
class Ordering:
    """The direction of one key, and where nulls go."""

    direction: OrderDirection = field(default=OrderDirection.ASC, description="Which way items are ordered.")
    nulls: NullsOrder = field(default=NullsOrder.LAST, description="Where items without a value stand.")


@strawberry.input(description="How items are ordered by their names.")
class NameOrdering(Ordering):
    """The same for names, in a language."""

    lang: str = field(
        default="zh",
        description="With zh, names are ordered by pinyin; with en, by the English name, without regard to case and "
        "accents.",
    )


@as_mapping
@strawberry.input(one_of=True, description="One key that districts are ordered by; give exactly one.")
class DistrictOrder:
    """Keys of `loaders.documents.District`."""

    slug: Ordering | None = field(default=UNSET, description="The slug that names it in this dataset.")
    name: NameOrdering | None = field(default=UNSET, description=_NAME)
    pillar_count: Ordering | None = field(default=UNSET, description="How many pillars it has.")
    initiative_count: Ordering | None = field(default=UNSET, description="How many initiatives it has.")
    metric_count: Ordering | None = field(default=UNSET, description="How many figures it has.")
    award_count: Ordering | None = field(
        default=UNSET, description="How many awards it has with its pillars and initiatives."
    )
    total_award_count: Ordering | None = field(
        default=UNSET, description="This is the same as `awardCount`.", deprecation_reason="Use awardCount."
    )


@as_mapping
@strawberry.input(one_of=True, description="One key that initiatives are ordered by; give exactly one.")
class InitiativeOrder:
    """Keys of `loaders.documents.Initiative`."""

    slug: Ordering | None = field(default=UNSET, description="The slug that names it within the district.")
    name: NameOrdering | None = field(default=UNSET, description=_NAME)
    district: Ordering | None = field(default=UNSET, description="The slug of the district that it belongs to.")
    pillar: Ordering | None = field(default=UNSET, description="The slug of the pillar that it belongs to.")
    metric_count: Ordering | None = field(default=UNSET, description="How many figures it has.")
    award_count: Ordering | None = field(default=UNSET, description="How many awards it has.")


@as_mapping
@strawberry.input(one_of=True, description="One key that metrics are ordered by; give exactly one.")
class MetricOrder:
    """Keys of `loaders.documents.Metric`."""

    slug: Ordering | None = field(default=UNSET, description="The slug that names it within the district.")
    name: NameOrdering | None = field(default=UNSET, description=_NAME)
    district: Ordering | None = field(default=UNSET, description="The slug of the district that it belongs to.")
    pillar: Ordering | None = field(default=UNSET, description="The slug of the pillar that it belongs to.")
    initiative: Ordering | None = field(default=UNSET, description="The slug of the initiative it belongs to.")
    indicator: Ordering | None = field(default=UNSET, description="The slug of what it measures.")
    observation_count: Ordering | None = field(default=UNSET, description="How many figures it has.")
    quantity: Ordering | None = field(
        default=UNSET, description="The normalized figure; all figures of the list must have one unit."
    )
    period_start: Ordering | None = field(default=UNSET, description="The first day that its period has.")
    period_end: Ordering | None = field(default=UNSET, description="The last day that its period has.")
    rank_position: Ordering | None = field(default=UNSET, description="The best of the places that it claims.")


@as_mapping
@strawberry.input(one_of=True, description="One key that observations are ordered by; give exactly one.")
class ObservationOrder:
    """Keys of `loaders.documents.Observation`."""

    slug: Ordering | None = field(default=UNSET, description="The slug that names it within the metric.")
    district: Ordering | None = field(default=UNSET, description="The slug of the district that it belongs to.")
    pillar: Ordering | None = field(default=UNSET, description="The slug of the pillar that it belongs to.")
    initiative: Ordering | None = field(default=UNSET, description="The slug of the initiative it belongs to.")
    metric: Ordering | None = field(default=UNSET, description="The slug of the metric that it belongs to.")
    indicator: Ordering | None = field(default=UNSET, description="The slug of what it measures.")
    quantity: Ordering | None = field(
        default=UNSET, description="The normalized figure; all figures of the list must have one unit."
    )
    reference_date: Ordering | None = field(default=UNSET, description="The day it stands for.")
    period_start: Ordering | None = field(default=UNSET, description="The first day that its period has.")
    period_end: Ordering | None = field(default=UNSET, description="The last day that its period has.")
    rank_position: Ordering | None = field(default=UNSET, description="The best of the places that it claims.")


@as_mapping
@strawberry.input(one_of=True, description="One key that awards are ordered by; give exactly one.")
class AwardOrder:
    """Keys of `loaders.documents.Award`."""

    slug: Ordering | None = field(default=UNSET, description="The slug that names it within the district.")
    name: NameOrdering | None = field(default=UNSET, description=_NAME)
    district: Ordering | None = field(default=UNSET, description="The slug of the district that it belongs to.")
    pillar: Ordering | None = field(default=UNSET, description="The slug of its pillar, if it has one.")
    initiative: Ordering | None = field(default=UNSET, description="The slug of its initiative, if it has one.")
    streak_years: Ordering | None = field(default=UNSET, description="For how many years in a row it is held.")
    period_start: Ordering | None = field(default=UNSET, description="The first day that its period has.")
    period_end: Ordering | None = field(default=UNSET, description="The last day that its period has.")
    rank_position: Ordering | None = field(default=UNSET, description="The best of the places that it claims.")


@as_mapping
@strawberry.input(one_of=True, description="One key that indicators are ordered by; give exactly one.")
class IndicatorOrder:
    """Keys of `loaders.model.read_models.IndicatorRow`."""

    slug: Ordering | None = field(default=UNSET, description="The slug that names it in this dataset.")
    district_count: Ordering | None = field(default=UNSET, description="How many districts have published it.")
    metric_count: Ordering | None = field(default=UNSET, description="How many metrics are about it.")


@as_mapping
@strawberry.input(one_of=True, description="One key that sources are ordered by; give exactly one.")
class SourceOrder:
    """Keys of `loaders.model.read_models.SharedSourceRow`."""

    slug: Ordering | None = field(default=UNSET, description="The slug that names it in this dataset.")
    published: Ordering | None = field(
        default=UNSET, description="When it was published: the first day of a year or a month."
    )
    accessed_on: Ordering | None = field(default=UNSET, description="The day on which it was read.")


FIGURE_PATH: Final = "quantity.normalized"
# The stored paths of fields whose path differs from their name.
_STORED_PATHS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "quantity": FIGURE_PATH,
        "periodStart": "period.start",
        "periodEnd": "period.end",
        "rankPosition": "best_rank",
        "published": "published_period.start",
    }
)
_NAME_PATHS: Final[Mapping[str, str]] = MappingProxyType({"zh": "name.sort_zh", "en": "name.sort_en"})
_NEVER_NULL_PATHS: Final = frozenset(
    {
        *("slug", "district", "metric", "indicator", "name.sort_zh", "observation_count"),
        *("district_count", "pillar_count", "initiative_count", "metric_count", "award_count", "total_award_count"),
    }
)
# The type of the items that each order input sorts.
ORDERED_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        DistrictOrder.__name__: "District",
        InitiativeOrder.__name__: "Initiative",
        MetricOrder.__name__: "Metric",
        ObservationOrder.__name__: "Observation",
        AwardOrder.__name__: "Award",
        IndicatorOrder.__name__: "Indicator",
        SourceOrder.__name__: "Source",
    }
)


def stored_path(name: str) -> str:
    """The stored path of a sort key."""
    return _STORED_PATHS.get(name) or stored_key(name)


def order_of(given: Sequence[Mapping[str, Any]] | None, argument: str, key: str) -> Order:
    """Read an `orderBy` argument; `key` is unique per item and is the last sort key.

    Raises BadUserInput.
    """
    given = given or ()
    if len(given) > MAX_KEYS:
        raise BadUserInput(f'"{argument}" has {len(given)} keys; at most {MAX_KEYS}')
    keys = [_key(one, argument) for one in given]
    paths = [one.path for one in keys]
    for path in paths:
        if paths.count(path) > 1:
            raise BadUserInput(f'"{argument}" names a key twice; name each once')
    return (*keys, SortKey(key, descending=bool(keys) and keys[0].descending)) if key not in paths else tuple(keys)


def _key(given: Mapping[str, Any], argument: str) -> SortKey:
    [(name, ordering)] = given.items()
    path = _name_path(ordering["lang"], argument) if name == "name" else stored_path(name)
    nullable = path not in _NEVER_NULL_PATHS
    return SortKey(
        path,
        descending=ordering["direction"] == OrderDirection.DESC,
        nullable=nullable,
        nulls_first=nullable and ordering["nulls"] == NullsOrder.FIRST,
    )


def _name_path(lang: str, argument: str) -> str:
    if lang not in _NAME_PATHS:
        raise BadUserInput(f'"{argument}.name.lang" is {lang!a}; {" or ".join(_NAME_PATHS)}')
    return _NAME_PATHS[lang]
