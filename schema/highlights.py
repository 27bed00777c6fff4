"""Find what was searched for in a text as it is written: ranges of code points, never markup."""

from collections.abc import Iterable, Iterator, Sequence
from unicodedata import combining

from loaders.tokens import fold_characters


def ranges_of(text: str, wanted: Iterable[str]) -> list[tuple[int, int]]:
    """The stretches of a text that have a needle, joined where they touch; start and end in code points."""
    folded, places = _folded(text)
    found = sorted(
        (places[start][0], places[end - 1][1]) for needle in wanted for start, end in _occurrences(folded, needle)
    )
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _folded(text: str) -> tuple[str, Sequence[tuple[int, int]]]:
    """The folded text, and for each of its characters the stretch of the text that it comes from."""
    folded: list[str] = []
    places: list[tuple[int, int]] = []
    start = 0
    for end in range(1, len(text) + 1):
        # A character goes with the marks that combine with it.
        if end < len(text) and combining(text[end]):
            continue
        form = fold_characters(text[start:end])
        folded.append(form)
        places += [(start, end)] * len(form)
        start = end
    return "".join(folded), places


def _occurrences(folded: str, needle: str) -> Iterator[tuple[int, int]]:
    word = needle.strip()
    is_word = word != needle
    at = folded.find(word)
    while at >= 0:
        end = at + len(word)
        if not is_word or not (_is_letter(folded, at - 1) or _is_letter(folded, end)):
            yield at, end
        at = folded.find(word, at + 1)


def _is_letter(folded: str, at: int) -> bool:
    """Whether a word goes on at a place; Chinese characters end one."""
    return 0 <= at < len(folded) and folded[at].isalnum() and not "\u3400" <= folded[at] <= "\u9fff"
