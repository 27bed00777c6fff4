"""`python -m seeds verify-source` as an editor runs it."""

import hashlib
import json
import re
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from seeds.console import Console
from seeds.editing.check import ONLY_WARNINGS, check_files
from seeds.verification.command import FOUND_ALL, NOT_FOUND, WRONG_INPUT, verify_source
from tests.support.data.content import district, text
from tests.support.loader import run_loader
from tests.support.servers import ROOT

KEPT = "概况\n\n终端突破140万个，<b>企业</b>110家。\n"
DIGEST = hashlib.sha256(KEPT.encode()).hexdigest()


def place(locator: str = "L2", **source: Any) -> dict[str, Any]:
    value = district("place")
    value["sources"][0] |= source
    value["pillars"][0]["initiatives"][0]["metrics"][0]["citations"][0]["locator"] = locator
    return value


class Run:
    """One run of the command on files of these contents."""

    def __init__(
        self, folder: Path, value: Any, kept: str | bytes = KEPT, source: str | None = None, html: Path | None = None
    ) -> None:
        file, kept_file = folder / "place.jsonl", folder / "kept.txt"
        values = value if isinstance(value, list) else [value]
        file.write_text("".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in values), encoding="utf-8")
        kept_file.write_bytes(kept if isinstance(kept, bytes) else kept.encode())
        out, said = StringIO(), list[str]()
        self.status = verify_source(Console(out, said.append), file, kept_file, source_key=source, html=html)
        self.out, self.said = (one.replace(f"{folder}/", "") for one in (out.getvalue(), "\n".join(said)))


def test_the_text_and_the_figures_are_shown_line_by_line(tmp_path: Path) -> None:
    run = Run(tmp_path, place())
    assert (run.status, run.said) == (FOUND_ALL, "")
    assert run.out == (
        "L2  终端突破140万个，<b>企业</b>110家。\n"
        "    normalised  terminals: > 140×10^4 terminal ← 突破140万个  [scale word]\n"
        "    not claimed: 110家\n"
        "\n"
        "1 figure: 1 normalised; 1 of the text not claimed\n"
    )


def test_a_figure_that_is_not_there_is_told_with_its_place_in_the_file(tmp_path: Path) -> None:
    run = Run(tmp_path, place("L1"))
    assert run.status == NOT_FOUND
    assert run.out.splitlines()[:3] == [
        "L1  概况",
        "    absent      terminals: > 140×10^4 terminal  [the figure is not there, but in line 2]",
        "                place.jsonl:1: pillars[0].initiatives[0].metrics[0].quantity (at L1)",
    ]
    assert run.out.endswith("1 figure: 1 absent; 2 of the text not claimed\n")


def test_a_text_with_another_digest_or_length_is_refused(tmp_path: Path) -> None:
    assert Run(tmp_path, place(keptText={"sha256": DIGEST, "lines": 2})).status == FOUND_ALL
    changed = Run(tmp_path, place(keptText={"sha256": "0" * 64}))
    assert (changed.status, changed.out) == (WRONG_INPUT, "")
    assert changed.said == (
        f"kept.txt: its SHA-256 is {DIGEST}, and keptText of 'notice' says {'0' * 64}; find the text that was kept, "
        "or write the digest of this one once it is compared with the source"
    )
    shorter = Run(tmp_path, place(keptText={"sha256": DIGEST, "lines": 3}))
    assert shorter.status == WRONG_INPUT
    assert shorter.said == (
        "kept.txt: it has 2 lines that are not blank, and keptText of 'notice' says 3; correct the number"
    )


def test_a_source_is_named_if_there_are_several(tmp_path: Path) -> None:
    value = place()
    value["sources"].append({"slug": "other", "title": text("他"), "kind": "OTHER"})
    unnamed = Run(tmp_path, value)
    assert (unnamed.status, unnamed.said) == (
        WRONG_INPUT,
        "place.jsonl: 'place' has several sources; name one with --source: notice, other",
    )
    assert Run(tmp_path, value, source="notice").status == FOUND_ALL
    assert Run(tmp_path, value, source="other").said == "place.jsonl: no figure cites 'other'"
    assert Run(tmp_path, value, source="else").said == (
        "place.jsonl: 'else' is not a source of 'place'; sources: notice, other"
    )
    both = [place(), {**district("b"), "sources": []}]
    both[1]["pillars"] = []
    assert Run(tmp_path, both, source="notice").status == FOUND_ALL
    assert Run(tmp_path, both).said == "place.jsonl: name a source that one district of the file has, with --source"


