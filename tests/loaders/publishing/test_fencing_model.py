"""The scheme of numbers and gaps, checked on a model: every interleaving of the writes of two loaders, and a third.

The model is plain Python and shares no code with the loader. A version is a district, from, mark and to; a write of a
loader changes what one atomic write of MongoDB can. Readers look after each step, at every revision published so far.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LIVE = 10**6
DISTRICTS = ("a", "b", "c")
# What a first load published, as revision 1.
START = {"a": "a1", "b": "b1"}


@dataclass(frozen=True)
class State:
    """Everything that is stored, and for checking what each published revision showed when it was published."""

    versions: tuple[tuple[str, int, str, int], ...]
    revision: int = 1
    drawn: int = 1
    writer: int = 1
    gaps: frozenset[int] = frozenset()
    floor: int = 0
    shown: tuple[tuple[int, frozenset[tuple[str, str]]], ...] = ()

    def seen(self, revision: int, gaps: frozenset[int]) -> frozenset[tuple[str, str]]:
        return frozenset(
            (slug, mark)
            for slug, begun, mark, ended in self.versions
            if begun <= revision and begun not in gaps and (ended > revision or ended in gaps)
        )


@dataclass(frozen=True)
class Loader:
    """A loader by what it wants: a mark for each district to write, None to remove it. step: how far it has come.

    keeps: the published revisions before its own that stay readable when it retires versions.
    """

    wanted: tuple[tuple[str, str | None], ...]
    step: int = 0
    number: int = 0
    base: int = 0
    dead: frozenset[int] = frozenset()
    own_gaps: frozenset[int] = frozenset()
    keeps: int = 0
    floor: int = 0
    is_fenced: bool = True
    spares_what_the_dead_ended: bool = True

    def steps(self) -> int:
        return 5 + 2 * len(self.wanted)


def changed(state: State, **fields: Any) -> State:
    return State(**{**state.__dict__, **fields})


def advance(state: State, loader: Loader) -> tuple[State, Loader]:
    """Do the loader's next write: draw, remove what is dead, insert and end each district, publish, retire."""
    after = Loader(**{**loader.__dict__, "step": loader.step + 1})
    if loader.step == 0:
        number = state.drawn + 1
        dead = state.gaps | frozenset(range(state.revision + 1, number))
        drawn = Loader(**{**after.__dict__, "number": number, "base": state.revision, "dead": dead})
        return changed(state, drawn=number, writer=number), drawn
    if loader.step == 1:
        kept = tuple(
            (slug, begun, mark, LIVE if ended in loader.dead else ended)
            for slug, begun, mark, ended in state.versions
            if begun not in loader.dead
        )
        return changed(state, versions=kept), after
    at = loader.step - 2
    if at < 2 * len(loader.wanted):
        slug, mark = loader.wanted[at // 2]
        if at % 2 == 0:
            if mark is None:
                return state, after
            return changed(state, versions=(*state.versions, (slug, loader.number, mark, LIVE))), after
        endable = loader.dead | {LIVE} if loader.is_fenced else set(range(LIVE + 1))
        seen_before = set(range(loader.base + 1)) - loader.dead
        ended_now = tuple(
            (one, begun, mark_, loader.number if one == slug and begun in seen_before and ended in endable else ended)
            for one, begun, mark_, ended in state.versions
        )
        return changed(state, versions=ended_now), after
    if at == 2 * len(loader.wanted):
        if (state.revision, state.writer) != (loader.base, loader.number):
            return state, Loader(**{**after.__dict__, "step": loader.steps()})
        gaps = state.gaps | frozenset(range(state.revision + 1, loader.number))
        published = changed(state, revision=loader.number, gaps=gaps if loader.is_fenced else state.gaps)
        shown = (*state.shown, (loader.number, published.seen(loader.number, published.gaps)))
        floor = shown[max(-1 - loader.keeps, -len(shown))][0]
        return changed(published, shown=shown), Loader(
            **{**after.__dict__, "own_gaps": published.gaps, "floor": floor}
        )
    if at == 2 * len(loader.wanted) + 1:
        if state.floor >= loader.floor:
            return state, Loader(**{**after.__dict__, "step": loader.steps()})
        return changed(state, floor=loader.floor), after
    spared = loader.own_gaps if loader.spares_what_the_dead_ended else frozenset()
    left = tuple(one for one in state.versions if one[3] > loader.floor or one[3] in spared)
    return changed(state, versions=left), after


def faults(loaders: tuple[Loader, ...]) -> Iterator[str]:
    """Follow every interleaving; yield what a reader or a published load got wrong."""
    first = frozenset(START.items())
    versions = tuple((slug, 1, mark, LIVE) for slug, mark in START.items())
    waiting = [(State(versions, shown=((1, first),)), loaders)]
    known = set(waiting)
    while waiting:
        state, running = waiting.pop()
        for revision, shown in state.shown:
            if revision >= state.floor and state.seen(revision, state.gaps) != shown:
                yield f"revision {revision} showed {sorted(shown)}, now {sorted(state.seen(revision, state.gaps))}"
        for place, loader in enumerate(running):
            if loader.step == loader.steps():
                continue
            after, moved = advance(state, loader)
            if len(after.shown) > len(state.shown):
                expected = {**dict(state.shown[-1][1]), **dict(loader.wanted)}
                if after.shown[-1][1] != {(slug, mark) for slug, mark in expected.items() if mark is not None}:
                    yield f"{loader.number} published {sorted(after.shown[-1][1])}"
            following = (after, (*running[:place], moved, *running[place + 1 :]))
            if following not in known:
                known.add(following)
                waiting.append(following)


# Other districts, the same ones, new ones, and removals.
WANTED = (
    (("a", "a2"), ("b", None)),
    (("a", "a3"), ("c", "c3")),
    (("b", "b4"), ("c", "c4")),
    (("a", None), ("b", "b5")),
)


def test_no_interleaving_of_two_loaders_changes_what_readers_see() -> None:
    for one in WANTED:
        for other in WANTED:
            assert list(faults((Loader(one), Loader(other)))) == []


def test_nor_when_they_remove_what_no_reader_needs_or_only_what_is_older_still() -> None:
    for keeps in (1, 2):
        for one in WANTED[:2]:
            for other in WANTED[:2]:
                assert list(faults((Loader(one, keeps=keeps), Loader(other, keeps=keeps)))) == []


def test_nor_does_a_third_that_comes_between() -> None:
    a, b, c = (Loader(((slug, f"{slug}{number}"),)) for slug, number in (("a", 2), ("a", 3), ("b", 4)))
    assert list(faults((a, b, c))) == []
    assert list(faults((a, b, Loader((("a", None),))))) == []


def test_the_model_finds_what_goes_wrong_without_gaps() -> None:
    a, b = (Loader(wanted, is_fenced=False) for wanted in WANTED[:2])
    assert any(faults((a, b)))


def test_the_model_finds_what_goes_wrong_if_what_a_dead_number_ended_is_removed() -> None:
    a, b = (Loader(wanted, spares_what_the_dead_ended=False) for wanted in WANTED[:2])
    assert any(faults((a, b)))
