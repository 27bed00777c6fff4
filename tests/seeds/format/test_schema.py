"""Editors complete and check seed files by a JSON Schema that is generated from the loader's own model."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from seeds.__main__ import main
from seeds.commands import BAIYUN, SHIPPED

COMMITTED = Path(__file__).parents[3] / "seeds" / "district.schema.json"


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(COMMITTED.read_text(encoding="utf-8"))


def test_the_committed_schema_is_the_one_that_the_loader_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == COMMITTED.read_text(encoding="utf-8")


def test_the_shipped_data_fits_the_schema(schema: Any) -> None:
    for path in SHIPPED:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator(schema).validate(data)


def test_an_editor_sees_an_unknown_key_and_what_can_be_no_unit(schema: Any) -> None:
    data = yaml.safe_load(BAIYUN.read_text(encoding="utf-8"))
    data["nmae"] = 1
    data["pillars"][0]["initiatives"][1]["metrics"][0]["quantity"]["unit"] = "Bushel"
    errors = jsonschema.Draft202012Validator(schema).iter_errors(data)
    assert sorted(error.json_path for error in errors) == [
        "$",
        "$.pillars[0].initiatives[1].metrics[0].quantity",
    ]
