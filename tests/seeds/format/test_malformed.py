"""What can't be right is refused with its file, line, field and reason; and nothing of it reaches the database."""

import io
from pathlib import Path

import pytest

from loaders.documents import Document
from loaders.mongo.driver import Database
from loaders.mongo.stored_names import plain_name
from loaders.settings import StoreSettings
from loaders.store.store import Store
from seeds.commands import load
from seeds.console import Console
from seeds.format.problems import path_text
from seeds.inputs import Inputs, check_inputs
from tests.support.data.content import put
from tests.support.data.malformed import JSON, LINES, MALFORMED, YAML, Malformed
from tests.support.loader import run_loader

TOLD_BY_THE_COMMAND = (
    "number for text",
    "endless key",
    "bad line in the middle",
    "half a surrogate pair",
    "escape sequence",
    "file of another kind",
)


def case_named(name: str) -> Malformed:
    [case] = [case for case in MALFORMED if case.name == name]
    return case


async def everything(database: Database) -> dict[str, list[Document]]:
    """Every document by collection."""
    listed = await database.command({"listCollections": 1, "nameOnly": True})
    names = sorted(plain_name(entry["name"]) for entry in listed["cursor"]["firstBatch"])
    return {name: await database.find(name, {}, order=[("_id", 1)]) for name in names}


@pytest.mark.parametrize(("suffix", "text"), [(".yaml", YAML), (".json", JSON), (".jsonl", LINES)])
def test_the_texts_that_faults_are_put_into_are_right(tmp_path: Path, suffix: str, text: str) -> None:
    path = tmp_path / f"right{suffix}"
    path.write_text(text, encoding="utf-8")
    inputs = check_inputs([path])
    assert isinstance(inputs, Inputs), inputs
    inputs.__exit__()


@pytest.mark.parametrize("case", MALFORMED, ids=lambda case: case.name)
def test_a_malformed_file_is_refused_with_place_and_reason(case: Malformed, tmp_path: Path) -> None:
    path = case.put(tmp_path)
    problems = check_inputs([path])
    assert isinstance(problems, list), "accepted"
    [problem] = problems
    assert (problem.file, problem.line, path_text(problem.path)) == (str(path), case.line, case.path)
    assert case.message in problem.message
    field = f"{case.path}: " if case.path else ""
    assert str(problem) == f"{path}:{case.line}: {field}{problem.message}"


def test_a_reason_is_one_short_printable_line(tmp_path: Path) -> None:
    problems = check_inputs([case.put(tmp_path) for case in MALFORMED])
    assert isinstance(problems, list)
    unfit = [problem for problem in map(str, problems) if not problem.isprintable() or len(problem) > 600]
    assert unfit == []


def test_many_malformed_files_tell_all_their_problems_at_once(tmp_path: Path) -> None:
    names = ["number for text", "missing in JSON", "bad line in the middle", "empty file", "missing file"]
    paths = [case_named(name).put(tmp_path) for name in names]
    problems = check_inputs(paths)
    assert isinstance(problems, list)
    assert [(problem.file, problem.line) for problem in problems] == [
        (str(paths[0]), 2),
        (str(paths[1]), 14),
        (str(paths[2]), 2),
        (str(paths[3]), 1),
        (str(paths[4]), 1),
    ]


def test_the_table_is_large_and_its_names_are_unique() -> None:
    names = [case.name for case in MALFORMED]
    assert len(set(names)) == len(names) > 150


@pytest.mark.parametrize("name", TOLD_BY_THE_COMMAND)
def test_validate_tells_the_problem_and_exits_with_1(name: str, tmp_path: Path) -> None:
    case = case_named(name)
    path = case.put(tmp_path)
    done = run_loader("validate", path, environment={})
    assert (done.returncode, done.stdout) == (1, "")
    told, count = done.stderr.splitlines()
    assert told.startswith(f"{path}:{case.line}: ")
    assert case.message in told
    assert count == "1 problem; nothing was written"


@pytest.mark.usefixtures("database")
def test_load_tells_every_problem_and_leaves_an_empty_database_empty(
    tmp_path: Path, settings: StoreSettings, mongodb_uri: str
) -> None:
    cases = [case_named("key twice"), case_named("list of lists"), case_named("GBK")]
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}
    done = run_loader("load", *[case.put(tmp_path) for case in cases], environment=environment)
    assert (done.returncode, done.stdout) == (1, "")
    *told, count = done.stderr.splitlines()
    for line, case in zip(told, cases, strict=True):
        assert case.message in line
    assert count == "3 problems; nothing was written"
    assert "nothing is published yet" in run_loader("status", environment=environment).stdout


async def test_no_malformed_file_changes_what_is_published(tmp_path: Path, database: Database) -> None:
    await put(database, ["synthetic-a", "synthetic-b"])
    before = await everything(database)
    assert (await Store(database).published()).revision == 1
    for case in MALFORMED:
        told: list[str] = []
        out = io.StringIO()
        status = await load(Console(out, told.append), database, [case.put(tmp_path)], prune=True, if_empty=False)
        assert (case.name, status, out.getvalue()) == (case.name, 1, "")
        assert [case.message in line for line in told] == [True, False], case.name
    assert (await Store(database).published()).revision == 1
    assert await everything(database) == before


async def test_a_right_file_beside_a_malformed_one_is_not_loaded(tmp_path: Path, database: Database) -> None:
    right = tmp_path / "right.yaml"
    right.write_text(YAML, encoding="utf-8")
    wrong = case_named("bad line in the middle").put(tmp_path)
    console = Console(io.StringIO(), lambda _: None)
    before = await everything(database)
    assert await load(console, database, [right, wrong], prune=False, if_empty=False) == 1
    assert await everything(database) == before
    assert await load(console, database, [right], prune=False, if_empty=False) == 0
    assert (await Store(database).published()).revision == 1
