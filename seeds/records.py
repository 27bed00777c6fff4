"""Digests of records as read, so that what is published already need not be checked and built again."""

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import orjson

_ROOT: Final = Path(__file__).resolve().parents[1]
# What decides how a record is checked and what is built of it.
_CODE: Final = (
    *("seeds/format", "seeds/building", "seeds/preparing.py"),
    *("loaders/comparability.py", "loaders/documents.py", "loaders/texts.py", "loaders/values"),
    *("loaders/model/observations.py", "loaders/model/rankings.py", "loaders/model/read_models.py"),
)
_LIBRARIES: Final = ("opencc", "pydantic", "pypinyin")


def digest_of(value: Any) -> str:
    """SHA-256 of a record and of the code that checks and builds it; empty if the record can't be valid anyway."""
    try:
        text = orjson.dumps(value, default=_number)
    except TypeError:
        return ""
    return hashlib.sha256(_code_digest() + text).hexdigest()


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        # Not the text itself, which a record may have by mistake.
        return {"number": str(value)}
    raise TypeError


@cache
def _code_digest() -> bytes:
    digest = hashlib.sha256()
    for path in _files():
        digest.update(path.read_bytes())
    for library in _LIBRARIES:
        digest.update(version(library).encode())
    return digest.digest()


def _files() -> Iterable[Path]:
    for place in _CODE:
        path = _ROOT / place
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))
