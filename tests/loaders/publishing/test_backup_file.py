"""A backup that is truncated, altered or no backup at all is refused, with the line where that shows."""

import gzip
import json
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from random import Random
from typing import Any, Final

import pytest

from loaders.documents import STILL_LIVE
from loaders.model.revisions import Published
from loaders.mongo.codec import from_extended_json, to_extended_json
from loaders.publishing.backup_file import BackupDamaged, BackupReader, BackupWriter, Header
from tests.support.thoroughness import IS_THOROUGH, examples

SAMPLE: Final = examples(quick=150, thorough=4_000)
PUBLISHED: Final = Published(5, 5, "stamp", ((2, 3),), 1)
COUNTS: Final = {
    "districts": 1,
    "pillars": 1,
    "initiatives": 2,
    "metrics": 3,
    "observations": 3,
    "awards": 4,
    "sources": 0,
}


def version(slug: str, begun: int, ended: int = STILL_LIVE) -> dict[str, Any]:
    counts = {"pillar_count": 1, "initiative_count": 2, "metric_count": 3, "observation_count": 3}
    counts |= {"total_award_count": 4}
    figure = {"value": Decimal("1.10"), "name": "白云"}
    return {"_id": f"{slug}@{begun}", "slug": slug, "from": begun, "to": ended, "hash": "h", **counts, **figure}


def record(number: int) -> dict[str, Any]:
    return {"_id": number, "counts": COUNTS, "loaded_at": datetime(2026, 1, number, tzinfo=UTC)}


def backup() -> bytes:
    file = BytesIO()
    writer = BackupWriter(file, Header(datetime(2026, 1, 9, tzinfo=UTC), 7, PUBLISHED))
    for number in (1, 4, 5):
        writer.add("record", record(number))
    for one in (version("a", 1, 4), version("a", 4)):
        writer.add("district", one)
    writer.finish()
    return file.getvalue()


def entries(compressed: bytes) -> list[Any]:
    return list(BackupReader(BytesIO(compressed)).entries())


def lines() -> list[bytes]:
    return gzip.decompress(backup()).splitlines(keepends=True)


def packed(parts: list[bytes]) -> bytes:
    return gzip.compress(b"".join(parts))


def refusal(compressed: bytes) -> str:
    with pytest.raises(BackupDamaged) as refused:
        entries(compressed)
    return str(refused.value)


def test_what_is_written_is_read_with_its_types_and_digits() -> None:
    assert entries(backup()) == [
        *(("record", record(number)) for number in (1, 4, 5)),
        ("district", version("a", 1, 4)),
        ("district", version("a", 4)),
    ]
    reader = BackupReader(BytesIO(backup()))
    assert reader.header == Header(datetime(2026, 1, 9, tzinfo=UTC), 7, PUBLISHED)
    [figure] = [one["value"] for _, one in reader.entries() if one.get("to") == STILL_LIVE]
    assert str(figure) == "1.10"


@pytest.mark.parametrize(
    "digits", ["0", "-0", "1E+3", "1.10", "-7.000", "9" * 34, "1E-6176", "NaN", "-Infinity", "0.1234567890123456789"]
)
def test_decimals_keep_their_digits(digits: str) -> None:
    found = from_extended_json(to_extended_json({"value": Decimal(digits)}).encode())
    assert str(found["value"]) == digits


def test_each_line_is_canonical_extended_json() -> None:
    header, *others, last = [json.loads(line) for line in lines()]
    assert header["format"] == "yunshan-backup"
    assert header["revision"] == {"$numberInt": "5"}
    assert header["at"] == {"$date": {"$numberLong": "1767916800000"}}
    assert others[-1]["district"]["to"] == {"$numberLong": str(STILL_LIVE)}
    assert others[-1]["district"]["value"] == {"$numberDecimal": "1.10"}
    assert {name: int(count["$numberInt"]) for name, count in last["counts"].items()} == {
        "record": 3,
        "superseded": 1,
        "current": 1,
    }


