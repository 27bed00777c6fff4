"""Build the stored form of the values in a seed file: figures, periods, changes, ranks and citations."""

from decimal import Decimal

from loaders import comparability, texts
from loaders import documents as stored
from loaders.values.edtf import Span, parse_edtf
from seeds.building.texts import build_optional_text, build_text
from seeds.format import values
from seeds.format.own_units import OwnUnit


def build_quantity(quantity: values.Quantity) -> stored.Quantity:
    """A figure with its normalized value."""
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


def build_period(period: values.Period | None) -> stored.Period | None:
    """A period with its days; it may be missing."""
    if period is None:
        return None
    span = parse_edtf(period.edtf) if period.edtf else Span(None, None)
    return {
        "kind": span.kind if period.edtf and period.kind != "CUMULATIVE" else period.kind,
        "start": span.start,
        "end": span.end,
        "start_is_open": span.start_is_open,
        "end_is_open": span.end_is_open,
        "approximate": span.is_approximate,
        "uncertain": span.is_uncertain,
        "edtf": period.edtf,
        "label": build_text(period.label),
    }


def build_change(change: values.Change) -> stored.Change:
    """A change."""
    return {
        "basis": change.basis,
        "direction": change.direction,
        "quantity": build_quantity(change.quantity),
        "from": build_quantity(change.from_) if change.from_ else None,
        "to": build_quantity(change.to) if change.to else None,
        "like_for_like": change.like_for_like,
        "reference": build_period(change.reference),
    }


def build_rank(rank: values.Rank) -> stored.Rank:
    """A rank."""
    return {
        "kind": rank.kind,
        "position": rank.position,
        "of": rank.of,
        "scope": rank.scope,
        "area": build_optional_text(rank.area),
        "by": build_optional_text(rank.by),
        "basis": rank.basis,
        "among": build_optional_text(rank.among),
        "tied": rank.tied,
        "edition": build_optional_text(rank.edition),
        "streak": rank.streak,
    }


def best_of(ranks: list[values.Rank]) -> int | None:
    """The best place among ranks; None if none is a numbered place."""
    return min((rank.position for rank in ranks if rank.kind == "PLACE" and rank.position), default=None)


def build_citations(citations: list[values.Citation] | None) -> list[texts.Citation]:
    """The citations of a statement, which may have none."""
    return [{"source": citation.source, "locator": citation.locator} for citation in citations or ()]


def build_units(units: list[OwnUnit]) -> dict[str, list[comparability.OwnUnit]]:
    """What a district counts by itself, as the key of its document; most have none."""
    built: list[comparability.OwnUnit] = [
        {
            "code": unit.code,
            "names": [
                {"language": tag, "plural": plural, "text": text}
                for tag, forms in unit.names.items()
                for plural, text in forms.items()
            ],
        }
        for unit in units
    ]
    return {"units": built} if built else {}
