"""The command `verify-source`: find the figures of a seed file again in the kept text of one of its sources.

It exits with 0 if all are found or counted, with 1 if the input is wrong, and with 5 if one is absent or ambiguous.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from seeds.console import Console, counted
from seeds.format.checks import check
from seeds.format.model import District, Source
from seeds.format.reader import Location, Record
from seeds.format.shared import SharedDefinitions
from seeds.verification.claims import claims_of
from seeds.verification.kept_text import KeptText, UnreadableText, read_kept_text
from seeds.verification.matching import verify
from seeds.verification.page import page_of
from seeds.verification.report import lines_of_report, not_found
from seeds.verification.words import Language, languages

FOUND_ALL, WRONG_INPUT, NOT_FOUND = 0, 1, 5
# How scripts tell languages that a source doesn't name; English is what is left.
_SCRIPTS: Final = (
    ("ko", "[가-힣]"),
    ("ja", "[ぁ-ヿ]"),
    ("zh", "[㐀-鿿]"),
    ("de", r"(?i)ß|\b(?:und|ist|eine)\b"),
    ("pt", r"(?i)[ãõ]|\b(?:uma|dos|pelo)\b"),
    ("es", r"(?i)[ñ¿¡]|\b(?:los|las|del|una)\b"),
    ("fr", r"(?i)\b(?:les|une|aux|du)\b"),
)


class _WrongInput(Exception):
    """The command can't begin; the message says why and what to do."""


def verify_source(
    console: Console, path: Path, text_path: Path, *, source_key: str | None = None, html: Path | None = None
) -> int:
    """Report which figures are found in a text. html: where to write the report as a page too."""
    try:
        location, district = _district_of(path, source_key)
        source = _source_of(district, path, source_key)
        text = _text_of(text_path, source)
        claims = list(claims_of(district, source.slug))
        if not claims:
            raise _WrongInput(f"{path}: no figure cites {source.slug!r}")
    except (_WrongInput, UnreadableText) as error:
        console.tell(str(error))
        return WRONG_INPUT
    verified = verify(text, claims, _language_of(source, text))
    console.out.writelines(f"{line}\n" for line in lines_of_report(verified, location))
    if html is not None:
        try:
            html.write_text(page_of(verified, location, source=source.slug), encoding="utf-8")
        except OSError as error:
            console.tell(f"{html}: the page can't be written: {error.strerror}")
            return WRONG_INPUT
    return NOT_FOUND if not_found(verified.results) else FOUND_ALL


def _district_of(path: Path, source_key: str | None) -> tuple[Location, District]:
    """The only district of a file, or the only one with the source."""
    found: list[tuple[Location, District]] = []
    for item in SharedDefinitions().records(path):
        checked = check(item) if isinstance(item, Record) else [item]
        if not isinstance(checked, District):
            problems = "\n".join(map(str, checked))
            raise _WrongInput(f"{problems}\n{counted(len(checked), 'problem')}; check the file first")
        assert isinstance(item, Record)
        found.append((item.location, checked))
    if len(found) > 1:
        found = [one for one in found if source_key in {source.slug for source in one[1].sources}]
    if len(found) != 1:
        raise _WrongInput(f"{path}: name a source that one district of the file has, with --source")
    return found[0]


def _source_of(district: District, path: Path, key: str | None) -> Source:
    known = ", ".join(source.slug for source in district.sources) or "none"
    named = [source for source in district.sources if key in {None, source.slug}]
    if not named:
        raise _WrongInput(f"{path}: {key!r} is not a source of {district.slug!r}; sources: {known}")
    if len(named) > 1:
        raise _WrongInput(f"{path}: {district.slug!r} has several sources; name one with --source: {known}")
    return named[0]


def _text_of(path: Path, source: Source) -> KeptText:
    published = int(source.when_published[:4]) if source.when_published and source.when_published[:1] != "." else None
    text = read_kept_text(path, published=published, title=source.title.original)
    if not text.lines:
        raise _WrongInput(f"{path}: the text is empty")
    kept = source.kept_text
    if kept and kept.sha256 != text.sha256:
        raise _WrongInput(
            f"{path}: its SHA-256 is {text.sha256}, and keptText of {source.slug!r} says {kept.sha256}; find the "
            "text that was kept, or write the digest of this one once it is compared with the source"
        )
    if kept and kept.lines is not None and kept.lines != len(text.lines):
        raise _WrongInput(
            f"{path}: it has {len(text.lines)} lines that are not blank, and keptText of {source.slug!r} says "
            f"{kept.lines}; correct the number"
        )
    return text


def _language_of(source: Source, text: KeptText) -> Language:
    known = languages()
    code = (source.language or "").partition("-")[0].lower()
    return known.get(code) or known[_guessed([line.text for line in text.lines])]


def _guessed(lines: Sequence[str]) -> str:
    whole = "\n".join(lines)
    return next((code for code, pattern in _SCRIPTS if re.search(pattern, whole)), "en")
