"""Find what was searched for in a text as it is written: ranges of code points, never markup."""

from collections.abc import Iterable, Iterator

from loaders.values.folding import Layout, layouts


def ranges_of(text: str, wanted: Iterable[str]) -> list[tuple[int, int]]:
    """The stretches of a text whose folded form is one of some, joined where they touch; in code points."""
    wanted = list(wanted)
    found = sorted(place for layout in layouts(text) for form in wanted for place in _occurrences(layout, form))
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _occurrences(layout: Layout, form: str) -> Iterator[tuple[int, int]]:
    first, last = len(form) - len(form.lstrip()), len(form.rstrip()) - 1
    at = layout.folded.find(form)
    while at >= 0:
        yield layout.places[at + first][0], layout.places[at + last][1]
        at = layout.folded.find(form, at + 1)
