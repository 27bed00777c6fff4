"""Small districts for tests: built by the loader's own model, with a mark that distinguishes versions."""

from collections.abc import Iterable
from typing import Any

from loaders.documents import DistrictContent
from loaders.mongo.driver import Database
from loaders.publishing.publish import Load, LoadResult, publish
from seeds.building.district import build, content_hash
from seeds.format.model import District


def text(zh_hans: str, en: str | None = None) -> dict[str, Any]:
    return {"zhHans": zh_hans} if en is None else {"zhHans": zh_hans, "en": en}


def district(slug: str, mark: str = "a", **fields: Any) -> dict[str, Any]:
    """One district in the format of seed files, with one metric; `mark` is its English name."""
    metric = {
        "slug": "terminals",
        "name": text("终端", "Terminals"),
        "quantity": {"value": 140, "multiplier": 4, "comparator": "GT", "unit": "terminal"},
        "citations": [{"source": "notice", "locator": "L1"}],
    }
    initiative = {"slug": "sensing", "name": text("感知", "Sensing"), "metrics": [metric]}
    return {
        "slug": slug,
        "name": text("区", mark),
        "country": "CN",
        "city": text("市", "City"),
        "province": text("省", "Province"),
        "sources": [{"slug": "notice", "title": text("通知", "Notice"), "kind": "OTHER"}],
        "pillars": [{"slug": "foundations", "name": text("底座", "Foundations"), "initiatives": [initiative]}],
        **fields,
    }


def contents(slugs: Iterable[str], mark: str = "a") -> list[DistrictContent]:
    return [build(District.model_validate(district(slug, mark))) for slug in slugs]


def load_of(districts: Iterable[DistrictContent], *, prune: bool = False) -> Load:
    given = {content["slug"]: content for content in districts}
    return Load(
        hashes={slug: content_hash(content) for slug, content in given.items()},
        read=lambda wanted: [content for slug, content in given.items() if slug in wanted],
        files=[{"name": "test.yaml", "sha256": "0" * 64}],
        prune=prune,
    )


async def put(database: Database, slugs: Iterable[str], mark: str = "a", *, prune: bool = False) -> LoadResult:
    """Publish districts and return what that changed."""
    return await publish(database, load_of(contents(slugs, mark), prune=prune))
