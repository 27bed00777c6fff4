"""Build the stored document of a checked district: ids, counts, dates, Traditional Chinese, search and sort keys.

All derived values are computed here; editors write none of them.
"""

import hashlib
from decimal import Decimal
from functools import cache
from typing import Final, cast

import opencc
import orjson

from loaders import documents as stored
from loaders.model.read_models import DERIVATION
from loaders.values.edtf import Span, parse_edtf
from loaders.values.folding import cache_short_texts, fold_all
from seeds.collation import chinese_key, english_key
from seeds.format import model

TRADITIONAL: Final = "zh-Hant"
_NAME_KEYS: Final = stored.Name.__annotations__.keys()


def content_hash(content: stored.DistrictContent) -> str:
    """SHA-256 of a district's content, independent of file format, layout and key order.

    It covers the version of the code that derives rows, so that one which derives others loads all again.
    """
    text = orjson.dumps([DERIVATION, content], default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def build(district: model.District) -> stored.DistrictContent:
    """Build the stored document of a district, without its version."""
    slug = district.slug
    pillars = [_pillar(slug, pillar) for pillar in district.pillars]
    initiatives = [initiative for pillar in pillars for initiative in pillar["initiatives"]]
    return {
        "id": f"District:{slug}",
        "slug": slug,
        "name": _ordered_name(district.name),
        "city": _name(district.city),
        "province": _name(district.province),
        "codes": [{"scheme": code.scheme, "value": code.value, "level": code.level} for code in district.codes],
        "strategy": _optional_text(district.strategy),
        "pillar_count": len(pillars),
        "pillars": pillars,
        "initiative_count": len(initiatives),
        "metric_count": sum(initiative["metric_count"] for initiative in initiatives),
        "total_award_count": (award_count := len(district.awards) + sum(one["award_count"] for one in pillars)),
        "award_count": award_count,
        "awards": [_award((slug, None, None), award) for award in district.awards],
        "sources": [_source(source) for source in district.sources],
        "indicators": _indicators(district, pillars),
    }


@cache
def _converter() -> opencc.OpenCC:
    # s2hk converts characters only; s2twp would also change vocabulary.
    return opencc.OpenCC("s2hk")


@cache_short_texts
def _traditional(simplified: str) -> str:
    converted: str = _converter().convert(simplified)
    return converted


def _text(text: model.LocalizedText) -> stored.LocalizedText:
    return {
        "zh_hans": text.zh_hans,
        "en": text.en,
        "zh_hant": text.zh_hant or _traditional(text.zh_hans),
        "derived": [] if text.zh_hant else [TRADITIONAL],
    }


def _name(text: model.LocalizedText) -> stored.Name:
    forms = _text(text)
    folded = fold_all((forms["zh_hans"], forms["zh_hant"], forms["en"]))
    return {
        "zh_hans": forms["zh_hans"],
        "en": forms["en"],
        "zh_hant": forms["zh_hant"],
        "derived": forms["derived"],
        "folded": folded,
    }


def _ordered_name(text: model.LocalizedText) -> stored.OrderedName:
    return {
        **_name(text),
        "sort_zh": chinese_key(text.zh_hans),
        "sort_en": english_key(text.en) if text.en else None,
    }


def _optional_text(text: model.LocalizedText | None) -> stored.LocalizedText | None:
    return _text(text) if text else None


def _pillar(district: str, pillar: model.Pillar) -> stored.Pillar:
    initiatives = [_initiative(district, pillar.slug, initiative) for initiative in pillar.initiatives]
    return {
        "id": f"Pillar:{district}/{pillar.slug}",
        "slug": pillar.slug,
        "district": district,
        "name": _name(pillar.name),
        "summary": _optional_text(pillar.summary),
        "initiative_count": len(pillar.initiatives),
        "initiatives": initiatives,
        "metric_count": sum(one["metric_count"] for one in initiatives),
        "award_count": len(pillar.awards) + sum(one["award_count"] for one in initiatives),
        "awards": [_award((district, pillar.slug, None), award) for award in pillar.awards],
    }


def _initiative(district: str, pillar: str, initiative: model.Initiative) -> stored.Initiative:
    place = (district, pillar, initiative.slug)
    return {
        "id": f"Initiative:{district}/{initiative.slug}",
        "slug": initiative.slug,
        "district": district,
        "pillar": pillar,
        "name": _ordered_name(initiative.name),
        "summary": _optional_text(initiative.summary),
        "status": initiative.status,
        "systems": [
            {
                "slug": system.slug,
                "name": _name(system.name),
                "summary": _optional_text(system.summary),
                "status": system.status,
            }
            for system in initiative.systems
        ],
        "metric_count": len(initiative.metrics),
        "metrics": [_metric(place, metric) for metric in initiative.metrics],
        "award_count": len(initiative.awards),
        "awards": [_award(place, award) for award in initiative.awards],
    }


def _metric(place: tuple[str, str, str], metric: model.Metric) -> stored.Metric:
    district, pillar, initiative = place
    return {
        "id": f"Metric:{district}/{metric.slug}",
        "slug": metric.slug,
        "district": district,
        "pillar": pillar,
        "initiative": initiative,
        "name": _ordered_name(metric.name),
        "indicator": metric.indicator or metric.slug,
        "quantity": _quantity(metric.quantity) if metric.quantity else None,
        "period": _period(metric.period),
        "changes": [_change(change) for change in metric.changes],
        "rank": _rank(metric.rank),
        "status": metric.status,
        "note": _optional_text(metric.note),
        "citations": _citations(metric.citations),
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
        "name": _ordered_name(award.name),
        "kind": award.kind,
        "level": award.level,
        "issuer": _optional_text(award.issuer),
        "period": _period(award.period),
        "streak_years": award.streak_years,
        "rank": _rank(award.rank),
        "note": _optional_text(award.note),
        "citations": _citations(award.citations),
    }


def _quantity(quantity: model.Quantity) -> stored.Quantity:
    sign, digits, exponent = quantity.value.as_tuple()
    assert isinstance(exponent, int)
    return {
        "value": quantity.value,
        "multiplier": quantity.multiplier,
        "comparator": quantity.comparator,
        "max_value": quantity.max_value,
        "unit": quantity.unit,
        "normalized": float(Decimal((sign, digits, exponent + quantity.multiplier))),
        "decimals": -exponent,
    }


def _period(period: model.Period | None) -> stored.Period | None:
    if period is None:
        return None
    span = parse_edtf(period.edtf) if period.edtf else Span(None, None)
    return {
        "kind": span.kind if period.edtf and period.kind != "CUMULATIVE" else period.kind,
        "start": span.start,
        "end": span.end,
        "start_is_open": span.start_is_open,
        "end_is_open": span.end_is_open,
        "edtf": period.edtf,
        "label": _text(period.label),
    }


def _change(change: model.Change) -> stored.Change:
    return {
        "basis": change.basis,
        "direction": change.direction,
        "quantity": _quantity(change.quantity),
        "reference": _period(change.reference),
    }


def _rank(rank: model.Rank | None) -> stored.Rank | None:
    if rank is None:
        return None
    return {
        "kind": rank.kind,
        "position": rank.position,
        "of": rank.of,
        "scope": rank.scope,
        "area": _optional_text(rank.area),
    }


def _citations(citations: list[model.Citation]) -> list[stored.Citation]:
    return [{"source": citation.source, "locator": citation.locator} for citation in citations]


def _source(source: model.Source) -> stored.Source:
    return {
        "id": f"Source:{source.slug}",
        "slug": source.slug,
        "title": _text(source.title),
        "kind": source.kind,
        "publisher": _optional_text(source.publisher),
        "url": source.url,
        "published_on": source.published_on,
        "accessed_on": source.accessed_on,
        "language": source.language,
    }


def _indicators(district: model.District, pillars: list[stored.Pillar]) -> list[stored.Indicator]:
    """The listed indicators, followed by those that a metric defines by itself."""
    indicators: dict[str, stored.Indicator] = {
        one.slug: {
            "id": f"Indicator:{one.slug}",
            "slug": one.slug,
            "name": _name(one.name),
            "definition": _optional_text(one.definition),
            "unit": one.unit,
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
    quantity = metric["quantity"]
    return {
        "id": f"Indicator:{metric['slug']}",
        "slug": metric["slug"],
        "name": cast(stored.Name, {key: value for key, value in metric["name"].items() if key in _NAME_KEYS}),
        "definition": None,
        "unit": quantity["unit"] if quantity else None,
    }
