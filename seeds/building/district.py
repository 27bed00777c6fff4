"""Build the stored document of a checked district: ids, counts, dates, Traditional Chinese, search and sort keys.

All derived values are computed here; editors write none of them.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias, cast

import orjson

from loaders import documents as stored
from loaders import texts
from loaders.model.read_models import DERIVATION
from loaders.values.edtf import Span, parse_edtf
from loaders.values.units import only_one
from seeds.building.ranked import mark_ranked
from seeds.building.texts import (
    build_name,
    build_optional_name,
    build_optional_text,
    build_ordered_name,
    build_text,
    languages_of,
)
from seeds.building.values import (
    best_of,
    build_change,
    build_citations,
    build_period,
    build_quantity,
    build_rank,
    build_units,
)
from seeds.format import model
from seeds.format.model import all_ranks

_NAME_KEYS: Final = texts.Name.__annotations__.keys()


def content_hash(content: stored.DistrictContent) -> str:
    """SHA-256 of a district's content, independent of file format, layout and key order.

    It covers the version of the code that derives rows, so that one which derives others loads all again.
    """
    text = orjson.dumps([DERIVATION, content], default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def build(district: model.District) -> stored.DistrictContent:
    """Build the stored document of a district, without its version."""
    slug = district.slug
    days = {source.slug: _day(source.when_published) for source in district.sources}
    pillars = [_pillar(slug, pillar, days) for pillar in district.pillars]
    initiatives = [initiative for pillar in pillars for initiative in pillar["initiatives"]]
    indicators = _indicators(district, pillars)
    instants = {one["slug"] for one in indicators if one["period_type"] == "INSTANT"}
    mark_ranked((metric for initiative in initiatives for metric in initiative["metrics"]), instants)
    content: stored.DistrictContent = {
        "id": f"District:{slug}",
        "slug": slug,
        "name": build_ordered_name(district.name),
        "kind": district.kind,
        "country": district.country,
        "parent": district.parent,
        "city": build_optional_name(district.city),
        "province": build_optional_name(district.province),
        "codes": [{"scheme": code.scheme, "value": code.value, "level": code.level} for code in district.codes],
        "strategy": _strategy(district.strategy) if district.strategy else None,
        "pillar_count": len(pillars),
        "pillars": pillars,
        "initiative_count": len(initiatives),
        "metric_count": sum(initiative["metric_count"] for initiative in initiatives),
        "observation_count": sum(one["observation_count"] for each in initiatives for one in each["metrics"]),
        "total_award_count": (award_count := len(district.awards) + sum(one["award_count"] for one in pillars)),
        "award_count": award_count,
        "awards": [_award((slug, None, None), award) for award in district.awards],
        "languages": [],
        "sources": [_source(source) for source in district.sources],
        "indicators": indicators,
        **build_units(district.units),  # type: ignore[typeddict-item]  # its key is one that may be absent
    }
    content["languages"] = languages_of(content, content["name"]["master"])
    return content


def _strategy(strategy: model.Strategy) -> texts.Strategy:
    text = build_text(strategy)
    return {
        "master": text["master"],
        "texts": text["texts"],
        "derived": text["derived"],
        "citations": build_citations(strategy.citations),
    }


# The day each source was published, by its slug.
_Days: TypeAlias = Mapping[str, str | None]


def _pillar(district: str, pillar: model.Pillar, days: _Days) -> stored.Pillar:
    initiatives = [_initiative((district, pillar.slug), initiative, days) for initiative in pillar.initiatives]
    return {
        "id": f"Pillar:{district}/{pillar.slug}",
        "slug": pillar.slug,
        "district": district,
        "name": build_name(pillar.name),
        "summary": build_optional_text(pillar.summary),
        "initiative_count": len(pillar.initiatives),
        "initiatives": initiatives,
        "metric_count": sum(one["metric_count"] for one in initiatives),
        "award_count": len(pillar.awards) + sum(one["award_count"] for one in initiatives),
        "awards": [_award((district, pillar.slug, None), award) for award in pillar.awards],
    }


def _initiative(above: tuple[str, str], initiative: model.Initiative, days: _Days) -> stored.Initiative:
    district, pillar = above
    place = (district, pillar, initiative.slug)
    return {
        "id": f"Initiative:{district}/{initiative.slug}",
        "slug": initiative.slug,
        "district": district,
        "pillar": pillar,
        "name": build_ordered_name(initiative.name),
        "summary": build_optional_text(initiative.summary),
        "status": initiative.status,
        "citations": build_citations(initiative.citations),
        "systems": [
            {
                "slug": system.slug,
                "name": build_name(system.name),
                "summary": build_optional_text(system.summary),
                "status": system.status,
                "citations": build_citations(system.citations),
            }
            for system in initiative.systems
        ],
        "metric_count": len(initiative.metrics),
        "metrics": [_metric(place, metric, days) for metric in initiative.metrics],
        "award_count": len(initiative.awards),
        "awards": [_award(place, award) for award in initiative.awards],
    }


def _metric(place: tuple[str, str, str], metric: model.Metric, days: _Days) -> stored.Metric:
    district, pillar, initiative = place
    observations = [_observation(place, metric, one, days) for one in metric.all_observations]
    actual = [one for one in observations if one["status"] in model.ACTUAL]
    # Of equal days the last one in the file; without a day before every day.
    latest = max(reversed(actual), key=lambda one: one["reference_date"] or "", default=None)
    return {
        "id": f"Metric:{district}/{metric.slug}",
        "slug": metric.slug,
        "district": district,
        "pillar": pillar,
        "initiative": initiative,
        "name": build_ordered_name(metric.name),
        "indicator": metric.indicator or metric.slug,
        "quantity": latest and latest["quantity"],
        "period": latest and latest["period"],
        "changes": latest["changes"] if latest else [],
        "ranks": latest["ranks"] if latest else [],
        "best_rank": latest and latest["best_rank"],
        "status": latest and latest["status"],
        "note": latest and latest["note"],
        "citations": latest["citations"] if latest else [],
        "latest": latest and latest["slug"],
        "ranked_as": None,
        "observation_count": len(observations),
        "observations": observations,
    }


def _observation(
    place: tuple[str, str, str], metric: model.Metric, observation: model.Observation, days: _Days
) -> stored.Observation:
    district, pillar, initiative = place
    period = build_period(observation.period)
    published = (day for citation in observation.citations if (day := days[citation.source]))
    return {
        "id": f"Observation:{district}/{metric.slug}/{observation.slug}",
        "slug": observation.slug,
        "district": district,
        "pillar": pillar,
        "initiative": initiative,
        "metric": metric.slug,
        "indicator": metric.indicator or metric.slug,
        "quantity": build_quantity(observation.quantity) if observation.quantity else None,
        "period": period,
        "reference_date": (period and period["end"]) or min(published, default=None),
        "ranked_as": None,
        "changes": [build_change(change) for change in observation.changes],
        "ranks": list(map(build_rank, all_ranks(observation))),
        "best_rank": best_of(all_ranks(observation)),
        "status": observation.status,
        "printed": build_optional_text(observation.printed),
        "counted": observation.counted,
        "breaks": build_optional_text(observation.breaks),
        "other_reports": [_report(report) for report in observation.other_reports],
        "note": build_optional_text(observation.note),
        "citations": build_citations(observation.citations),
    }


def _report(report: model.OtherReport) -> stored.OtherReport:
    return {
        "kind": report.kind,
        "quantity": build_quantity(report.quantity),
        "printed": build_optional_text(report.printed),
        "note": build_optional_text(report.note),
        "citations": build_citations(report.citations),
    }


def _award(place: tuple[str, str | None, str | None], award: model.Award) -> stored.Award:
    district, pillar, initiative = place
    return {
        "id": f"Award:{district}/{award.slug}",
        "slug": award.slug,
        "district": district,
        "pillar": pillar,
        "initiative": initiative,
        "held_by": "INITIATIVE" if initiative else "PILLAR" if pillar else "DISTRICT",
        "name": build_ordered_name(award.name),
        "kind": award.kind,
        "level": award.level,
        "issuer": build_optional_text(award.issuer),
        "period": build_period(award.period),
        "streak_years": award.streak_years,
        "ranks": list(map(build_rank, all_ranks(award))),
        "best_rank": best_of(all_ranks(award)),
        "note": build_optional_text(award.note),
        "citations": build_citations(award.citations),
    }


def _day(edtf: str | None) -> str | None:
    """The day that a text in EDTF names; None if it names more than one."""
    span = parse_edtf(edtf) if edtf else Span(None, None)
    return span.start if span.start == span.end else None


def _source(source: model.Source) -> stored.Source:
    return {
        "id": f"Source:{source.slug}",
        "slug": source.slug,
        "title": build_text(source.title),
        "kind": source.kind,
        "publisher": build_optional_text(source.publisher),
        "url": source.url,
        "published": source.when_published,
        "published_on": _day(source.when_published),
        "accessed_on": source.accessed_on,
        "language": source.language,
    }


def _indicators(district: model.District, pillars: list[stored.Pillar]) -> list[stored.Indicator]:
    """The listed indicators, followed by those that a metric defines by itself."""
    indicators: dict[str, stored.Indicator] = {
        one.slug: {
            "id": f"Indicator:{one.slug}",
            "slug": one.slug,
            "name": build_name(one.name),
            "definition": build_optional_text(one.definition),
            "period_type": one.period_type,
            "part_of": one.part_of,
            "unit": only_one(one.all_units),
            "units": one.all_units,
            "direction": one.direction,
        }
        for one in district.indicators
    }
    given = (metric for pillar in district.pillars for one in pillar.initiatives for metric in one.metrics)
    built = (metric for pillar in pillars for one in pillar["initiatives"] for metric in one["metrics"])
    for metric, own in zip(given, built, strict=True):
        if metric.indicator is None:
            indicators.setdefault(metric.slug, own_indicator(own))
    return list(indicators.values())


def own_indicator(metric: stored.Metric) -> stored.Indicator:
    """The indicator that a metric defines by itself, with the metric's slug, name and unit."""
    # A release that kept no observations stored the figure alone.
    observations: Iterable[Any] = metric.get("observations", (metric,))
    unit = next((one["quantity"]["unit"] for one in observations if one["quantity"]), None)
    return {
        "id": f"Indicator:{metric['slug']}",
        "slug": metric["slug"],
        "name": cast(texts.Name, {key: value for key, value in metric["name"].items() if key in _NAME_KEYS}),
        "definition": None,
        "period_type": None,
        "part_of": None,
        "unit": unit,
        "units": [unit] if unit else [],
        "direction": None,
    }
