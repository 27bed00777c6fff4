"""Fold texts so that different spellings compare as equal; the index, queries and highlights share this definition.

A text is normalized (NFKC, case folding, accents and ignorable characters removed), converted to Simplified Chinese
and split into pieces: runs of Han, Kana and Hangul, in which a query may begin anywhere, and words of letters and
digits in the singular. Hyphenated words are also one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeVar
from unicodedata import category, combining, name, normalize

from loaders.values.plurals import singular

if TYPE_CHECKING:
    from opencc import OpenCC

# Of the compatibility ideographs, only those that NFKC leaves unchanged.
_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\ufa0e-\ufa29\U00020000-\U0003ffff"

# Han, Kana and Hangul: words are not parted by spaces, or have endings attached to them.
_RUN: Final = f"{_HAN}\u3005\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uac00-\ud7a3"
_OTHER_MARKS: Final = re.compile("COMBINING|IDEOGRAPHIC|HANGUL|VARIATION|ARABIC")
# Vowel signs and other marks of the scripts of South and South-East Asia, of Tibetan and others: parts of words,
# which Python's \w has not; in the blocks where they are, as all characters would take 30 ms of each start.
_WITH_SIGNS: Final = (range(0x07A6, 0x1D00), range(0xA800, 0xAC00), range(0x10A00, 0x12000))
_HYPHEN: Final = re.compile("[-\u2010]")
_IS_HAN: Final = re.compile(f"[{_HAN}]")
_IS_RUN: Final = re.compile(f"[{_RUN}]")
# Letters of Latin, Greek, Cyrillic and Arabic that may have an accent, in lower case. In other scripts, marks are
# part of the word.
_ACCENTED: Final = re.compile("[\u00e0-\u024f\u0370-\u052f\u0622-\u06d3\u1e00-\u1fff]")
# The marks of these scripts and of Hebrew, with Arabic's tatweel.
_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]"
)
# Letters that have no decomposition, and what people type for them.
_PLAIN_LETTERS: Final = {
    **dict(zip("đðøłħŧı", "ddolhti", strict=True)),
    **{"æ": "ae", "œ": "oe", "þ": "th"},
    **dict(zip("ةىکی", "هيكي", strict=True)),
}
# Texts whose characters are normalized one by one, into one character each: most of what districts write.
_IS_PLAIN: Final = re.compile(rf"[\x00-\x7f{_HAN}、。，：；！？（）《》“”—]*")
# Default_Ignorable_Code_Point of Unicode 17 (DerivedCoreProperties.txt), as the content of a character class.
DEFAULT_IGNORABLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Surrogates too, which no encoding has.
_IGNORABLE: Final = re.compile(f"[{DEFAULT_IGNORABLE}\ud800-\udfff]")
# Pairs that still differ after OpenCC's round trip through Hong Kong's or Taiwan's characters: the second of each
# pair is folded into the first.
_PAIRS: Final = (
    "卫衞叙敍痹痺睾睪檐簷昵暱腭颚鲇鲶么幺咨谘余馀沈渖径迳巨钜旋镟钟锺稆穞划㓰弥㳽彩䌽摆䙓镢䦆腼䩄尽侭台枱潨潀縆緪线缐苎苧托讬曲麹面麺"
    "战𢧐捣𢭏买𧹒账𧹔骢𩨂妆粧粽糭只衹"
)
_VARIANTS: Final = str.maketrans(_PAIRS[1::2], _PAIRS[::2])
# Taiwan writes 著 for 着. Elsewhere 著 is a character of its own, which is kept in words such as 名著 and 著作.
_ZHE: Final = re.compile("(?<![显名原论编土卓昭巨专译遗拙合])著(?![作名称者述书录])")
_DIGRAPHS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
CACHE_SIZE: Final = 2_000
MAX_CACHED_LENGTH: Final = 500
Result = TypeVar("Result")


def cache_short_texts(function: Callable[[str], Result]) -> Callable[[str], Result]:
    """Cache a function's results for the most recent short texts, so that the cache stays small.

    Districts share names and phrases, which are short. With 20,000 different summaries and their tokens, this takes
    16 MB, and a cache of all texts 154 MB; building 300 generated districts takes the same time.
    """
    cached = lru_cache(maxsize=CACHE_SIZE)(function)

    @wraps(function)
    def answer(text: str) -> Result:
        return cached(text) if len(text) <= MAX_CACHED_LENGTH else function(text)

    return answer


@cache_short_texts
def fold(text: str) -> str:
    """Fold a text into its pieces, with a space before, between and after them: " 12345 热线 "."""
    return " ".join(("", *(form for form, _, _ in _pieces(fold_characters(text), joined=False)), ""))


@cache_short_texts
def fold_joined(text: str) -> str:
    """Fold a text with hyphenated words joined: " esport " for "e-sports"."""
    return " ".join(("", *(form for form, _, _ in _pieces(fold_characters(text), joined=True)), ""))


def fold_all(texts: Iterable[str | None]) -> str:
    """Fold several forms of one text into one text for the index, without duplicates.

    German umlauts are also found as they are written without them: Muenchen for München.
    """
    folded: list[str] = []
    for text in texts:
        for form in (fold(text), fold_joined(text), *_with_digraphs(text)) if text else ():
            if form not in folded:
                folded.append(form)
    return "".join(folded)


def _with_digraphs(text: str) -> Iterator[str]:
    if text.isascii():
        return
    written = normalize_text(text)
    if (spelt := written.translate(_DIGRAPHS)) != written:
        yield from (fold(spelt), fold_joined(spelt))


def split_groups(text: str) -> list[str]:
    """Split a normalized text into runs and (hyphenated) words."""
    return [group[0] for group in _group().finditer(text)]


def is_run(piece: str) -> bool:
    """Whether a piece is a run, and no word."""
    return bool(_IS_RUN.match(piece))


def is_han(piece: str) -> bool:
    """Whether a text begins with a Han character."""
    return bool(_IS_HAN.match(piece))


def normalize_text(text: str) -> str:
    """Remove differences of width, case and composition, and ignorable characters."""
    return _IGNORABLE.sub("", normalize("NFKC", _IGNORABLE.sub("", text)).casefold())


def normalize_accents(text: str) -> str:
    """Remove differences of accents too; letters stay letters."""
    form = normalize_text(text)
    if form.isascii():
        return form
    return _MARKS.sub("", _ACCENTED.sub(_without_accent, form))


def _without_accent(letter: re.Match[str]) -> str:
    plain = normalize("NFD", letter[0])[0]
    return _PLAIN_LETTERS.get(plain, plain)


@cache_short_texts
def fold_characters(text: str) -> str:
    """Normalize a text and convert it to Simplified Chinese, character by character; separators stay."""
    form = normalize_accents(text)
    if form.isascii():
        return form
    simplified: str = _converter().convert(form)
    # OpenCC replaces characters one by one.
    return _ZHE.sub("着", simplified.translate(_VARIANTS))


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A folded text; `spans` has the range of the original, in code points, for each of its characters."""

    folded: str
    spans: Sequence[tuple[int, int]]


