"""Search and highlights: docs/guide/ask.md, "Search"; and the `contains` operator of names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final
from unicodedata import normalize

from tests.reference.data import Item
from tests.reference.errors import BadInput
from tests.reference.folding import clusters, fold, groups, is_run, line, pieces

_NAMES: Final = ("name", "title")
_TEXTS: Final = ("city", "province", "strategy", "summary", "issuer", "note", "definition", "publisher")
_QUOTED: Final = re.compile('["“”]([^"“”]*)["“”]|「([^「」]*)」')
_MAX_TEXT, _MAX_PARTS, _LONG_RUN, _MAX_COUNT = 200, 30, 5, 500
_KINDS: Final = ("DISTRICT", "PILLAR", "INITIATIVE", "METRIC", "AWARD", "INDICATOR", "SOURCE")


@dataclass(frozen=True)
class Term:
    """A word, a run of Chinese characters or a phrase; a text has it if its line has one of the forms.

    parts: of a run, every two neighbours; else the forms themselves.
    """

    forms: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    needles: int

    @property
    def is_long(self) -> bool:
        return len(self.parts) >= _LONG_RUN - 1


def terms(text: str) -> list[Term]:
    """What a text asks for, each once."""
    found: list[Term] = []
    at = 0
    for quoted in _QUOTED.finditer(text):
        found += map(_term, groups(fold(text[at : quoted.start()])))
        if phrase := _forms(next(filter(None, quoted.groups()), "")):
            found.append(Term(phrase, (phrase,), _needles(phrase[0])))
        at = quoted.end()
    found += map(_term, groups(fold(text[at:])))
    return list(dict.fromkeys(found))


def _term(group: str) -> Term:
    forms = _forms(group)
    run = forms[0]
    if is_run(run) and len(run) > 1:
        parts = tuple((run[at : at + 2],) for at in range(len(run) - 1))
        return Term(forms, parts, len(parts))
    return Term(forms, (forms,), _needles(run))


def _needles(form: str) -> int:
    return sum(max(1, len(piece) - 1) if is_run(piece) else 1 for piece in form.split())


def _forms(text: str) -> tuple[str, ...]:
    """The forms of a text that another must have: with a space where a word begins or ends."""
    found = []
    for joined in (False, True):
        words = line(text, joined=joined).split()
        if words:
            before, after = ("" if is_run(word) else " " for word in (words[0], words[-1]))
            found.append(f"{before}{' '.join(words)}{after}")
    return tuple(dict.fromkeys(found))


# How umlauts are written without them.
_DIGRAPHS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


def _has(texts: Sequence[str], forms: Sequence[str]) -> bool:
    """Whether one of some texts has one of some forms."""
    lines = _lines(texts)
    return any(form in lines for form in forms)


def _lines(texts: Sequence[str]) -> str:
    """Some texts in both ways of joining words, one a line."""
    return "\n".join(line(text, joined=joined) for text in texts for joined in (False, True))


def _written(text: Item) -> list[str]:
    texts = list(text["texts"].values())
    spelt = (normalize("NFKC", one).casefold().translate(_DIGRAPHS) for one in texts)
    return [*texts, *spelt]


def has_name(name: Item, wanted: str) -> bool:
    """Whether a name has every term of a text, whole, each in one of its forms."""
    return all(_has(_written(name), term.forms) for term in terms(wanted))


def is_empty_name(wanted: str) -> bool:
    """Whether a text asks for no name: nothing to look for, or too much."""
    return not 1 <= sum(term.needles for term in terms(wanted)) <= _MAX_PARTS


def check_search(arguments: Mapping[str, Any]) -> None:
    """Check the arguments of a search. Raises BadInput."""
    if len(arguments["text"]) > _MAX_TEXT or is_empty_name(arguments["text"]):
        raise BadInput("nothing to search for, or too much")
    if arguments.get("kinds") is not None and not arguments["kinds"]:
        raise BadInput("no kind")


def found(items: list[Item], text: str, kinds: Sequence[str], match: str) -> list[Item]:
    """Everything that a search finds, in the order of results."""
    searched = [_Searched(item) for item in sorted(items, key=_place)]
    units = _units(terms(text), match, searched)
    every = tuple(dict.fromkeys(part for unit in units for part in unit))
    asked = [every, *sorted(units, key=lambda unit: _rarity(unit, searched))] if match == "ANY" else [every]
    results: dict[str, Item] = {}
    for parts in asked if every else ():
        for is_in in (_Searched.has_in_name, _Searched.has):
            for one in searched:
                if one.kind in kinds and all(is_in(one, part) for part in parts):
                    results.setdefault(one.item["id"], {"id": one.item["id"], "kind": one.kind, "node": one.item})
    return list(results.values())


def _place(item: Item) -> tuple[int, str, int, str]:
    """The order among results that have as much: by kind, by district, shorter names first, by id."""
    kind = item["__typename"].upper()
    name = item["name"] if kind != "SOURCE" else item["title"]
    district = "" if kind in ("INDICATOR", "SOURCE") else (item["slug"] if kind == "DISTRICT" else _district_of(item))
    length = len(name["texts"][name["master"]])
    return _KINDS.index(kind), district, length, item["id"]


def _district_of(item: Item) -> str:
    return str(item["district"]["slug"])


class _Searched:
    """An item with what a search reads of it."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.kind = item["__typename"].upper()
        self.names: list[str] = []
        self.texts: list[str] = []
        for field, own in _texts_of(item):
            (self.names if field in _NAMES else self.texts).extend(_written(own))
        # Entries of the index are those of one kind in one district, or of one item that districts share.
        kind, district, _, id_ = _place(item)
        self.entry = (kind, district or id_)

        # What is looked for has no line break: whether one of many lines has it is asked of all at once.
        self._names = _lines(self.names)
        self._all = f"{self._names}\n{_lines(self.texts)}"

    def has_in_name(self, part: Sequence[str]) -> bool:
        return any(form in self._names for form in part)

    def has(self, part: Sequence[str]) -> bool:
        return any(form in self._all for form in part)


