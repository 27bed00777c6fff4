"""Check one district: each field against the model, then references and slugs across fields."""

from collections.abc import Container, Iterable, Iterator
from decimal import Decimal
from difflib import get_close_matches
from functools import reduce
from operator import getitem
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from loaders.values.edtf import Span, parse_edtf
from seeds.format.model import Award, District, Metric, Observation
from seeds.format.numerals import advice_for
from seeds.format.problems import FieldPath, Problem, shown, written_path
from seeds.format.reader import Location, Record
from seeds.format.texts import LocalizedText, context_of
from seeds.format.values import Citation, Period, Quantity

# pydantic's error type → our message; {…} are filled from the error's context.
_SENTENCES: Final = {
    "missing": "is missing; it is required",
    "string_type": "must be text, not {kind}",
    "string_unicode": "has half of a surrogate pair; write the character itself",
    "int_type": "must be a whole number of at most 18 digits and without quotes",
    "finite_number": "must be finite and have at most 34 digits; leave it out where the figure is unknown",
    "list_type": "must be a list, not {kind}",
    "model_type": "must be an object with at least {required}, not {kind}",
    "text_type": "must be a text, or texts by language as in {{en: …, ko: …}}, not {kind}",
    "too_short": "must have at least {min_length} item",
    "too_long": "may have at most {max_length} items",
    "string_too_short": "must not be empty",
    "string_too_long": "may have at most {max_length} characters",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "literal_error": "must be one of {expected}",
}
_PATTERNS: Final = {
    "slug": "must be lower-case ASCII words joined by hyphens, such as work-orders",
    "language": "must be a BCP 47 language tag, such as zh-Hans",
    "sha256": "must be 64 lower-case hexadecimal digits, as sha256sum prints them",
}
_KINDS: Final = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}


def check(record: Record) -> District | list[Problem]:
    """Validate a record; returns the district, or all problems with it."""
    try:
        district = District.model_validate(record.value, context=context_of(record.value))
    except ValidationError as error:
        return explained(record, error)
    return list(_cross_checks(record.location, district)) or district


def explained(record: Record, error: ValidationError, model: type[BaseModel] = District) -> list[Problem]:
    """What a record of a model lacks, in the order of its lines."""
    problems = [_explain(record, details, model) for details in error.errors(include_url=False)]
    return sorted(problems, key=lambda problem: problem.line)


def _explain(record: Record, details: ErrorDetails, model: type[BaseModel]) -> Problem:
    # Of a key that is wrong, the path of what it stands for.
    path = written_path(record.value, tuple(step for step in details["loc"] if step != "[key]"))
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "string_unicode" and reduce(getitem, path, record.value) != value:
        path = (*path, value)  # the string is a key; pydantic gives the path of its object
    if kind == "extra_forbidden":
        message = _unknown_key(path, model)
    elif kind == "value_error":
        message = str(context["error"])
    elif kind == "string_pattern_mismatch":
        name = next((step for step in reversed(path) if isinstance(step, str)), "slug")
        message = f"{shown(value)} {_PATTERNS.get(name, _PATTERNS['slug'])}"
    elif kind in _SENTENCES:
        message = _sentence(kind, path, value, context, model)
    else:
        message = details["msg"]
    return record.location.problem(path, message)


def _sentence(kind: str, path: FieldPath, value: Any, context: dict[str, Any], model: type[BaseModel]) -> str:
    if kind == "model_type" and issubclass(_model_at(path, model), LocalizedText):
        kind = "text_type"
    required = ", ".join(_fields(_model_at(path, model), required=True)) if kind == "model_type" else ""
    sentence = _SENTENCES[kind].format(**context, required=required, kind=_KINDS.get(type(value), "a number"))
    if not isinstance(value, str | int | Decimal):
        return sentence
    if kind == "int_type" and isinstance(value, str) and (right := advice_for(value)):
        sentence += f"; write {right}"
    return f"{shown(value)} {sentence}{'; put it in quotes' if kind == 'string_type' else ''}"


