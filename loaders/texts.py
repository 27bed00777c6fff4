"""The types of stored texts; those of documents are in `loaders.documents`."""

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