def test_a_wrong_file_or_text_is_told(tmp_path: Path) -> None:
    wrong = Run(tmp_path, {**place(), "nmae": 1})
    assert (wrong.status, wrong.said) == (
        WRONG_INPUT,
        "place.jsonl:1: nmae: is not a field of the format; did you mean name?\n1 problem; check the file first",
    )
    assert Run(tmp_path, place(), kept="\n \n").said == "kept.txt: the text is empty"
    assert Run(tmp_path, place(), kept=b"a\n\xff").said == (
        "kept.txt:2: byte 0xff is not UTF-8; save the text as UTF-8"
    )
    out, said = StringIO(), list[str]()
    status = verify_source(Console(out, said.append), tmp_path / "place.jsonl", tmp_path / "none.txt")
    assert (status, said) == (
        WRONG_INPUT,
        [f"{tmp_path}/none.txt: the file can't be read: No such file or directory"],
    )


def test_the_example_of_the_guide_is_what_the_commands_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (ROOT / "docs/guide/load.md").read_text(encoding="utf-8")
    [file, *_] = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    [kept] = re.findall(r"```text\n(.*?)```", guide, re.DOTALL)
    [checked, verified] = re.findall(r"```console\n\$ .*?\n(.*?)```", guide, re.DOTALL)
    (tmp_path / "place.yaml").write_text(file, encoding="utf-8")
    (tmp_path / "notice.txt").write_text(kept, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    out = StringIO()
    console = Console(out, pytest.fail)
    assert check_files(console, [Path("place.yaml")]) == ONLY_WARNINGS
    assert verify_source(console, Path("place.yaml"), Path("notice.txt")) == FOUND_ALL
    assert out.getvalue() == checked + verified


class Page(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.marks: list[str | None] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "mark":
            self.marks.append(dict(attrs)["class"])
        assert not {"src", "href"} & dict(attrs).keys(), "a page needs nothing else"

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_whole_and_shows_markup_as_text(tmp_path: Path) -> None:
    html = tmp_path / "page.html"
    assert Run(tmp_path, place(), html=html).status == FOUND_ALL
    page = Page(html.read_text(encoding="utf-8"))
    assert {"script", "link", "img"} & {*page.tags} == set()
    assert page.tags.count("b") == 1, "the result; that of the text is no tag"
    assert page.marks == ["normalised", "unclaimed"]
    assert "终端突破140万个，<b>企业</b>110家。" in page.text
    assert "terminals: > 140×10^4 terminal" in page.text
    assert DIGEST in page.text


def test_what_a_terminal_would_obey_is_not_written(tmp_path: Path) -> None:
    html = tmp_path / "page.html"
    kept = "概况\n终端\x1b[31m突破\u202e140\u202c万个。\n"
    run = Run(tmp_path, place(), kept=kept, html=html)
    assert run.status == FOUND_ALL
    shown = "终端\ufffd[31m突破\ufffd140\ufffd万个。"
    assert run.out.splitlines()[0] == f"L2  {shown}"
    assert shown in Page(html.read_text(encoding="utf-8")).text
    assert {"\x1b", "\u202e", "\u202c"} & {*run.out, *html.read_text(encoding="utf-8")} == set()


def test_a_page_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    run = Run(tmp_path, place(), html=tmp_path)
    assert (run.status, run.said) == (WRONG_INPUT, f"{tmp_path}: the page can't be written: Is a directory")


def test_the_command_runs_without_a_database(tmp_path: Path) -> None:
    Run(tmp_path, place())
    done = run_loader(
        *("verify-source", tmp_path / "place.jsonl", "--text", tmp_path / "kept.txt", "--source", "notice"),
        environment={"MONGODB_URI": "mongodb://127.0.0.1:1/"},
    )
    assert (done.returncode, done.stderr) == (FOUND_ALL, "")
    assert done.stdout.endswith("1 figure: 1 normalised; 1 of the text not claimed\n")