def _unknown_key(path: FieldPath, model: type[BaseModel]) -> str:
    if path[-1] == "per":
        return "is not a field of the format; name both units in unit, such as cny-per-person"
    known = _fields(_model_at(path[:-1], model))
    close = get_close_matches(str(path[-1]), known, 1)
    hint = f"did you mean {close[0]}?" if close else f"known fields: {', '.join(known)}"
    return f"is not a field of the format; {hint}"


def _fields(model: type[BaseModel], *, required: bool = False) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items() if field.is_required() or not required]


def _model_at(path: Iterable[str | int], model: type[BaseModel]) -> type[BaseModel]:
    """Find the model that describes the object at a path within an object of a model."""
    for step in path:
        if isinstance(step, str):
            by_alias = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
            model = _model_in(by_alias[step])
    return model


def _model_in(annotation: Any) -> type[BaseModel]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = [_model_in(part) for part in getattr(annotation, "__args__", ()) if part is not type(None)]
    return found[0]


def _cross_checks(location: Location, district: District) -> Iterator[Problem]:
    yield from _repeated_slugs(location, district)
    sources = {source.slug for source in district.sources}
    for path, citations in _citations(district):
        for index, citation in enumerate(citations):
            if citation.source not in sources:
                known = ", ".join(sorted(sources)) or "none"
                yield location.problem(
                    (*path, "citations", index, "source"),
                    f"{citation.source!r} is not a source of this document; sources: {known}",
                )
    codes = [unit.code for unit in district.units]
    for index, code in enumerate(codes):
        if code in codes[:index]:
            yield location.problem(("units", index, "code"), f"{code!r} is defined twice; keep one of them")
    yield from _indicators(location, district)
    yield from _observations_told_apart(location, district)


def _repeated_slugs(location: Location, district: District) -> Iterator[Problem]:
    for kind, paths in _slugs(district).items():
        first: dict[str, FieldPath] = {}
        for slug, path in paths:
            if slug in first:
                line = location.line(first[slug])
                yield location.problem(
                    (*path, "slug"),
                    f"{slug!r} is taken by another {kind} (line {line}); slugs of a district's {kind}s must differ",
                )
            first.setdefault(slug, (*path, "slug"))


def _slugs(district: District) -> dict[str, list[tuple[str, FieldPath]]]:
    """All slugs with their paths, by the kind of object within which they must be unique."""
    return {
        "pillar": [(pillar.slug, path) for path, pillar in _pillars(district)],
        "initiative": [(initiative.slug, path) for path, initiative in _initiatives(district)],
        "metric": [(metric.slug, path) for path, metric in metrics_of(district)],
        "award": [(award.slug, path) for path, award in _awards(district)],
        "source": [(source.slug, ("sources", i)) for i, source in enumerate(district.sources)],
        "indicator": [(one.slug, ("indicators", i)) for i, one in enumerate(district.indicators)],
        "system": [
            (system.slug, (*path, "systems", i))
            for path, initiative in _initiatives(district)
            for i, system in enumerate(initiative.systems)
        ],
    }


def _pillars(district: District) -> Iterator[tuple[FieldPath, Any]]:
    for index, pillar in enumerate(district.pillars):
        yield ("pillars", index), pillar


def _initiatives(district: District) -> Iterator[tuple[FieldPath, Any]]:
    for path, pillar in _pillars(district):
        for index, initiative in enumerate(pillar.initiatives):
            yield (*path, "initiatives", index), initiative


def metrics_of(district: District) -> Iterator[tuple[FieldPath, Metric]]:
    """Yield every metric with its path."""
    for path, initiative in _initiatives(district):
        for index, metric in enumerate(initiative.metrics):
            yield (*path, "metrics", index), metric


def observations_of(district: District) -> Iterator[tuple[FieldPath, Metric, Observation]]:
    """Yield every observation with its metric and its path, which is the metric's if that lists no observations."""
    for path, metric in metrics_of(district):
        for index, observation in enumerate(metric.all_observations):
            yield (*path, "observations", index) if metric.observations else path, metric, observation


def _awards(district: District) -> Iterator[tuple[FieldPath, Award]]:
    holders = [((), district), *_pillars(district), *_initiatives(district)]
    for path, holder in holders:
        for index, award in enumerate(holder.awards):
            yield (*path, "awards", index), award


