"""What fields need that are computed, built or looked up, by type and field: data for `schema.planning.plan`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loaders.documents import Rank

_TEXTS: Final = ("LocalizedText", "Strategy")
# The keys needed by fields that are computed from other keys, or that need a fetch of their own.
REQUIRED_KEYS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = MappingProxyType(
    {
        **{(text, name): ("master", "texts") for text in _TEXTS for name in ("language", "text")},
        **{(text, name): ("texts", "derived") for text in _TEXTS for name in ("translations",)},
        **{(text, name): ("texts",) for text in _TEXTS for name in ("zhHans", "en", "zhHant")},
        ("Quantity", "formatted"): ("value", "multiplier", "comparator", "max_value", "unit"),
        ("Period", "formatted"): ("kind", "start", "end", "edtf", "approximate", "uncertain", "label"),
        ("Change", "formatted"): ("basis", "direction", "quantity", "from", "to", "like_for_like"),
        ("Rank", "formatted"): tuple(Rank.__annotations__),
        ("Metric", "headline"): ("name", "quantity", "period", "status", "changes", "ranks"),
        ("Metric", "standing"): ("ranked_as", "quantity", "district"),
        ("Metric", "growth"): ("id", "latest"),
        **{("Indicator", ranking): ("slug",) for ranking in ("ranking", "growthRanking")},
        ("Indicator", "partOf"): ("part_of",),
        **{("District", "parent"): ("parent",), ("District", "parts"): ("slug",)},
        **{(item, "district"): ("district",) for item in ("Award", "Metric", "Observation", "Initiative", "Pillar")},
        **{(item, "pillar"): ("pillar", "district") for item in ("Award", "Metric", "Observation", "Initiative")},
        **{(item, "initiative"): ("initiative", "district") for item in ("Award", "Metric", "Observation")},
        ("Observation", "metric"): ("metric", "district"),
    }
)
# Fields whose stored value is a slug, with the table in the document that it refers to.
REFERENCES: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("Citation", "source"): "sources",
        ("Metric", "indicator"): "indicators",
        ("Observation", "indicator"): "indicators",
    }
)
# Fields whose stored value is the slug of an object in a list beside it.
CHOSEN: Final[Mapping[tuple[str, str], str]] = MappingProxyType({("Metric", "latest"): "observations"})
# Fields whose object is built from a stored code.
CODE_FIELDS: Final = frozenset({("Quantity", "unit"), ("Indicator", "unit"), ("Indicator", "units")})
