"""What a metric says twice: its latest observation is among its observations, and its figure is the metric's own."""

from collections.abc import Mapping
from typing import Any, Final

from loaders.documents import Document

# The slug of the only observation of a metric whose file lists none.
MAIN: Final = "main"
# What a metric repeats of its latest observation.
_REPEATED: Final = ("quantity", "period", "changes", "rank", "status", "note", "citations", "ranked_as")
_NOT_REPEATED: Final = ("printed", "counted", "breaks", "other_reports")


def said_once(metric: Mapping[str, Any]) -> Document:
    """A metric either with its only figure or with its observations, as a file has it."""
    observations = metric.get("observations")
    if observations is None:
        # A release that kept none stored it.
        return dict(metric)
    if [one["slug"] for one in observations] != [MAIN]:
        return {key: value for key, value in metric.items() if key not in _REPEATED}
    own = {key: observations[0][key] for key in (*_REPEATED, *_NOT_REPEATED)}
    return {**{key: value for key, value in metric.items() if key != "observations"}, **own}
