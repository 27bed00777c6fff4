"""The types of stored texts and citations; those of documents are in `loaders.documents`."""

from typing import TypedDict


class LocalizedText(TypedDict):
    """One text in several languages; `derived` has the BCP 47 tags of forms that were generated."""

    zh_hans: str
    en: str | None
    zh_hant: str | None
    derived: list[str]


class Name(LocalizedText):
    """A searchable text; `folded` has all its forms, folded by `loaders.values.folding`."""

    folded: str


class OrderedName(Name):
    """A name with sort keys: `sort_zh` by pinyin, `sort_en` without regard to case (`seeds.building.collation`)."""

    sort_zh: str
    sort_en: str | None


class Citation(TypedDict):
    """The evidence of a statement: a `source` (its slug) and a place in it."""

    source: str
    locator: str


class Strategy(LocalizedText):
    """What guides the work of a district, and where it is published."""

    citations: list[Citation]
