"""Split folded texts into index tokens, and queries into search terms (`loaders.values.folding` folds both).

The tokens of a folded text are its words and, for each run of Han, Kana and Hangul, its bigrams and its last
character, so that a query of one character is answered by the tokens that begin with it. Search tokens have every
character of a run instead, so that one token answers it. The terms of a query are words, runs, and quoted phrases.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from loaders.values.folding import cache_short_texts, fold, fold_joined, is_run, normalize_accents, split_groups

# Ends the range of tokens that begin with a given character.
LAST_CHARACTER: Final = "\U0010ffff"
_QUOTED: Final = re.compile('["“”„‟«»]([^"“”„‟«»]*)["“”„‟«»]|「([^「」]*)」|『([^『』]*)』')


@dataclass(frozen=True, slots=True)
class Term:
    """One search term: a text matches if its folded form contains one of `forms`.

    A form begins or ends with a space at a word, and without one at a run, which may continue.
    quoted: whether the term is a quoted phrase, whose words must be adjacent.
    """

    forms: tuple[str, ...]

    quoted: bool = False

    @property
    def needles(self) -> tuple[str, ...]:
        """The words and bigrams of the first form."""
        return tuple(needles_of(self.forms[0]))

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The forms of the parts that match separately: the bigrams of a run, else the term."""
        if self.quoted or not is_run(self.forms[0]) or len(self.forms[0]) == 1:
            return (self.forms,)
        return tuple((needle,) for needle in self.needles)


@cache_short_texts
def tokens(folded: str) -> tuple[str, ...]:
    """The distinct tokens of a folded text."""
    return tuple(sorted({token for piece in folded.split() for token in _tokens_of(piece)}))


@cache_short_texts
def search_tokens(folded: str) -> frozenset[str]:
    """The words, and the characters and bigrams of runs, of a folded text: each needle of a query is one of them."""
    return frozenset(
        token for piece in folded.split() for token in ((*piece, *_tokens_of(piece)) if is_run(piece) else (piece,))
    )


def terms(text: str) -> list[Term]:
    """Split a query into its distinct terms; empty if it has no letter or digit."""
    found: list[Term] = []
    text = normalize_accents(text)
    at = 0
    for quoted in _QUOTED.finditer(text):
        found += _terms_of(text[at : quoted.start()])
        phrase = next(filter(None, quoted.groups()), "")
        if forms := _forms(phrase):
            found.append(Term(forms, quoted=True))
        at = quoted.end()
    return list(dict.fromkeys((*found, *_terms_of(text[at:]))))


def needles_of(form: str) -> Iterator[str]:
    """Yield the words and bigrams of a folded form; words have a space on either side.

    A folded text that contains the form contains all of them. Each is a token, or a character that begins tokens.
    """
    for piece in form.split():
        if not is_run(piece):
            yield f" {piece} "
        elif len(piece) == 1:
            yield piece
        else:
            yield from (first + second for first, second in pairwise(piece))


def is_prefix(needle: str) -> bool:
    """Whether a needle is a single character of a run, which matches the tokens that begin with it."""
    return len(needle) == 1


def _terms_of(text: str) -> Iterator[Term]:
    return (Term(_forms(group)) for group in split_groups(text))


def _forms(text: str) -> tuple[str, ...]:
    """The folded forms of a word, a run or a phrase; a text that contains any of them matches."""
    if len(text) == 1 and is_run(text):
        # A single character is also searched as it is: 著 finds 著作, and 着力 as Taiwan writes it.
        return tuple(dict.fromkeys((fold(text).strip(), text)))
    return tuple(dict.fromkeys(_trim_run_ends(form) for form in (fold(text), fold_joined(text)) if form.strip()))


def _trim_run_ends(folded: str) -> str:
    """Remove the outer space of a folded text where it begins or ends with a run."""
    pieces = folded.split()
    before, after = ("" if is_run(piece) else " " for piece in (pieces[0], pieces[-1]))
    return f"{before}{folded.strip()}{after}"


def _tokens_of(piece: str) -> Iterator[str]:
    if not is_run(piece):
        yield piece
        return
    yield from (first + second for first, second in pairwise(piece))
    yield piece[-1]
