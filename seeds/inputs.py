"""The files of one load: all are checked before anything is written; then their districts are read one by one.

Memory use does not grow with the number of districts: checked districts are kept in a temporary file.
"""

import hashlib
import os
import pickle
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, Self, cast

from loaders.documents import DistrictContent, Document
from loaders.model.revisions import FileDigest
from loaders.mongo.codec import encoded_size
from seeds.agreement import Agreement, Statements
from seeds.build import build, content_hash
from seeds.format.checks import check
from seeds.format.problems import Problem
from seeds.format.reader import Record, read_file

MAX_PROBLEMS: Final = 1_000
_LARGE_BYTES: Final = 1024 * 1024
# MongoDB's limit, less the size of a district's version fields.
_MAX_DOCUMENT_BYTES: Final = 16 * 1024 * 1024 - 64 * 1024
_TOO_LARGE: Final = "a district may have at most 16 MiB when stored; divide it, or shorten its texts"


class Inputs:
    """A checked input whose districts are in a temporary file; use it as a context manager.

    hashes: each district's content hash by slug. files: those read. statements: what must agree across loads.
    """

    def __init__(self, files: list[FileDigest]) -> None:
        self.files = files
        self.hashes: dict[str, str] = {}
        self.statements: Statements = {}
        self._offsets: dict[str, int] = {}
        self._spool = TemporaryFile(prefix="yunshan-seeds-")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._spool.close()

    def add(self, content: DistrictContent) -> bool:
        """Store a district for `read`; returns False if it is larger than MongoDB allows."""
        start = self._offsets[content["slug"]] = self._spool.tell()
        self.hashes[content["slug"]] = content_hash(content)
        pickle.dump(content, self._spool, pickle.HIGHEST_PROTOCOL)
        # Only a district whose pickle is large is encoded as BSON to find its size.
        is_large = self._spool.tell() - start > _LARGE_BYTES
        return not is_large or encoded_size(cast(Document, content)) <= _MAX_DOCUMENT_BYTES

    def read(self, wanted: frozenset[str]) -> Iterator[DistrictContent]:
        """Yield the wanted districts in the order of the input."""
        for slug, offset in self._offsets.items():
            if slug in wanted:
                self._spool.seek(offset)
                content: DistrictContent = pickle.load(self._spool)
                yield content


def check_inputs(paths: Sequence[Path]) -> Inputs | list[Problem]:
    """Read and check all files; returns the input, or all problems."""
    problems: list[Problem] = []
    inputs = Inputs([])
    agreement = Agreement()
    for item in _records(paths):
        district = check(item) if isinstance(item, Record) else [item]
        if isinstance(district, list):
            problems += district
        elif isinstance(item, Record):
            problems += agreement.check(item.location, district)
            if not problems and not inputs.add(build(district)):
                problems.append(item.location.problem((), _TOO_LARGE))
        if len(problems) >= MAX_PROBLEMS:
            problems.append(
                Problem(problems[-1].file, problems[-1].line, (), "too many problems; the rest is not read")
            )
            break
    if problems:
        inputs.__exit__()
        return problems
    inputs.statements = agreement.statements
    inputs.files.extend(_digest(path) for path in paths)
    return inputs


def _records(paths: Iterable[Path]) -> Iterator[Record | Problem]:
    for path in paths:
        yield from read_file(path)


def _digest(path: Path) -> FileDigest:
    with open(path, "rb") as file:
        # MongoDB does not store a name that isn't UTF-8.
        name = os.fsencode(path.name).decode("utf-8", "replace")
        return {"name": name, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
