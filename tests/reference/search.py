"""Search and highlights: docs/guide/ask.md, "Search"; and the `contains` operator of names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.reference.data import Item
from tests.reference.errors import BadInput
from tests.reference.folding import clusters, fold, groups, is_han, line, pieces

_FORMS: Final = (("zh-Hans", "zhHans"), ("zh-Hant", "zhHant"), ("en", "en"))
_NAMES: Final = ("name", "title")
_TEXTS: Final = ("city", "province", "strategy", "summary", "issuer", "note", "definition", "publisher")
_QUOTED: Final = re.compile('["“”]([^"“”]*)["“”]|「([^「」]*)」')
_MAX_TEXT, _MAX_PARTS, _LONG_RUN = 200, 30, 5


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
    if is_han(run) and len(run) > 1:
        parts = tuple(dict.fromkeys((run[at : at + 2],) for at in range(len(run) - 1)))
        return Term(forms, parts, len(parts))
    return Term(forms, (forms,), _needles(run))


def _needles(form: str) -> int:
    return sum(max(1, len(piece) - 1) if is_han(piece) else 1 for piece in form.split())


def _forms(text: str) -> tuple[str, ...]:
    """The forms of a text that another must have: with a space where a word begins or ends."""
    found = []
    for joined in (False, True):
        words = line(text, joined=joined).split()
        if words:
            before, after = ("" if is_han(word) else " " for word in (words[0], words[-1]))
            found.append(f"{before}{' '.join(words)}{after}")
    return tuple(dict.fromkeys(found))


def _has(texts: Sequence[str], forms: Sequence[str]) -> bool:
    """Whether one of some texts has one of some forms."""
    return any(form in line(text, joined=joined) for text in texts for joined in (False, True) for form in forms)


def _written(text: Item) -> list[str]:
    return [text[key] for _, key in _FORMS if text[key]]


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
    """Everything that a search finds, by id: the order by score isn't documented to the last digit."""
    wanted, results = terms(text), []
    for item in sorted(items, key=lambda item: str(item["id"])):
        kind = item["__typename"].upper()
        texts = [one for _, own in _texts_of(item) for one in _written(own)]
        if kind in kinds and _answers(texts, wanted, match):
            results.append({"id": item["id"], "kind": kind, "node": item})
    return results


def _answers(texts: list[str], wanted: list[Term], match: str) -> bool:
    if match == "ALL":
        return all(_has(texts, part) for term in wanted for part in term.parts)
    return any((any if term.is_long else all)(_has(texts, part) for part in term.parts) for term in wanted)


def _texts_of(item: Item) -> Iterator[tuple[str, Item]]:
    yield from ((field, item[field]) for field in _NAMES if item.get(field))
    yield from ((field, item[field]) for field in _TEXTS if item.get(field))
    yield from (("systems", system["name"]) for system in item.get("systems", ()))


def highlights(item: Item, wanted: str) -> list[Item]:
    """Which texts of an item have what is searched for, and where."""
    forms = [form for term in terms(wanted) for part in term.parts for form in part]
    return [
        {"field": field, "language": language, "text": text[key], "ranges": ranges}
        for field, text in _texts_of(item)
        for language, key in _FORMS
        if text[key] and (ranges := _ranges(text[key], forms))
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
            inner = places[piece.start : piece.end] if is_han(piece.text) else [whole] * len(piece.text)
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
