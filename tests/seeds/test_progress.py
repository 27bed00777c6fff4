"""A load tells how far it is and how fast."""

import re

import pytest

from seeds import progress as showing
from seeds.progress import progress


def test_lines_tell_districts_done_and_districts_a_second(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "LINE_EVERY_S", 0.0)
    with progress() as advance:
        advance(12, 40)
        advance(40, 40)
    lines = capsys.readouterr().err.splitlines()
    assert [re.sub(r"\d+ per", "N per", line) for line in lines] == [
        "loaded 12 of 40 districts, N per second",
        "loaded 40 of 40 districts, N per second",
    ]


def test_between_lines_there_are_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as advance:
        advance(12, 40)
    assert capsys.readouterr().err == ""