def folded_texts(text: str) -> list[FoldedText]:
    """The results of `fold` and `fold_joined` with their spans; one if they are equal."""
    characters = fold_characters(text)
    spans = _source_spans(text, len(characters))
    parted, joined = (_folded_text(characters, spans, joined=joined) for joined in (False, True))
    return [parted] if parted == joined else [parted, joined]


def _folded_text(characters: str, spans: Sequence[tuple[int, int]], *, joined: bool) -> FoldedText:
    folded, found = [" "], [(0, 0)]
    for form, start, end in _pieces(characters, joined=joined):
        whole = (spans[start][0], spans[end - 1][1])
        found += [*(spans[start:end] if is_run(form) else [whole] * len(form)), (0, 0)]
        folded += [form, " "]
    return FoldedText("".join(folded), found)


def _pieces(characters: str, *, joined: bool) -> Iterator[tuple[str, int, int]]:
    """Yield each piece in its folded form, with its start and end."""
    for group in _group().finditer(characters):
        start, end = group.span()
        if is_run(group[0]):
            yield group[0], start, end
        elif joined:
            yield singular(_HYPHEN.sub("", group[0])), start, end
        else:
            for word in _HYPHEN.split(group[0]):
                yield singular(word), start, start + len(word)
                start += len(word) + 1


def _source_spans(text: str, length: int) -> Sequence[tuple[int, int]]:
    """The range of the original for each character of the normalized text."""
    if _IS_PLAIN.fullmatch(text):
        return list(zip(range(length), range(1, length + 1), strict=True))
    spans: list[tuple[int, int]] = []
    for start, end in _normalization_clusters(text):
        spans += [(start, end)] * len(normalize_accents(text[start:end]))
    # Where the lengths differ, each character maps to the whole text.
    return spans if len(spans) == length else [(0, len(text))] * length


def _normalization_clusters(text: str) -> Iterator[tuple[int, int]]:
    """Split a text into parts that are normalized independently of each other."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not _continues(text[start:end], text[end]):
            yield start, end
            start = end


def _continues(cluster: str, character: str) -> bool:
    """Whether a character is normalized together with those before it."""
    if character.isascii() or is_han(character):
        return False
    alone = normalize("NFKC", character)
    if _IGNORABLE.match(character) or combining(normalize("NFD", alone)[0]):
        return True
    before = _IGNORABLE.sub("", cluster)
    return normalize("NFKC", before + character) != normalize("NFKC", before) + alone


@cache
def _group() -> re.Pattern[str]:
    """A run, or words joined by hyphens."""
    every = map(chr, chain(*_WITH_SIGNS))
    signs = "".join(one for one in every if category(one)[0] == "M" and not _OTHER_MARKS.match(name(one)))
    word = rf"(?![{_RUN}])[^\W_](?:(?![{_RUN}])[^\W_]|[{signs}])*"
    return re.compile(rf"[{_RUN}]+|{word}(?:[-\u2010]{word})*")


@cache
def _converter() -> "OpenCC":
    # A server answers its first questions without it.
    from opencc import OpenCC

    return OpenCC("t2s")
