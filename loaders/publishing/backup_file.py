"""The format of a backup: gzip of lines of MongoDB Extended JSON (canonical), written and read as a stream.

    {"format": "yunshan-backup", "version": 2, "revision": 7, "at": …, "stamp": …, "drawn": …, "gaps": …, "kept": …}
    {"record": {…}}      the record of each revision whose changes are kept, by number
    {"district": {…}}    each version of a district, current or superseded
    {"counts": {"record": 7, "current": 5, "superseded": 20}, "sha256": …}

The digest is of all bytes before the last line. `_id` of a version is `slug@from`; `to` is `STILL_LIVE` unless a
published revision superseded it. What is derived from districts is left out.
"""

import gzip
import hashlib
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, Final, Literal, TypeAlias

from loaders.documents import STILL_LIVE, Document
from loaders.model.collections import COUNT_FIELDS, COUNTED_ROWS
from loaders.model.revisions import Published, gaps_of
from loaders.mongo.codec import from_extended_json, to_extended_json

FORMAT: Final = "yunshan-backup"
VERSION: Final = 2
# A district has at most 16 MiB as BSON; Extended JSON takes several times as much.
MAX_LINE_BYTES: Final = 256 * 1024 * 1024
COMPRESSION: Final = 6
Entry: TypeAlias = Literal["record", "district"]
# Keys of a revision's counts, and the fields of its districts that add up to them.
_TOTALS: Final[Mapping[str, str]] = dict(zip(("pillars", *COUNTED_ROWS), COUNT_FIELDS, strict=True))


