"""Cut texts into the tokens that they are found by, the same way for what is stored and for what is asked.

A text is folded (NFKC, case, Traditional to Simplified Chinese) and cut into pieces: runs of Han characters, and
words of letters and digits. A word is a token; of a run, every two neighbours are, and its last character, so that
a question of one character is answered by the tokens that begin with it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache, wraps
from itertools import pairwise
from typing import Final, TypeVar
from unicodedata import normalize

import opencc

_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_PIECE: Final = re.compile(rf"[{_HAN}]+|(?:(?![{_HAN}])[^\W_])+")
_IS_HAN: Final = re.compile(f"[{_HAN}]")
# The end of the range of tokens that begin with one character.
LAST: Final = "\U0010ffff"
REMEMBERED: Final = 2_000
LONGEST_REMEMBERED: Final = 500
Result = TypeVar("Result")


def remembered(function: Callable[[str], Result]) -> Callable[[str], Result]:
    """Keep a function's results for the texts that it met last, short ones only, so that what is kept stays small.

    What districts have in common are names and phrases. Of 20,000 different summaries with their tokens, this keeps
    16 MB, where a cache of everything took 154; 300 generated districts are built as fast.
    """
    kept = lru_cache(maxsize=REMEMBERED)(function)

    @wraps(function)
    def answer(text: str) -> Result:
        return kept(text) if len(text) <= LONGEST_REMEMBERED else function(text)

    return answer


@remembered
def fold(text: str) -> str:
    """Fold a text into its pieces, a space before, between and after them: " 12345 热线 "."""
    return " ".join(("", *_PIECE.findall(fold_characters(text)), ""))


def fold_characters(text: str) -> str:
    """Fold the characters of a text and leave what separates them."""
    simplified: str = _converter().convert(normalize("NFKC", text).casefold())
    return simplified


def fold_all(texts: Iterable[str | None]) -> str:
    """Fold several forms of one text into one, those that add nothing left out."""
    folded: list[str] = []
    for text in texts:
        if text and (form := fold(text)) not in folded:
            folded.append(form)
    return "".join(folded)


@remembered
def tokens(folded: str) -> tuple[str, ...]:
    """List the different tokens of a folded text."""
    return tuple(sorted({token for piece in folded.split() for token in _tokens_of(piece)}))


def needles(text: str) -> list[str]:
    """List what a text must hold, all of it, to be what a question asks for; empty when it asks for nothing.

    A needle is a word with a space on either side, or one or two Han characters: a part of a folded text.
    """
    return list(dict.fromkeys(needle for piece in fold(text).split() for needle in _needles_of(piece)))


def pieces(text: str) -> list[str]:
    """List the words of a question, each with a space on either side, and its runs of Han characters."""
    return list(dict.fromkeys(piece if _IS_HAN.match(piece) else f" {piece} " for piece in fold(text).split()))


def is_prefix(needle: str) -> bool:
    """Whether a needle is a single Han character, which is no token but the beginning of some."""
    return len(needle) == 1


def _tokens_of(piece: str) -> Iterator[str]:
    if not _IS_HAN.match(piece):
        yield piece
        return
    yield from (first + second for first, second in pairwise(piece))
    yield piece[-1]


def _needles_of(piece: str) -> Iterator[str]:
    if not _IS_HAN.match(piece):
        yield f" {piece} "
    elif len(piece) == 1:
        yield piece
    else:
        yield from (first + second for first, second in pairwise(piece))


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
