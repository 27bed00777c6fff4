"""The tokens that an index finds texts by, and what of a query must be found (`loaders.values.folding` folds both).

Of a folded text a word is a token; of a run of Han characters, every two neighbours are, and its last character, so
that a query of one character is answered by the tokens that begin with it. A query is cut into terms: words, runs,
and what stands in quotation marks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from loaders.values.folding import cache_short_texts, fold, fold_joined, is_han, normalize_text, split_groups

# The end of the range of tokens that begin with one character.
LAST_CHARACTER: Final = "\U0010ffff"
_QUOTED: Final = re.compile('["“”„‟«»]([^"“”„‟«»]*)["“”„‟«»]|「([^「」]*)」|『([^『』]*)』')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a query asks for: a text has it if its folded form contains one of `forms`.

    A form has a space where a word of it begins or ends, none where a run of Han characters may go on.
    quoted: whether it stood in quotation marks, so that it must stand together.
    """

    forms: tuple[str, ...]

    quoted: bool = False

    @property
    def needles(self) -> tuple[str, ...]:
        """The words and neighbours of the first form."""
        return tuple(needles_of(self.forms[0]))

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The forms of what may be found apart: the neighbours in a run of Han characters, else the term itself."""
        if self.quoted or not is_han(self.forms[0]) or len(self.forms[0]) == 1:
            return (self.forms,)
        return tuple((needle,) for needle in self.needles)


@cache_short_texts
def tokens(folded: str) -> tuple[str, ...]:
    """List the different tokens of a folded text."""
    return tuple(sorted({token for piece in folded.split() for token in _tokens_of(piece)}))


def terms(text: str) -> list[Term]:
    """Cut a query into what it asks for, each once; empty when it asks for nothing."""
    found: list[Term] = []
    text = normalize_text(text)
    at = 0
    for quoted in _QUOTED.finditer(text):
        found += _terms_of(text[at : quoted.start()])
        phrase = next(filter(None, quoted.groups()), "")
        if forms := _forms(phrase):
            found.append(Term(forms, quoted=True))
        at = quoted.end()
    return list(dict.fromkeys((*found, *_terms_of(text[at:]))))


def needles(text: str) -> list[str]:
    """List the words and neighbours that a query has, each once."""
    return list(dict.fromkeys(needle for term in terms(text) for needle in term.needles))


def needles_of(form: str) -> Iterator[str]:
    """List the words and neighbours of a folded form, a space on either side of a word.

    A folded text contains them all if it contains the form; each is a token, or a character that begins some.
    """
    for piece in form.split():
        if not is_han(piece):
            yield f" {piece} "
        elif len(piece) == 1:
            yield piece
        else:
            yield from (first + second for first, second in pairwise(piece))


def is_prefix(needle: str) -> bool:
    """Whether a needle is a single Han character, which is no token but the beginning of some."""
    return len(needle) == 1


def _terms_of(text: str) -> Iterator[Term]:
    return (Term(_forms(group)) for group in split_groups(text))


def _forms(text: str) -> tuple[str, ...]:
    """The folded forms of a word, a run or a phrase; a text that has one of them has it."""
    if len(text) == 1 and is_han(text):
        # Out of its word a character may be meant as it stands: 著 finds 著作, and 着力 in Taiwan's writing.
        return tuple(dict.fromkeys((fold(text).strip(), text)))
    return tuple(dict.fromkeys(_trim_han_ends(form) for form in (fold(text), fold_joined(text)) if form.strip()))


def _trim_han_ends(folded: str) -> str:
    """A folded text without the space where a run of Han characters begins or ends it."""
    pieces = folded.split()
    before, after = ("" if is_han(piece) else " " for piece in (pieces[0], pieces[-1]))
    return f"{before}{folded.strip()}{after}"


def _tokens_of(piece: str) -> Iterator[str]:
    if not is_han(piece):
        yield piece
        return
    yield from (first + second for first, second in pairwise(piece))
    yield piece[-1]
