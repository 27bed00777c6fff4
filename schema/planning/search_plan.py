"""Plan a search: from its terms, and how many entries have each of their tokens, to steps that are read in order.

Pure. First comes what has all terms in its name, then what has them anywhere, then what has some. Each step reads the
entries of the rarest token that it needs, and no more than a fixed number of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Final, TypeAlias

from loaders.store.predicates import ContainsAll, Not, Predicate, all_of
from loaders.store.search import NAMES, TEXTS, Step
from loaders.values.tokens import Term, needles_of
from schema.types.enums import SearchMatch

# In pairs of neighbours: five characters are mostly more than one word.
LONG_RUN: Final = 4
# Tokens are counted up to this number.
MAX_COUNT: Final = 500
# All steps together examine so many entries, and each between the smaller numbers. An entry of a dozen items takes
# MongoDB 30 µs.
MAX_EXAMINED: Final = 2_000
LEAST_EXAMINED_BY_STEP: Final = 50
MOST_EXAMINED_BY_STEP: Final = 500
_NAME: Final = "name.folded"
_ANYWHERE: Final = "folded"

# The forms of one word, phrase, character or pair of characters; and what one step requires.
Part: TypeAlias = tuple[str, ...]
Parts: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """How many entries have each token: (in names, in other texts), both at most MAX_COUNT; empty if not counted."""

    counts: Mapping[str, tuple[int, int]]

    def count(self, field: str, token: str) -> int:
        """In one field; MAX_COUNT if it was not counted."""
        if not self.counts:
            return MAX_COUNT
        return self.counts[token][0 if field == NAMES else 1]

    def rarest(self, part: Part, fields: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        """The tokens of which a text that has a part has one, and how many entries have them."""
        rarest = [min((self._in(fields, token), token) for token in _tokens_of(form)) for form in part]
        return sum(count for count, _ in rarest), tuple(dict.fromkeys(token for _, token in rarest))

    def least(self, parts: Parts) -> int:
        """How many entries have the rarest of some parts."""
        return min(self.rarest(part, (NAMES, TEXTS))[0] for part in parts)

    def _in(self, fields: Sequence[str], token: str) -> int:
        return sum(self.count(field, token) for field in fields)


def counted_tokens(wanted: Sequence[Term]) -> tuple[str, ...]:
    """The tokens whose counts the plan needs; none if there is nothing to choose."""
    parts = (part for term in wanted for part in term.parts)
    tokens = tuple(dict.fromkeys(token for part in parts for form in part for token in _tokens_of(form)))
    return tokens if len(tokens) > 1 else ()


def plan_search(wanted: Sequence[Term], match: SearchMatch, counts: TokenCounts) -> tuple[Step, ...]:
    """The steps of a search; none if nothing can be found."""
    units = _units(wanted, match, counts)
    every = tuple(dict.fromkeys(chain.from_iterable(units)))
    if not every or counts.least(every) == 0:
        return ()
    steps = list(_in_name_then_anywhere(every, (), counts))
    if match == SearchMatch.ANY and len(units) > 1:
        found: tuple[Predicate, ...] = (Not(ContainsAll(_ANYWHERE, every)),)
        for unit in sorted(units, key=counts.least):
            steps += _in_name_then_anywhere(unit, found, counts)
            found += (Not(ContainsAll(_ANYWHERE, unit)),)
    return _limited(steps)


@dataclass(frozen=True, slots=True)
class _Unlimited:
    """A step, and how many entries it would read; None where each of them has a result."""

    fields: tuple[str, ...]
    tokens: tuple[str, ...]
    where: Predicate
    entries: int | None


def _units(wanted: Sequence[Term], match: SearchMatch, counts: TokenCounts) -> list[Parts]:
    """What is found by itself: terms, or pairs of characters of a long run; with ANY, only what occurs."""
    if match == SearchMatch.ALL:
        return [term.parts for term in wanted]
    units = chain.from_iterable(
        _pieces(term.parts, counts) if len(term.parts) >= LONG_RUN else [term.parts] for term in wanted
    )
    return [unit for unit in dict.fromkeys(units) if counts.least(unit)]


def _pieces(run: Parts, counts: TokenCounts) -> Iterator[Parts]:
    """Cut a run of characters where two neighbours occur nowhere; what is still long is found by any pair."""
    for occurs, parts in groupby(run, key=lambda part: counts.least((part,)) > 0):
        piece = tuple(parts)
        if occurs and len(piece) >= LONG_RUN:
            yield from ((part,) for part in piece)
        elif occurs:
            yield piece


def _in_name_then_anywhere(parts: Parts, others: tuple[Predicate, ...], counts: TokenCounts) -> Iterator[_Unlimited]:
    """The two steps of some parts, for items that satisfy `others`."""
    in_name, anywhere = ContainsAll(_NAME, parts), ContainsAll(_ANYWHERE, parts)
    # A token that such an item has is not in its name, or the item would be found there.
    fields = (TEXTS,) if _is_plain(parts) else (NAMES, TEXTS)
    for where, read in ((all_of(in_name, *others), (NAMES,)), (all_of(anywhere, Not(in_name), *others), fields)):
        entries, tokens = min(counts.rarest(part, read) for part in parts)
        if entries:
            each_has_one = _is_plain(parts) and len(tokens) == 1 and not others
            yield _Unlimited(read, tokens, where, None if each_has_one else entries)


def _limited(steps: Sequence[_Unlimited]) -> tuple[Step, ...]:
    limited = sum(step.entries is not None for step in steps)
    examined = min(MOST_EXAMINED_BY_STEP, max(LEAST_EXAMINED_BY_STEP, MAX_EXAMINED // max(1, limited)))
    return tuple(
        Step(step.fields, step.tokens, step.where)
        if step.entries is None
        else Step(step.fields, step.tokens, step.where, examined, step.entries >= examined)
        for step in steps
    )


def _is_plain(parts: Parts) -> bool:
    """Whether there is one part, which a text has if it has a token."""
    return len(parts) == 1 and all(len(_tokens_of(form)) == 1 for form in parts[0])


def _tokens_of(form: str) -> list[str]:
    return [needle.strip() for needle in needles_of(form)]
