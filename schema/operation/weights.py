"""What a field costs beyond the items it gives, and how many items a list has that is given no size."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# What is more work than an item, in items: measured with 300 districts (`docs/limits.md`).
WEIGHTS: Final[Mapping[tuple[str, str], int]] = MappingProxyType(
    {
        ("Aggregate", "counts"): 200,
        ("MetricAggregate", "counts"): 200,
        ("MetricAggregate", "figures"): 200,
        ("Query", "search"): 200,
        ("Query", "__schema"): 500,
        **{
            (f"{item}Connection", "totalCount"): 100
            for item in ("District", "Initiative", "Metric", "Award", "Indicator", "Search")
        },
        ("RankingConnection", "totalCount"): 10,
        ("Indicator", "ranking"): 10,
        ("Metric", "standing"): 10,
        **{(holder, "initiativeCount"): 1 for holder in ("District", "Pillar")},
        **{(holder, "metricCount"): 1 for holder in ("District", "Pillar", "Initiative")},
        **{(holder, "awardCount"): 1 for holder in ("District", "Pillar", "Initiative")},
    }
)
# Things with an id that come with what leads to them, and cost nothing by themselves.
INCLUDED: Final = frozenset({("Citation", "source")})
# How many items a list has that is given no size: as Baiyun has them on average, as the schema has types, or the
# default of its argument. Connections have their default page.
USUAL: Final[Mapping[tuple[str, str], int]] = MappingProxyType(
    {
        ("District", "codes"): 3,
        ("District", "pillars"): 4,
        ("District", "initiatives"): 15,
        ("District", "metrics"): 31,
        ("District", "awards"): 7,
        ("Pillar", "initiatives"): 4,
        ("Pillar", "metrics"): 8,
        ("Pillar", "awards"): 1,
        ("Initiative", "systems"): 2,
        ("Initiative", "metrics"): 2,
        ("Initiative", "awards"): 1,
        ("Metric", "changes"): 1,
        ("Metric", "citations"): 1,
        ("Award", "citations"): 2,
        ("Aggregate", "counts"): 100,
        ("MetricAggregate", "counts"): 100,
        ("SearchResult", "highlights"): 2,
        ("Highlight", "ranges"): 2,
        ("Dataset", "files"): 10,
        ("Dataset", "sources"): 10,
        ("__Schema", "types"): 130,
        ("__Schema", "directives"): 5,
        ("__Type", "fields"): 3,
        ("__Type", "inputFields"): 3,
        ("__Type", "enumValues"): 1,
        ("__Type", "interfaces"): 1,
        ("__Type", "possibleTypes"): 1,
        ("__Field", "args"): 1,
        ("__Directive", "args"): 1,
    }
)