def _units(wanted: Sequence[Term], match: str, searched: list[_Searched]) -> list[tuple[tuple[str, ...], ...]]:
    """What is found by itself. With ANY, what occurs nowhere is left out, and cuts a long run."""
    if match == "ALL":
        return [term.parts for term in wanted]
    units: list[tuple[tuple[str, ...], ...]] = []
    for term in wanted:
        if not term.is_long:
            units.append(term.parts)
            continue
        for occurs, parts in groupby(term.parts, key=lambda part: _rarity((part,), searched) > 0):
            piece = tuple(parts)
            if occurs:
                units += [(part,) for part in piece] if len(piece) >= _LONG_RUN - 1 else [piece]
    return [unit for unit in dict.fromkeys(units) if _rarity(unit, searched)]


def _rarity(parts: Sequence[Sequence[str]], searched: list[_Searched]) -> int:
    """How many entries have the rarest word, character or pair of characters of some parts."""
    return min(sum(min(_count(token, searched) for token in _tokens(form)) for form in part) for part in parts)


def _count(token: str, searched: list[_Searched]) -> int:
    """The entries with a token in a name, and those with it in other texts of an item that has it in no name."""
    named = {one.entry for one in searched if one.has_in_name([token])}
    written = {one.entry for one in searched if not one.has_in_name([token]) and one.has([token])}
    return min(len(named), _MAX_COUNT) + min(len(written), _MAX_COUNT)


def _tokens(form: str) -> list[str]:
    """The words of a form, and every two neighbours of its runs."""
    found: list[str] = []
    for piece in form.split():
        if not is_run(piece):
            found.append(f" {piece} ")
        elif len(piece) == 1:
            found.append(piece)
        else:
            found += [piece[at : at + 2] for at in range(len(piece) - 1)]
    return found


def _texts_of(item: Item) -> Iterator[tuple[str, Item]]:
    yield from ((field, item[field]) for field in _NAMES if item.get(field))
    yield from ((field, item[field]) for field in _TEXTS if item.get(field))
    yield from (("systems", system["name"]) for system in item.get("systems", ()))
    for one in item.get("observations", ()):
        if one is not item["latest"] and one["note"]:
            yield "note", one["note"]


def highlights(item: Item, wanted: str) -> list[Item]:
    """Which texts of an item have what is searched for, and where."""
    forms = [form for term in terms(wanted) for part in term.parts for form in part]
    return [
        {"field": field, "language": language, "text": form, "ranges": ranges}
        for field, text in _texts_of(item)
        for language, form in text["texts"].items()
        if (ranges := _ranges(form, forms))
    ]


def _ranges(text: str, forms: Sequence[str]) -> list[Item]:
    """The stretches of a text that have a form; those that touch are one."""
    places = [place for start, end in clusters(text) for place in [(start, end)] * len(fold(text[start:end]))]
    folded, found_at = fold(text), set()
    for joined in (False, True):
        own = pieces(folded, joined=joined)
        # Where each character of the line comes from: of a word, all of it.
        origins: list[tuple[int, int]] = [(0, 0)]
        for piece in own:
            whole = (places[piece.start][0], places[piece.end - 1][1])
            inner = places[piece.start : piece.end] if is_run(piece.text) else [whole] * len(piece.text)
            origins += [*inner, (0, 0)]
        written = line(text, joined=joined)
        for form in forms:
            inside = len(form) - len(form.lstrip()), len(form.rstrip())
            for match in re.finditer(f"(?={re.escape(form)})", written):
                first, last = match.start() + inside[0], match.start() + inside[1] - 1
                found_at |= set(range(origins[first][0], origins[last][1]))
    return [{"start": start, "end": end} for start, end in _stretches(sorted(found_at))]


def _stretches(marked: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for at in marked:
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found
