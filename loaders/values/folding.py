"""Fold texts so that what is written differently compares as equal: the one definition for the index, for queries
and for highlights.

A text is normalized (NFKC, case, ignorable characters left out), brought to Simplified Chinese and cut into pieces:
runs of Han characters, and words of letters and digits in the singular. Words that hyphens join are also one word.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from typing import Final, TypeVar
from unicodedata import combining, normalize

import opencc

from loaders.values.plurals import singular

# The ideographs among the compatibility ideographs are those that NFKC leaves.
_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\ufa0e-\ufa29\U00020000-\U0003ffff"
_WORD: Final = rf"(?:(?![{_HAN}])[^\W_])+"
# A run of Han characters, or words joined by hyphens.
_GROUP: Final = re.compile(rf"[{_HAN}]+|{_WORD}(?:[-\u2010]{_WORD})*")
_HYPHEN: Final = re.compile("[-\u2010]")
_IS_HAN: Final = re.compile(f"[{_HAN}]")
# Unicode's Default_Ignorable_Code_Point, and surrogates, which no encoding has.
_IGNORABLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
# Characters that OpenCC's own round trip by Hong Kong or Taiwan leaves different from each other: the second of each
# pair is folded into the first.
_PAIRS: Final = (
    "卫衞叙敍痹痺睾睪檐簷昵暱腭颚鲇鲶么幺咨谘余馀沈渖径迳巨钜旋镟钟锺稆穞划㓰弥㳽彩䌽摆䙓镢䦆腼䩄尽侭台枱潨潀縆緪线缐苎苧托讬曲麹面麺"
    "战𢧐捣𢭏买𧹒账𧹔骢𩨂妆粧粽糭只衹"
)
_VARIANTS: Final = str.maketrans(_PAIRS[1::2], _PAIRS[::2])
# Taiwan writes 著 for 着, which elsewhere is a character of its own: in these words (名著, 著作) it stays.
_ZHE: Final = re.compile("(?<![显名原论编土卓昭巨专译遗拙合])著(?![作名称者述书录])")
CACHE_SIZE: Final = 2_000
MAX_CACHED_LENGTH: Final = 500
Result = TypeVar("Result")


def cache_short_texts(function: Callable[[str], Result]) -> Callable[[str], Result]:
    """Keep a function's results for the texts that it met last, short ones only, so that what is kept stays small.

    What districts have in common are names and phrases. Of 20,000 different summaries with their tokens, this keeps
    16 MB, where a cache of everything took 154; 300 generated districts are built as fast.
    """
    kept = lru_cache(maxsize=CACHE_SIZE)(function)

    @wraps(function)
    def answer(text: str) -> Result:
        return kept(text) if len(text) <= MAX_CACHED_LENGTH else function(text)

    return answer


@cache_short_texts
def fold(text: str) -> str:
    """Fold a text into its pieces, a space before, between and after them: " 12345 热线 "."""
    return " ".join(("", *(form for form, _, _ in _pieces(fold_characters(text), joined=False)), ""))


@cache_short_texts
def fold_joined(text: str) -> str:
    """The same with words that hyphens join as one: " esport " for "e-sports"."""
    return " ".join(("", *(form for form, _, _ in _pieces(fold_characters(text), joined=True)), ""))


def fold_all(texts: Iterable[str | None]) -> str:
    """Fold several forms of one text into what an index holds, those that add nothing left out."""
    folded: list[str] = []
    for text in texts:
        for form in (fold(text), fold_joined(text)) if text else ():
            if form not in folded:
                folded.append(form)
    return "".join(folded)


def split_groups(text: str) -> list[str]:
    """The runs of Han characters and the words, with those that hyphens join to them, of a normalized text."""
    return [group[0] for group in _GROUP.finditer(text)]


def is_han(piece: str) -> bool:
    """Whether a piece is a run of Han characters."""
    return bool(_IS_HAN.match(piece))


def normalize_text(text: str) -> str:
    """A text without differences of width, case and composition, and without ignorable characters."""
    return _IGNORABLE.sub("", normalize("NFKC", _IGNORABLE.sub("", text)).casefold())


@cache_short_texts
def fold_characters(text: str) -> str:
    """Fold the characters of a text, and leave what separates them; as many characters as `normalized` has."""
    form = normalize_text(text)
    if form.isascii():
        return form
    simplified: str = _converter().convert(form)
    # OpenCC replaces characters one by one.
    return _ZHE.sub("着", simplified.translate(_VARIANTS))


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A folded text with the stretch of the text that each of its characters comes from, in code points."""

    folded: str
    spans: Sequence[tuple[int, int]]


def folded_texts(text: str) -> list[FoldedText]:
    """The folded forms of a text: as `fold` and as `fold_joined` give it."""
    characters = fold_characters(text)
    spans = _source_spans(text, len(characters))
    parted, joined = (_folded_text(characters, spans, joined=joined) for joined in (False, True))
    return [parted] if parted == joined else [parted, joined]


def _folded_text(characters: str, spans: Sequence[tuple[int, int]], *, joined: bool) -> FoldedText:
    folded, found = [" "], [(0, 0)]
    for form, start, end in _pieces(characters, joined=joined):
        whole = (spans[start][0], spans[end - 1][1])
        found += [*(spans[start:end] if is_han(form) else [whole] * len(form)), (0, 0)]
        folded += [form, " "]
    return FoldedText("".join(folded), found)


def _pieces(characters: str, *, joined: bool) -> Iterator[tuple[str, int, int]]:
    """Each piece in the form that it is found by, and where it stands."""
    for group in _GROUP.finditer(characters):
        start, end = group.span()
        if is_han(group[0]):
            yield group[0], start, end
        elif joined:
            yield singular(_HYPHEN.sub("", group[0])), start, end
        else:
            for word in _HYPHEN.split(group[0]):
                yield singular(word), start, start + len(word)
                start += len(word) + 1


def _source_spans(text: str, length: int) -> Sequence[tuple[int, int]]:
    """Where each character of a normalized text comes from."""
    spans: list[tuple[int, int]] = []
    for start, end in _normalization_clusters(text):
        spans += [(start, end)] * len(normalize_text(text[start:end]))
    # What would not add up is from anywhere in the text.
    return spans if len(spans) == length else [(0, len(text))] * length


def _normalization_clusters(text: str) -> Iterator[tuple[int, int]]:
    """Cut a text where normalization acts on either side by itself."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not _continues(text[start:end], text[end]):
            yield start, end
            start = end


def _continues(cluster: str, character: str) -> bool:
    """Whether a character is normalized together with what stands before it."""
    if character.isascii() or is_han(character):
        return False
    alone = normalize("NFKC", character)
    if _IGNORABLE.match(character) or combining(normalize("NFD", alone)[0]):
        return True
    before = _IGNORABLE.sub("", cluster)
    return normalize("NFKC", before + character) != normalize("NFKC", before) + alone


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