def _citations(district: District) -> Iterator[tuple[FieldPath, list[Citation]]]:
    for path, _, observation in observations_of(district):
        yield path, observation.citations
        for index, report in enumerate(observation.other_reports):
            yield (*path, "otherReports", index), report.citations
    for path, award in _awards(district):
        yield path, award.citations
    if district.strategy:
        yield ("strategy",), district.strategy.citations or []
    for path, initiative in _initiatives(district):
        yield path, initiative.citations or []
        for index, system in enumerate(initiative.systems):
            yield (*path, "systems", index), system.citations or []


def _indicators(location: Location, district: District) -> Iterator[Problem]:
    own = {metric.slug: unit_of(metric) for _, metric in metrics_of(district) if metric.indicator is None}
    units = {slug: [unit] if unit else [] for slug, unit in own.items()}
    units |= {indicator.slug: indicator.all_units for indicator in district.indicators}
    yield from _parts_of_indicators(location, district, units.keys())
    for path, metric in metrics_of(district):
        if metric.indicator and metric.indicator not in units:
            yield location.problem(
                (*path, "indicator"),
                f"{metric.indicator!r} is not an indicator of this document; add it to indicators",
            )
    for path, metric, quantity in _quantities(district):
        slug = metric.indicator or metric.slug
        if slug in units and quantity.unit not in units[slug]:
            known = ", ".join(units[slug]) or "it has none"
            yield location.problem(
                (*path, "quantity", "unit"),
                f"{quantity.unit!r} is not {'a' if len(units[slug]) > 1 else 'the'} unit of indicator {slug!r} "
                f"({known}); make them agree",
            )


def _parts_of_indicators(location: Location, district: District, known: Container[str]) -> Iterator[Problem]:
    """Problems with what indicators are part of: it must exist, and not be a part of them in turn."""
    wholes = {one.slug: one.part_of for one in district.indicators}
    for index, indicator in enumerate(district.indicators):
        place = ("indicators", index, "partOf")
        if indicator.part_of and indicator.part_of not in known:
            yield location.problem(
                place, f"{indicator.part_of!r} is not an indicator of this document; add it to indicators"
            )
        chain, whole = [indicator.slug], indicator.part_of
        while whole and whole not in chain:
            chain.append(whole)
            whole = wholes.get(whole)
        if whole == indicator.slug:
            circle = " in ".join([*chain, whole])
            yield location.problem(place, f"{whole!r} would be a part of itself ({circle}); leave one partOf out")


def _quantities(district: District) -> Iterator[tuple[FieldPath, Metric, Quantity]]:
    for path, metric, observation in observations_of(district):
        if observation.quantity:
            yield path, metric, observation.quantity
        for index, report in enumerate(observation.other_reports):
            yield (*path, "otherReports", index), metric, report.quantity


def unit_of(metric: Metric) -> str | None:
    """The unit of a metric's first figure; None if it has none."""
    return next((one.quantity.unit for one in metric.all_observations if one.quantity), None)


def _observations_told_apart(location: Location, district: District) -> Iterator[Problem]:
    """Problems with observations of one metric that have the same slug, or are actual and for the same days."""
    current: Metric | None = None
    slugs, days = dict[str, FieldPath](), dict[Span | None, FieldPath]()
    for path, metric, observation in observations_of(district):
        if metric is not current:
            current, slugs, days = metric, {}, {}
        place = (*path, "slug")
        if (first := slugs.setdefault(observation.slug, place)) != place:
            yield location.problem(
                place,
                f"{observation.slug!r} is taken by another observation (line {location.line(first)}); slugs of a "
                "metric's observations must differ",
            )
        if not observation.is_actual:
            continue
        if (first := days.setdefault(_days(observation.period), path)) != path:
            yield location.problem(
                path,
                f"{observation.slug!r} is for the same days as the observation in line {location.line(first)}, or "
                "both have none; keep one, or give them periods or statuses that differ",
            )


def _days(period: Period | None) -> Span | None:
    return parse_edtf(period.edtf) if period and period.edtf else None
