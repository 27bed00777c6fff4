"""What the columns of flat files mean, in Markdown; `docs/reference/csv-columns.md` has the same words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# By the name of a column, without the ending of a language. Those of one file are below.
_NOTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": "the global id, stable across revisions",
        "slug": "the name within the district",
        "district": "the slug of its district",
        "pillar": "the slug of its pillar",
        "initiative": "the slug of its initiative",
        "indicator": "the slug of the indicator, the same in all districts; an indicator has one unit, or several "
        "currencies",
        "name": "the name",
        "comparator": "whether the figure is exact, over, about, …: `EQ` `GT` `GTE` `LT` `LTE` `NEAR` `UP_TO` "
        "`APPROX` `RANGE`; empty without a figure",
        "value": "the figure as printed, with all digits; the lower end of a `RANGE`",
        "max_value": "the upper end of a `RANGE`",
        "multiplier": "the power of ten to multiply the figure by: 4 for 万, 8 for 亿",
        "decimals": "digits after the decimal point, as printed",
        "normalized": "`value` × 10^`multiplier` in plain digits (`0.00001`, `50000000000000000`), for calculations",
        "unit": "the unit's code: `percent`, `cny`, `work-order`, `cny-per-person`",
        "ucum": "the unit in the Unified Code for Units of Measure; empty for money",
        "currency": "the currency by ISO 4217; empty for all but money",
        "period_kind": "the kind of period: `DAY` `MONTH` `QUARTER` `HALF_YEAR` `YEAR` `RANGE` `CUMULATIVE`",
        "period_start": "its first day, as 2025-01-01; empty when open or unknown",
        "period_end": "its last day, inclusive; empty when open or unknown",
        "period_start_is_open": "whether the period has no first day: `true` or `false`; `false` when unknown",
        "period_end_is_open": "whether the period has no last day: `true` or `false`; `false` when unknown",
        "period_approximate": "whether the source gives a date of it as approximate (`2020~`): `true` or `false`",
        "period_uncertain": "whether the source gives a date of it as uncertain (`2020?`): `true` or `false`",
        "period_edtf": "the period in Extended Date/Time Format: `2025`, `2025-01/2025-09`; never a number",
        "period_label": "the period in words",
        "year_on_year_direction": "direction of the first change from the previous year: `UP` `DOWN` `FLAT`",
        "year_on_year_comparator": "whether the change is exact, over, about, …",
        "year_on_year_value": "the amount, without a sign",
        "year_on_year_multiplier": "the power of ten to multiply the amount by",
        "year_on_year_unit": "the unit of the change, usually `percent`",
        "changes": "list: all changes, each as words separated by spaces: basis, direction, comparator, figure "
        "(`30.9`, `1.6e8` with a multiplier, `3..5` for a range), unit, the reference period, if it has a date, "
        "`from` and `to` with the comparator, figure and unit before and after, if published, and `like-for-like`, "
        "if the source says so",
        "rank_kinds": "list: the kind of each rank: `PLACE` `FIRST` `ONLY` `FIRST_BATCH` `LEADING` `BAND` `TIER`",
        "rank_positions": "list: the position of a `PLACE`, the last of a `BAND`, the number of a `TIER`; empty "
        "for other kinds",
        "rank_ofs": "list: the number of peers",
        "rank_scopes": "list: the level of the peers' area: `CITY`, `NATION`, …",
        "rank_areas": "list: the peers' area",
        "rank_streaks": "list: for how many times in a row",
        "rank_bys": "list: who ranks",
        "rank_bases": "list: whether figures are ranked or their growth: `LEVEL` `GROWTH`",
        "rank_amongs": "list: who the peers are, if not all in the area",
        "rank_tied": "list: `true` if others share the place, else `false`",
        "rank_editions": "list: which edition of the ranking",
        "status": "how final the figure is: `NORMAL` `ESTIMATED` `PROVISIONAL` `FORECAST` `TARGET`",
        "note": "a note",
        "citation_sources": "list: the source's slug of each citation",
        "citation_locators": "list: the place in the source of each citation",
        "citation_titles": "list: the source's title of each citation",
        "citation_urls": "list: the source's URL of each citation",
        "citation_published": "list: when each source was published, in Extended Date/Time Format",
        "reference_date": "the day it stands for: the last of the period, else the day its source was published; "
        "empty if neither is known",
        "printed": "the figure in the source's words",
        "counted": "`true` if the editor counted, as the source prints no figure; else `false`",
        "breaks": "why it can't be joined with earlier figures",
        "other_reports": "list: other figures published of the same thing, each as words separated by spaces: "
        "`SUPERSEDED` or `DIFFERS`, comparator, figure, unit, the slugs of the sources",
        "metric_count": "the number of its metrics",
        "award_count": "the number of its awards",
        "revision": "the revision of the data, the same in every row",
    }
)
_NOTES_OF: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "observations": {
            "id": "the global id, stable across revisions: `Observation:baiyun/drone-docks/main`",
            "slug": "the name within the metric: `2023`, or `main` where the metric has a single figure",
            "metric": "the slug of its metric",
            "indicator_name": "what is measured",
        },
        "metrics": {
            "id": "the global id, stable across revisions: `Metric:baiyun/drone-docks`",
            "name": "the name of the figure",
        },
        "awards": {
            "pillar": "the slug of its pillar; empty for an award of the district itself",
            "initiative": "the slug of its initiative; empty for an award of the district or the pillar itself",
            "name": "the name of the award",
            "held_by": "which level holds it: `DISTRICT` `PILLAR` `INITIATIVE`",
            "kind": "`AWARD` `HONOUR` `PILOT` `CERTIFICATION`",
            "level": "the area of the competition: `DISTRICT` `CITY` `PROVINCE` `NATION` `ASIA_PACIFIC` `WORLD`",
            "issuer": "the issuer",
            "period_kind": "the kind of period, as for metrics: when it was given, or the time it is for",
            "streak_years": "the number of consecutive years it has been held",
        },
        "initiatives": {
            "summary": "a summary",
            "status": "`PLANNED` `IN_PROGRESS` `OPERATING` `COMPLETED`; empty where unknown",
            "systems": "list: the slugs of its systems",
            "system_names": "list: their names",
            "system_statuses": "list: the status of each system",
            "system_citation_sources": "list: the slugs of the sources that each system cites, separated by spaces",
            "citation_sources": "list: the source's slug of each citation of the initiative itself",
        },
        "districts": {
            "slug": "the name that the other files have in `district`",
            "kind": "`DISTRICT` `COUNTY` `CITY` `ZONE` `TOWN` `REGION`",
            "country": "the country by ISO 3166-1: `CN`",
            "parent": "the slug of the district that it is a part of",
            "city": "the city it is in",
            "province": "the province it is in",
            "code_schemes": "list: the scheme of each official code",
            "codes": "list: the official codes",
            "code_levels": "list: the level of the area that each code is of",
            "strategy": "its strategy in a sentence",
            "pillar_count": "the number of its pillars",
            "initiative_count": "the number of its initiatives",
            "observation_count": "the number of figures of its metrics",
            "award_count": "the number of its awards, at every level",
            "citation_sources": "list: the source's slug of each citation of its strategy",
        },
        "indicators": {
            "slug": "the name that the other files have in `indicator`",
            "definition": "what is counted or measured",
            "period_type": "whether its figures are of one time, `INSTANT`, or over a time, `DURATION`; empty if "
            "unknown",
            "direction": "which figures are better: `HIGHER_IS_BETTER` `LOWER_IS_BETTER` `NEITHER`; empty if unknown",
            "part_of": "the slug of the indicator that it is a part of",
            "units": "list: the codes of the units of its figures: one, or several currencies",
            "district_count": "the number of districts with a metric about it",
            "metric_count": "the number of metrics about it",
        },
        "sources": {
            "slug": "the name that the other files have in `citation_sources`",
            "title": "its title",
            "kind": "`GOVERNMENT_NOTICE` `NEWS` `REPORT` `STATISTICS` `STANDARD` `LAW` `SYNTHETIC` `OTHER`",
            "publisher": "who published it",
            "url": "where it is published",
            "published": "when it was published, in Extended Date/Time Format: `2025`, `2025-09`, `2025-09-18`; "
            "never a number",
            "published_on": "the day it was published; empty if only the year or the month is known",
            "accessed_on": "the day it was read",
            "language": "the BCP 47 tag of its language",
        },
    }
)


def note_of(name: str, column: str) -> str:
    """What a column of a file means. column: its name without the ending of a language."""
    own = _NOTES_OF[name]
    return own[column] if column in own else _NOTES[column]