def test_a_file_that_ends_early_is_refused() -> None:
    given = lines()
    for number in range(len(given)):
        assert refusal(packed(given[:number])) == (
            f"line {number + 1}: the file ends before the last line of the backup; it is truncated"
        )
        half = given[number][: len(given[number]) // 2]
        assert refusal(packed([*given[:number], half])).startswith(f"line {number + 1}: the line is cut off")


def test_compressed_bytes_that_end_early_are_refused() -> None:
    whole = backup()
    for length in range(2, len(whole)):
        assert "truncated" in refusal(whole[:length]), length


def test_a_flipped_bit_is_refused_or_changes_nothing() -> None:
    whole, content = backup(), entries(backup())
    dice = Random(None if IS_THOROUGH else SAMPLE)
    for at in sorted(dice.sample(range(len(whole)), min(SAMPLE, len(whole)))):
        altered = bytearray(whole)
        altered[at] ^= 1 << dice.randrange(8)
        try:
            found = entries(bytes(altered))
        except BackupDamaged:
            continue
        # Some bits of gzip's own mean nothing: the time in its header, the rest of its last byte.
        assert found == content, at


def test_an_altered_line_is_refused() -> None:
    text = b"".join(lines())
    dice = Random(None if IS_THOROUGH else SAMPLE)
    for at in dice.sample(range(len(text)), min(SAMPLE, len(text))):
        altered = bytearray(text)
        altered[at] ^= 1 << dice.randrange(8)
        refusal(packed([bytes(altered)]))


@pytest.mark.parametrize(
    ("at", "old", "new", "message"),
    [
        (0, b'"yunshan-backup"', b'"other"', "line 1: this is no backup: a backup begins with its format"),
        (0, b'"version": {"$numberInt": "2"}', b'"version": {"$numberInt": "3"}', "line 1: the format has version 3"),
        (0, b'"kept"', b'"keeps"', "line 1: it lacks 'kept'"),
        (1, b'"record"', b'"lease"', "line 2: 'lease' is no entry of a backup"),
        (2, b'{"record"', b'["record"', "line 3: "),
        (3, b'"$numberInt": "5"', b'"$numberInt": "6"', "line 4: the record of revision 6 is out of place"),
        (4, b'"a@1"', b'"a@2"', "line 5: version a@2 is none of revision 5"),
        (5, "白".encode(), "黑".encode(), "line 7: the lines before this one were altered"),
        (
            6,
            b'"record": {"$numberInt": "3"}',
            b'"record": {"$numberInt": "4"}',
            "line 7: the entries before this line",
        ),
    ],
)
def test_the_line_that_is_wrong_is_named(at: int, old: bytes, new: bytes, message: str) -> None:
    given = lines()
    assert old in given[at]
    given[at] = given[at].replace(old, new)
    assert refusal(packed(given)).startswith(message)


def test_what_is_appended_is_refused() -> None:
    assert refusal(backup() + packed([b"{}\n"])) == (
        "line 8: this follows the last line of the backup; more was appended to the file"
    )
    assert refusal(backup() + b"more").startswith("line 8: from here on the file can't be decompressed")


@pytest.mark.parametrize(
    "given",
    [b"", b"slug: baiyun\n", b"PK\x03\x04", gzip.compress(b""), gzip.compress(b"slug: a\n")],
    ids=["empty", "text", "zip", "empty gzip", "gzip of text"],
)
def test_other_files_are_refused_by_their_first_line(given: bytes) -> None:
    assert refusal(given).startswith("line 1: ")


def test_a_backup_whose_districts_are_not_those_of_its_record_is_not_finished() -> None:
    writer = BackupWriter(BytesIO(), Header(datetime(2026, 1, 9, tzinfo=UTC), 7, PUBLISHED))
    with pytest.raises(ValueError, match="revision 5 has no record"):
        writer.finish()
    writer.add("record", record(5))
    with pytest.raises(ValueError, match="revision 5 has 0 districts, and its record says 1"):
        writer.finish()
