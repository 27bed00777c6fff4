"""Reading the files that make the image: the Dockerfile, instruction by instruction, and .dockerignore."""

import json
import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tests.support.servers import ROOT


@dataclass(frozen=True)
class Instruction:
    """One instruction: its name, its flags (`--from=builder`), and the rest."""

    name: str
    flags: Mapping[str, str]
    text: str


def stages() -> list[list[Instruction]]:
    """Read the Dockerfile: a list of instructions for each FROM."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    found: list[list[Instruction]] = []
    for line in "\n".join(lines).replace("\\\n", "").splitlines():
        name, _, text = line.partition(" ")
        if name == "FROM":
            found.append([])
        if name:
            words = text.split(" ")
            flags = [word for word in words if word.startswith("--")] if name in {"COPY", "HEALTHCHECK"} else []
            pairs = [flag.removeprefix("--").partition("=") for flag in flags]
            rest = " ".join(word for word in words if word and word not in flags)
            found[-1].append(Instruction(name, {key: value for key, _, value in pairs}, rest))
    return found


def texts(stage: list[Instruction], name: str) -> list[str]:
    """What follows each instruction of a name."""
    return [instruction.text for instruction in stage if instruction.name == name]


def sources(stage: list[Instruction]) -> list[str]:
    """What the stage copies."""
    return [source.rstrip("/") for text in texts(stage, "COPY") for source in text.split()[:-1]]


def environment_of(stage: list[Instruction]) -> dict[str, str]:
    """The variables that the stage sets."""
    pairs = [word.partition("=") for text in texts(stage, "ENV") for word in shlex.split(text)]
    return {name: value for name, _, value in pairs}


def command_of(name: str) -> list[str]:
    """The command of the image's CMD or HEALTHCHECK, which must be in exec form."""
    [text] = texts(stages()[-1], name)
    command = json.loads(text.removeprefix("CMD "))
    assert all(isinstance(word, str) for word in command)
    return list(command)


def is_ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path out: the last line that matches it, or a folder above it, decides."""
    ignored = False
    candidates = [str(part) for part in (PurePosixPath(path), *PurePosixPath(path).parents)]
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line and not line.startswith("#"):
            pattern = re.escape(line.removeprefix("!")).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
            if any(re.fullmatch(pattern, candidate) for candidate in candidates):
                ignored = not line.startswith("!")
    return ignored


def copy_code(target: Path) -> None:
    """Put the folders that the image would hold into `target`."""

    def ignored(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if is_ignored(str((Path(folder) / name).relative_to(ROOT)))}

    builder = stages()[0]
    code = builder[builder.index(next(one for one in builder if one.name == "WORKDIR" and one.text == "/code")) :]
    for source in sources(code):
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, target / source, ignore=ignored)
        else:
            (target / source).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, target / source)
