"""The types of stored texts and citations; those of documents are in `loaders.documents`."""

from typing import TypedDict


class LocalizedText(TypedDict):
    """One text in several languages, by their canonical BCP 47 tags (`loaders.values.language_tags`).

    master: the tag of the text that the others translate; it comes first in `texts`, followed by the others by tag.
    derived: the tags of those that a program made of others.
    """

    master: str
    texts: dict[str, str]
    derived: list[str]


class Name(LocalizedText):
    """A searchable text; `folded` has all its forms, folded by `loaders.values.folding`."""

    folded: str


class OrderedName(Name):
    """A name with sort keys (`seeds.building.collation`).

    sort_zh: by pinyin, of the Chinese text or else the master. sort_en: without regard to case and accents, of the
    English text or else a master in Latin letters.
    """

    sort_zh: str
    sort_en: str | None


class Citation(TypedDict):
    """The evidence of a statement: a `source` (its slug) and a place in it."""

    source: str
    locator: str


class Strategy(LocalizedText):
    """What guides the work of a district, and where it is published."""

    citations: list[Citation]
