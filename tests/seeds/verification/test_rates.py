"""Rates and units of the data set's own are found in a kept text by the words that it has for them."""

from pathlib import Path
from typing import Any

import pytest

from seeds.format.model import District
from seeds.verification.claims import claims_of
from seeds.verification.kept_text import read_kept_text
from seeds.verification.matching import Result, verify
from seeds.verification.words import languages
from tests.support.data.content import district, text

POINT: dict[str, Any] = {
    "code": "service-point",
    "names": {
        "en": {"one": "service point", "other": "service points"},
        "zh-Hans": {"other": "个便民服务点"},
    },
}
CHINESE = "全区人均可支配收入45,000元。亩均税收30万元。建成便民服务点56个。\n"
ENGLISH = "Income was 45,000 yuan per person. The city opened 56 service points.\n"


def result(folder: Path, kept: str, language: str, figure: dict[str, Any]) -> Result:
    metric: dict[str, Any] = {"slug": "m", "name": text("指标"), "quantity": figure}
    metric["citations"] = [{"source": "notice", "locator": "L1"}]
    given = district("a", units=[POINT])
    given["pillars"][0]["initiatives"][0]["metrics"] = [metric]
    path = folder / "kept.txt"
    path.write_text(kept, encoding="utf-8")
    claims = list(claims_of(District.model_validate(given), "notice"))
    [found] = verify(read_kept_text(path, published=None, title=""), claims, languages()[language]).results
    return found


@pytest.mark.parametrize(
    ("kept", "language", "figure"),
    [
        (CHINESE, "zh", {"value": 45000, "unit": "cny-per-person"}),
        (CHINESE, "zh", {"value": 30, "multiplier": 4, "unit": "cny-per-mu"}),
        (ENGLISH, "en", {"value": 45000, "unit": "cny-per-person"}),
        (ENGLISH, "en", {"value": 56, "unit": "service-point"}),
    ],
)
def test_a_rate_or_an_own_unit_is_found(tmp_path: Path, kept: str, language: str, figure: dict[str, Any]) -> None:
    found = result(tmp_path, kept, language, figure)
    assert (found.status, found.reason) in {("exact", ""), ("normalised", "")}


@pytest.mark.parametrize(
    ("kept", "language", "figure", "reason"),
    [
        (
            *(CHINESE, "zh", {"value": 45000, "unit": "cny-per-mu"}),
            "the unit is cny-per-mu, and the text doesn't say per mu",
        ),
        (
            *(ENGLISH, "en", {"value": 45000, "unit": "cny-per-household"}),
            "the unit is cny-per-household, and the text doesn't say per household",
        ),
        (
            *(ENGLISH, "en", {"value": 45000, "unit": "usd-per-person"}),
            "the unit is usd-per-person, and the text has cny (45,000 yuan)",
        ),
        (
            *(ENGLISH, "en", {"value": 45000, "unit": "service-point"}),
            "the unit is service-point, and the text has cny (45,000 yuan)",
        ),
    ],
)
def test_another_unit_is_told(tmp_path: Path, kept: str, language: str, figure: dict[str, Any], reason: str) -> None:
    found = result(tmp_path, kept, language, figure)
    assert (found.status, found.reason) == ("absent", reason)
