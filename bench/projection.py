"""Measure reading a document whole, by its top-level subtrees, or by single paths.

`schema/planning/projection.py` decides by these figures what is worth leaving out.
"""

import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, Final

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.collection import Collection

from bench.reporting.report import table
from bench.staging.stage import Stage
from loaders.documents import STILL_LIVE, Document
from loaders.mongo.stored_names import stored_name

DATABASE: Final = "projected"
ROUNDS: Final = 9
# A page of names and figures, and a district with nearly everything: the paths that our plans know for them.
_TEXT: Final = ("texts",)
_METRIC: Final = "pillars.initiatives.metrics"
NARROW: Final = (
    "slug",
    *("name.texts", "pillars.slug", "pillars.name.texts", "pillars.initiatives.slug"),
    *(
        "pillars.initiatives.name.texts",
        "pillars.initiatives.status",
        f"{_METRIC}.slug",
        f"{_METRIC}.name.texts",
    ),
    f"{_METRIC}.quantity",
)
_AWARD: Final = ("id", "slug", "kind", "level", "issuer", "period", "streak_years", "ranks", "note", "citations")
WIDE: Final = (
    *("id", "slug", "initiative_count", "metric_count", "codes", "strategy", "sources.slug", "indicators.slug"),
    *(f"{name}.{form}" for name in ("name", "city", "province", "pillars.name") for form in _TEXT),
    *(f"{at}awards.{key}" for at in ("", "pillars.", "pillars.initiatives.") for key in (*_AWARD, "name.texts")),
    *(f"pillars.initiatives.{key}" for key in ("slug", "summary", "status", "name.texts", "systems")),
    *(f"{_METRIC}.{key}" for key in ("id", "slug", "indicator", "quantity", "period", "changes", "ranks", "status")),
    *(f"{_METRIC}.{key}" for key in ("note", "citations", "name.texts")),
    "pillars.slug",
    "pillars.summary",
)


def measure_projections(stage: Stage, districts: int) -> dict[str, Any]:
    """Read one district and a page of fifty in each way, in alternation; returns medians in milliseconds.

    server: processor time of the reader, which makes Python objects. database: the time until the raw bytes arrive.
    """
    stage.load(DATABASE, districts)
    ways = {
        f"{width}, {way}": _projection(paths, way)
        for width, paths in (("narrow", NARROW), ("wide", WIDE))
        for way in ("whole documents", "subtrees", "paths")
    }
    with MongoClient[Document](stage.uri) as client:
        plain = client[DATABASE][stored_name("districts")]
        raw = plain.with_options(CodecOptions(document_class=RawBSONDocument))
        return {
            str(limit): {
                way: {"server": found[0], "database": found[1]}
                for way, found in _medians(plain, raw, ways, limit).items()
            }
            for limit in (1, 50)
        }


def projection_table(results: Mapping[str, Any]) -> str:
    """The figures, a row a way of reading."""
    head = ["", *(f"{limit}: {which}, ms" for limit in results for which in ("server", "database"))]
    ways = next(iter(results.values()))
    rows = [
        [way, *(f"{results[limit][way][which]:.2f}" for limit in results for which in ("server", "database"))]
        for way in ways
    ]
    return table(head, rows)


def _projection(paths: Sequence[str], way: str) -> dict[str, int] | None:
    if way == "whole documents":
        return None
    return {"_id": 0, **dict.fromkeys(paths if way == "paths" else (path.partition(".")[0] for path in paths), 1)}


def _medians(
    plain: Collection[Document], raw: Any, ways: Mapping[str, dict[str, int] | None], limit: int
) -> dict[str, tuple[float, float]]:
    seen: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, project in ways.items():
            began = time.process_time()
            _read(plain, project, limit)
            server = time.process_time() - began
            began = time.perf_counter()
            _read(raw, project, limit)
            seen[way].append((1000 * server, 1000 * (time.perf_counter() - began)))
    return {
        way: (median(one for one, _ in found), median(other for _, other in found)) for way, found in seen.items()
    }


def _read(collection: Any, project: Mapping[str, int] | None, limit: int) -> None:
    stages = [{"$match": {"slug": {"$gt": ""}, "to": STILL_LIVE}}, {"$sort": {"slug": 1}}, {"$limit": limit}]
    if project:
        stages.append({"$project": project})
    collection.aggregate(stages, batchSize=1_000).to_list()
