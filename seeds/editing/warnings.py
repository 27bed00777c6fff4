"""What a warning is, and how the objects of a district are walked to find some."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from seeds.format.base import Model
from seeds.format.problems import FieldPath, Problem, path_text
from seeds.format.reader import Location

WarningCode = Literal[
    "year-in-slug",
    "no-period",
    "unused-source",
    "undated-source",
    "near-equal-indicators",
    "sum-of-parts",
    "impossible-locator",
    "lost-coverage",
]


@dataclass(frozen=True, slots=True)
class EditorWarning:
    """A warning: like a problem, but the file can be loaded; `code` says which check it comes from."""

    code: WarningCode
    problem: Problem

    def __str__(self) -> str:
        problem = self.problem
        field = f"{path_text(problem.path)}: " if problem.path else ""
        return f"{problem.file}:{problem.line}: warning: {field}{problem.message} [{self.code}]"


def warn(code: WarningCode, location: Location, path: FieldPath, message: str) -> EditorWarning:
    """Make a warning of one field of a district."""
    return EditorWarning(code, location.problem(path, message))


def walk(model: Model, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Model]]:
    """Yield an object of a seed file and all objects below it, with their paths."""
    yield path, model
    for name, field in type(model).model_fields.items():
        value, place = getattr(model, name), (*path, field.alias or name)
        if isinstance(value, Model):
            yield from walk(value, place)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, Model):
                    yield from walk(item, (*place, index))
