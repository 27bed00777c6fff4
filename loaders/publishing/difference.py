"""The difference between a load and the published revision."""

from dataclasses import dataclass
from typing import Final

from loaders.model.revisions import LoadChanges

SLUGS_NAMED: Final = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """The districts that a load adds, changes, removes or leaves unchanged, as slugs."""

    added: frozenset[str]
    changed: frozenset[str]
    removed: frozenset[str]
    unchanged: frozenset[str]

    @property
    def is_empty(self) -> bool:
        """Whether the load changes nothing."""
        return not (self.added or self.changed or self.removed)

    def summary(self) -> LoadChanges:
        """The difference as a revision records it."""
        slugs = sorted(self.added | self.changed | self.removed)
        return {
            "added": len(self.added),
            "changed": len(self.changed),
            "removed": len(self.removed),
            "unchanged": len(self.unchanged),
            "slugs": slugs[:SLUGS_NAMED],
        }
