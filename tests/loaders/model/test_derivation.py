"""A release that derives other rows from the same district says so by `DERIVATION`, which the content hash covers."""

import hashlib
from collections.abc import Iterable
from typing import cast

import orjson
import pytest

from loaders.documents import District, DistrictContent
from loaders.model import read_models
from loaders.model.read_models import DERIVATION, derive_rows
from seeds.building import district as built
from seeds.building.district import content_hash
from seeds.commands import BAIYUN
from seeds.inputs import Inputs, check_inputs

# The sha256 of the rows of the shipped districts, for each DERIVATION.
DERIVED = {
    1: "70deb3ee316524bebf883c097932cfe828e0b3bc749e76ae88947bd77e03cf9c",
    2: "f3247d54c4e638e03ca89d4fa2ff94cc74d6c19d92cd1ecccac280b0c4c17b52",
    3: "f3247d54c4e638e03ca89d4fa2ff94cc74d6c19d92cd1ecccac280b0c4c17b52",  # tallies
    4: "cf8bbc7d7a0804068569b1c7346e2e8ad81ae1cbc02d1f2583513a89b607c46c",  # observations, ranks, indicators
    5: "cf8bbc7d7a0804068569b1c7346e2e8ad81ae1cbc02d1f2583513a89b607c46c",  # shared sources
    6: "86d7faa9656746436e1f52759216dfb32cebb087f3fb67dba939e27d860f5f2c",  # texts in any language
    7: "86d7faa9656746436e1f52759216dfb32cebb087f3fb67dba939e27d860f5f2c",  # words with vowel signs
}


def shipped() -> Iterable[DistrictContent]:
    inputs = check_inputs([BAIYUN])
    assert isinstance(inputs, Inputs)
    with inputs:
        yield from inputs.read(frozenset(inputs.hashes))


def test_rows_are_those_of_the_stated_version_of_the_deriving_code() -> None:
    rows = [derive_rows(cast(District, {**content, "from": 1, "to": 2})) for content in shipped()]
    digest = hashlib.sha256(orjson.dumps(rows, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()
    assert digest == DERIVED.get(DERIVATION), (
        "other rows are derived now: raise loaders.model.read_models.DERIVATION by one, and add its digest to DERIVED"
    )


def test_the_hash_covers_the_version_of_the_deriving_code(monkeypatch: pytest.MonkeyPatch) -> None:
    content = next(iter(shipped()))
    before = content_hash(content)
    monkeypatch.setattr(built, "DERIVATION", read_models.DERIVATION + 1)
    assert content_hash(content) != before
