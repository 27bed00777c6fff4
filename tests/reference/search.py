"""What a search finds and where: docs/queries.md, "Search"; and what a name contains."""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, Final
from unicodedata import combining, normalize

import opencc

from tests.reference.data import Item
from tests.reference.errors import BadInput

_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_PIECES: Final = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")
_IS_HAN: Final = re.compile(f"[{_HAN}]")
_FORMS: Final = (("zh-Hans", "zhHans"), ("zh-Hant", "zhHant"), ("en", "en"))
_TEXTS: Final = ("name", "city", "province", "strategy", "summary", "issuer", "note")
_MAX_TEXT, _MAX_NEEDLES, _LONG_RUN = 200, 30, 5


@cache
def _simplified() -> Any:
    return opencc.OpenCC("t2s").convert


def _fold(text: str) -> str:
    return str(_simplified()(normalize("NFKC", text).casefold()))


@lru_cache(maxsize=5_000)
def _pieces(text: str) -> tuple[str, ...]:
    """The words and the runs of Chinese characters of a text."""
    return tuple(dict.fromkeys(_PIECES.findall(_fold(text))))


def _tokens(piece: str) -> list[str]:
    """A word; of a run, every two neighbours, or its single character."""
    if not _IS_HAN.match(piece) or len(piece) == 1:
        return [piece]
    return [piece[at : at + 2] for at in range(len(piece) - 1)]


def _has_token(texts: Sequence[str], token: str) -> bool:
    """Whether some texts have a word as a whole, or Chinese characters anywhere in a run."""
    pieces = (piece for text in texts for piece in _pieces(text))
    return any(token in piece for piece in pieces) if _IS_HAN.match(token) else token in pieces


def _forms(text: Item) -> list[str]:
    return [text[key] for _, key in _FORMS if text[key]]


def has_name(name: Item, wanted: str) -> bool:
    """Whether a name has every word of a text and every run of Chinese characters, each in one of its forms."""
    pieces = _pieces(wanted)
    return all(_has_token(_forms(name), piece) for piece in pieces)


def is_empty_name(wanted: str) -> bool:
    """Whether a text asks for no name: nothing to look for, or too much."""
    return not 1 <= len(_needles(wanted)) <= _MAX_NEEDLES


def _needles(text: str) -> list[str]:
    return list(dict.fromkeys(token for piece in _pieces(text) for token in _tokens(piece)))


def check_search(arguments: dict[str, Any]) -> None:
    """Refuse a search that can't be answered. Raises BadInput."""
    if len(arguments["text"]) > _MAX_TEXT or is_empty_name(arguments["text"]):
        raise BadInput("nothing to search for, or too much")
    if arguments.get("kinds") is not None and not arguments["kinds"]:
        raise BadInput("no kind")


def found(items: list[Item], text: str, kinds: Sequence[str]) -> list[Item]:
    """Everything that a search finds, by id: the order by score isn't documented to the last digit."""
    results = []
    for item in sorted(items, key=lambda item: str(item["id"])):
        kind = item["__typename"].upper()
        texts = [one for _, own in _texts_of(item) for one in _forms(own)]
        if kind in kinds and any(_answers(texts, piece) for piece in _pieces(text)):
            results.append({"id": item["id"], "kind": kind, "node": item})
    return results


def _answers(texts: list[str], term: str) -> bool:
    tokens = _tokens(term)
    is_long = len(term) >= _LONG_RUN and bool(_IS_HAN.match(term))
    return (any if is_long else all)(_has_token(texts, token) for token in tokens)


def _texts_of(item: Item) -> Iterator[tuple[str, Item]]:
    yield from ((field, item[field]) for field in _TEXTS if item.get(field))
    yield from (("systems", system["name"]) for system in item.get("systems", ()))


def highlights(item: Item, wanted: str) -> list[Item]:
    """Which texts of an item have what is searched for, and where."""
    needles = _needles(wanted)
    return [
        {"field": field, "language": language, "text": text[key], "ranges": ranges}
        for field, text in _texts_of(item)
        for language, key in _FORMS
        if text[key] and (ranges := _ranges(text[key], needles))
    ]


def _ranges(text: str, needles: list[str]) -> list[Item]:
    """The stretches of a text that have a needle; those that touch are one."""
    folded, places = _folded(text)
    marked = set()
    for piece in _PIECES.finditer(folded):
        for needle in needles:
            if _IS_HAN.match(needle):
                starts = [match.start() for match in re.finditer(f"(?={needle})", piece[0])]
            else:
                starts = [0] if piece[0] == needle else []
            for start in starts:
                for at in range(piece.start() + start, piece.start() + start + len(needle)):
                    marked |= set(range(*places[at]))
    return [{"start": start, "end": end} for start, end in _stretches(sorted(marked))]


def _stretches(marked: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for at in marked:
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def _folded(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A folded text, and the stretch of the text that each of its characters comes from."""
    folded, places, start = "", [], 0
    for end in range(1, len(text) + 1):
        if end < len(text) and combining(text[end]):
            continue
        form = _fold(text[start:end])
        folded += form
        places += [(start, end)] * len(form)
        start = end
    return folded, places