class BackupDamaged(Exception):
    """A file is no backup, or not a whole one; `line` is where that shows."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: the revision that a backup is of. at: when it was begun, by the database's clock.

    drawn: the highest number that was ever drawn in its database. published: the pointer, with its gaps.
    """

    at: datetime
    drawn: int
    published: Published

    def document(self) -> Document:
        """The header as stored."""
        published = self.published
        return {
            "format": FORMAT,
            "version": VERSION,
            "revision": published.revision,
            "at": self.at,
            "stamp": published.epoch,
            "drawn": self.drawn,
            "gaps": [list(gap) for gap in published.gaps],
            "kept": published.kept,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Header":
        """Read a header. Raises ValueError, KeyError or TypeError."""
        if document.get("format") != FORMAT:
            raise ValueError(f"this is no backup: a backup begins with its format, {FORMAT!r}")
        if document["version"] != VERSION:
            raise ValueError(f"the format has version {document['version']}; this program reads version {VERSION}")
        revision, stamp, kept = int(document["revision"]), str(document["stamp"]), int(document["kept"])
        published = Published(revision, revision, stamp, gaps_of(document), kept)
        return cls(document["at"], int(document["drawn"]), published)


@dataclass(slots=True)
class Tally:
    """Counts the entries of a backup, and compares its current districts with the record of its revision."""

    published: Published
    counts: Counter[str] = field(default_factory=Counter)
    record: Document | None = None
    _totals: Counter[str] = field(default_factory=Counter)

    def add(self, entry: Entry, document: Mapping[str, Any]) -> None:
        """Count an entry."""
        if entry == "record":
            self.counts["record"] += 1
            if document["_id"] == self.published.revision:
                self.record = dict(document)
            return
        is_current = document["to"] == STILL_LIVE
        self.counts["current" if is_current else "superseded"] += 1
        if is_current:
            self._totals.update({name: document.get(stored, 0) for name, stored in _TOTALS.items()})

    def check(self) -> None:
        """Raise ValueError where the current districts are not those that the revision's record counts."""
        if self.record is None:
            raise ValueError(f"revision {self.published.revision} has no record")
        found = {"districts": self.counts["current"], **{name: self._totals[name] for name in _TOTALS}}
        for name, number in found.items():
            if number != (recorded := self.record["counts"][name]):
                raise ValueError(
                    f"revision {self.published.revision} has {number} {name}, and its record says {recorded}"
                )


class BackupWriter:
    """Writes a backup to an open file, which stays open; nothing is whole before `finish`."""

    def __init__(self, file: IO[bytes], header: Header) -> None:
        self._lines = gzip.GzipFile("", "wb", COMPRESSION, file, mtime=0)
        self._digest = hashlib.sha256()
        self.tally = Tally(header.published)
        self._write(header.document())

    def add(self, entry: Entry, document: Document) -> None:
        """Write one entry."""
        self.tally.add(entry, document)
        self._write({entry: document})

    def finish(self) -> None:
        """Write the last line. Raises ValueError where the entries are not all of the revision."""
        self.tally.check()
        self._write({"counts": dict(self.tally.counts), "sha256": self._digest.hexdigest()})
        self._lines.close()

    def _write(self, document: Document) -> None:
        line = f"{to_extended_json(document)}\n".encode()
        self._digest.update(line)
        self._lines.write(line)


class BackupReader:
    """Reads a backup from an open file, from its beginning. Raises BackupDamaged, at the latest where it ends."""

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        self._lines = _lines(file)
        self._digest = hashlib.sha256()
        number, line = self._next(1)
        try:
            self.header = Header.of(from_extended_json(line))
        except (ValueError, KeyError, TypeError) as error:
            raise BackupDamaged(number, _reason(error)) from error
        self.tally = Tally(self.header.published)

    def entries(self) -> Iterator[tuple[Entry, Document]]:
        """Yield each entry, once; when this ends, all of the file has been checked."""
        number = 1
        while True:
            before = self._digest.hexdigest()
            number, line = self._next(number + 1)
            try:
                document = from_extended_json(line)
                if "sha256" in document:
                    self._check_end(document, before)
                    break
                entry, content = self._entry(document)
                self.tally.add(entry, content)
            except (ValueError, KeyError, TypeError) as error:
                raise BackupDamaged(number, _reason(error)) from error
            yield entry, content
        for number, _ in self._lines:
            raise BackupDamaged(number, "this follows the last line of the backup; more was appended to the file")

    def _next(self, number: int) -> tuple[int, bytes]:
        found = next(self._lines, None)
        if found is None:
            raise BackupDamaged(number, "the file ends before the last line of the backup; it is truncated")
        self._digest.update(found[1])
        return found

    def _entry(self, document: Document) -> tuple[Entry, Document]:
        entry: Any
        [(entry, content)] = document.items()
        published = self.header.published
        if entry == "record":
            if not published.kept <= content["_id"] <= published.revision:
                raise ValueError(f"the record of revision {content['_id']} is out of place")
        elif entry == "district":
            version = f"{content['slug']}@{content['from']}"
            if content["_id"] != version or not _is_version_of(published, content["from"], content["to"]):
                raise ValueError(f"version {content['_id']} is none of revision {published.revision}")
        else:
            raise ValueError(f"{entry!r} is no entry of a backup: record or district")
        return entry, content

    def _check_end(self, document: Document, digest: str) -> None:
        if document["sha256"] != digest:
            raise ValueError("the lines before this one were altered: their digest is another")
        if document["counts"] != self.tally.counts:
            raise ValueError(f"the entries before this line are {dict(self.tally.counts)}, not {document['counts']}")
        self.tally.check()


def _is_version_of(published: Published, begun: int, ended: int) -> bool:
    if not (0 < begun <= published.revision and published.is_published(begun)):
        return False
    is_superseded = begun < ended <= published.revision and ended > published.kept and published.is_published(ended)
    return ended == STILL_LIVE or is_superseded


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    number = 1
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as lines:
            while line := lines.readline(MAX_LINE_BYTES):
                if not line.endswith(b"\n"):
                    raise BackupDamaged(number, "the line is cut off; the file is truncated, or is no backup")
                yield number, line
                number += 1
    except EOFError as error:
        raise BackupDamaged(number, "the file ends here, within its compressed data; it is truncated") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        reason = f"from here on the file can't be decompressed ({error}); it is damaged, or is no backup"
        raise BackupDamaged(number, reason) from error


def _reason(error: Exception) -> str:
    return f"it lacks {error}" if isinstance(error, KeyError) else str(error)
