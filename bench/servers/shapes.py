"""The floor's answers, written out by hand: stored documents in, what the questions select out."""

from collections.abc import Mapping

from bench.servers.decimals import written
from loaders.documents import Document

Names = Mapping[str, Document]


def short_text(text: Document) -> Document:
    """Two forms of a text."""
    return {"zhHans": text["texts"].get("zh-Hans"), "en": text["texts"].get("en")}


def text(text: Document | None) -> Document | None:
    """All forms of a text."""
    return text and {**short_text(text), "zhHant": text["texts"].get("zh-Hant")}


def district(document: Document) -> Document:
    """Everything of a district."""
    indicators = {
        one["slug"]: {"slug": one["slug"], "name": {"zhHans": one["name"]["texts"].get("zh-Hans")}}
        for one in document["indicators"]
    }
    return {
        "id": document["id"],
        "slug": document["slug"],
        "name": text(document["name"]),
        "city": text(document["city"]),
        "province": text(document["province"]),
        "codes": [
            {"scheme": code["scheme"], "value": code["value"], "level": code["level"]} for code in document["codes"]
        ],
        "strategy": text(document["strategy"]),
        "pillars": [
            {
                "slug": pillar["slug"],
                "name": text(pillar["name"]),
                "summary": text(pillar["summary"]),
                "initiatives": [initiative(one, indicators) for one in pillar["initiatives"]],
            }
            for pillar in document["pillars"]
        ],
    }


def initiative(document: Document, indicators: Names) -> Document:
    """Everything of an initiative."""
    return {
        "slug": document["slug"],
        "name": text(document["name"]),
        "summary": text(document["summary"]),
        "status": document["status"],
        "systems": [
            {
                "slug": system["slug"],
                "name": text(system["name"]),
                "summary": text(system["summary"]),
                "status": system["status"],
            }
            for system in document["systems"]
        ],
        "metrics": [metric(one, indicators) for one in document["metrics"]],
        "awards": [award(one) for one in document["awards"]],
    }


def metric(document: Document, indicators: Names) -> Document:
    """Everything of a figure."""
    return {
        "slug": document["slug"],
        "name": text(document["name"]),
        "indicator": indicators[document["indicator"]],
        "quantity": quantity(document["quantity"]),
        "period": period(document["period"]),
        "changes": [
            {
                "basis": change["basis"],
                "direction": change["direction"],
                "quantity": quantity(change["quantity"]),
                "reference": period(change["reference"]),
            }
            for change in document["changes"]
        ],
        "ranks": [rank(one) for one in document["ranks"]],
        "status": document["status"],
        "note": text(document["note"]),
        "citations": citations(document),
    }


def award(document: Document) -> Document:
    """Everything of an award."""
    return {
        "slug": document["slug"],
        "name": text(document["name"]),
        "kind": document["kind"],
        "level": document["level"],
        "issuer": text(document["issuer"]),
        "period": period(document["period"]),
        "streakYears": document["streak_years"],
        "ranks": [rank(one) for one in document["ranks"]],
        "note": text(document["note"]),
        "citations": citations(document),
    }


def quantity(document: Document | None) -> Document | None:
    """A figure's amount."""
    if document is None:
        return None
    most = document["max_value"]
    return {
        "value": written(document["value"]),
        "multiplier": document["multiplier"],
        "comparator": document["comparator"],
        "maxValue": most and written(most),
        "unit": {"code": document["unit"]},
        "normalized": document["normalized"],
    }


def period(document: Document | None) -> Document | None:
    """A stretch of time."""
    return document and {
        "kind": document["kind"],
        "start": document["start"],
        "end": document["end"],
        "edtf": document["edtf"],
        "label": short_text(document["label"]),
    }


def rank(document: Document) -> Document:
    """A place among peers."""
    return {
        "kind": document["kind"],
        "position": document["position"],
        "of": document["of"],
        "scope": document["scope"],
        "area": document["area"] and short_text(document["area"]),
    }


def citations(document: Document) -> list[Document]:
    """The source of a statement and the place in it."""
    return [{"source": {"slug": one["source"]}, "locator": one["locator"]} for one in document["citations"]]


def listed(document: Document) -> Document:
    """A district in the list."""
    return {
        "pillars": [
            {"initiatives": [_listed_initiative(one) for one in pillar["initiatives"]]}
            for pillar in document["pillars"]
        ]
    }


def _listed_initiative(document: Document) -> Document:
    return {
        "name": {"en": document["name"]["texts"].get("en")},
        "status": document["status"],
        "metrics": [
            # A projection of what is inside a null leaves its key out.
            {"name": {"en": metric["name"]["texts"].get("en")}, "quantity": _amount(metric.get("quantity"))}
            for metric in document["metrics"]
        ],
    }


def _amount(document: Document | None) -> Document | None:
    return document and {
        "value": written(document["value"]),
        "multiplier": document["multiplier"],
        "comparator": document["comparator"],
        "unit": {"code": document["unit"]},
    }


def ranked(document: Document, districts: Names) -> Document:
    """A figure in the ranking."""
    figure, time = document["quantity"], document["period"]
    return {
        "slug": document["slug"],
        "name": short_text(document["name"]),
        "quantity": {**(_amount(figure) or {}), "normalized": figure["normalized"]},
        "period": time
        and {
            "kind": time["kind"],
            "start": time["start"],
            "end": time["end"],
            "label": short_text(time["label"]),
        },
        "district": districts[document["district"]],
    }


def found(document: Document) -> Document:
    """Something that a search found."""
    name = "title" if document["kind"] == "SOURCE" else "name"
    return {"kind": document["kind"], "node": {"id": document["id"], name: short_text(document["name"])}}
