"""All files of one load: checked whole before anything is written, then given out district by district.

Memory stays flat however many districts there are: what was checked waits in a temporary file.
"""

import hashlib
import os
import pickle
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, Self

from loaders.documents import DistrictContent
from loaders.revisions import FileDigest
from seeds.build import build, content_hash
from seeds.checks import check
from seeds.model import District, Indicator, Source
from seeds.problems import Problem
from seeds.reader import Record, Spot, read_file

MAX_PROBLEMS: Final = 1_000


class Inputs:
    """A checked input; use it as a context manager, its districts wait in a temporary file.

    hashes: each district's content hash by slug. files: what was read.
    """

    def __init__(self, files: list[FileDigest]) -> None:
        self.files = files
        self.hashes: dict[str, str] = {}
        self._offsets: dict[str, int] = {}
        self._spool = TemporaryFile(prefix="yunshan-seeds-")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._spool.close()

    def add(self, content: DistrictContent) -> None:
        """Keep a district for `read`."""
        self._offsets[content["slug"]] = self._spool.tell()
        self.hashes[content["slug"]] = content_hash(content)
        pickle.dump(content, self._spool, pickle.HIGHEST_PROTOCOL)

    def read(self, wanted: frozenset[str]) -> Iterator[DistrictContent]:
        """Yield the wanted districts in the order of the input."""
        for slug, offset in self._offsets.items():
            if slug in wanted:
                self._spool.seek(offset)
                content: DistrictContent = pickle.load(self._spool)
                yield content


def check_inputs(paths: Sequence[Path]) -> Inputs | list[Problem]:
    """Read and check every file; returns all that is wrong with any of them."""
    problems: list[Problem] = []
    inputs = Inputs([])
    across = _AcrossDistricts()
    for item in _records(paths):
        district = check(item) if isinstance(item, Record) else [item]
        if isinstance(district, list):
            problems += district
        elif isinstance(item, Record):
            problems += across.check(item.spot, district)
            if not problems:
                inputs.add(build(district))
        if len(problems) >= MAX_PROBLEMS:
            problems.append(
                Problem(problems[-1].file, problems[-1].line, (), "too many problems; the rest is not read")
            )
            break
    if problems:
        inputs.__exit__()
        return problems
    inputs.files.extend(_digest(path) for path in paths)
    return inputs


def _records(paths: Iterable[Path]) -> Iterator[Record | Problem]:
    for path in paths:
        yield from read_file(path)


def _digest(path: Path) -> FileDigest:
    with open(path, "rb") as file:
        # A name that isn't UTF-8 has no place in a document.
        name = os.fsencode(path.name).decode("utf-8", "replace")
        return {"name": name, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


class _AcrossDistricts:
    """What must agree between districts: their slugs differ, shared sources and indicators are the same."""

    def __init__(self) -> None:
        self._places: dict[str, Spot] = {}
        self._shared: dict[tuple[str, str], tuple[Source | Indicator, Spot]] = {}

    def check(self, spot: Spot, district: District) -> Iterator[Problem]:
        first = self._places.setdefault(district.slug, spot)
        if first is not spot:
            yield spot.problem(("slug",), f"district {district.slug!r} is also at {first}; keep one of them")
        shared: tuple[tuple[str, Sequence[Source | Indicator]], ...] = (
            ("sources", district.sources),
            ("indicators", district.indicators),
        )
        for key, things in shared:
            for index, thing in enumerate(things):
                known, elsewhere = self._shared.setdefault((key, thing.slug), (thing, spot))
                if known != thing:
                    yield spot.problem(
                        (key, index),
                        f"{thing.slug!r} is described otherwise at {elsewhere}; "
                        "describe it alike, or give it a slug of its own",
                    )
