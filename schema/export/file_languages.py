"""The languages of the texts in a flat file: every form, the best of some languages, or several side by side.

Languages side by side are tags between commas, `lang=en,zh-Hans`: the first chooses the text that every row has, and
each further one adds the text in that language, where there is one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from loaders.values.language_tags import canonical_tag
from schema.base.languages import tags_in_language
from schema.export.export_rows import TRANSLATIONS, Record
from schema.export.url_filters import WrongParameter
from schema.types.texts import check_ranges

MAX_LANGUAGES: Final = 10


@dataclass(frozen=True, slots=True)
class FileLanguages:
    """The languages of a file.

    ranges: those that a text is chosen by, best first; empty for all forms of each text. further: the canonical tags
    of the languages beside it.
    """

    ranges: tuple[str, ...] = ()
    further: tuple[str, ...] = ()

    @property
    def in_one_language(self) -> bool:
        """Whether a text is chosen, in place of all its forms."""
        return bool(self.ranges)

    @property
    def query(self) -> str:
        """The query of a URL that gives them, with its question mark; empty for every language."""
        values = [",".join((*self.ranges, *self.further))] if self.further else self.ranges
        return f"?{urlencode([('lang', value) for value in values])}" if values else ""


EVERY_LANGUAGE: Final = FileLanguages()


def read_languages(values: Sequence[str]) -> FileLanguages:
    """Read the values of `lang`. Raises WrongParameter, and BadUserInput for an invalid language range."""
    if not any("," in value for value in values):
        check_ranges(values)
        return FileLanguages(tuple(values))
    if len(values) > 1:
        raise WrongParameter('"lang" with commas has all languages of the file; give it once')
    wanted = [one.strip() for one in values[0].split(",")]
    if len(wanted) > MAX_LANGUAGES:
        raise WrongParameter(f'"lang" has {len(wanted)} languages; at most {MAX_LANGUAGES}')
    tags: list[str] = []
    for one in wanted:
        tag = canonical_tag(one)
        if tag is None:
            raise WrongParameter(f'"lang" has {one!a}, which is no known language; write tags, as in lang=en,zh-Hans')
        if tag in tags:
            raise WrongParameter(f'"lang" has {tag} twice; name each language once')
        tags.append(tag)
    return FileLanguages((tags[0],), tuple(tags[1:]))


def suffix_of(tag: str) -> str:
    """The ending of the columns of a language: `_pt_br`."""
    return "_" + tag.lower().replace("-", "_")


def translation_in(tag: str, translations: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The one of a text's translations that is in a language."""
    by_tag = {one["language"]: one for one in translations}
    return next((by_tag[found] for found in tags_in_language(tag) if found in by_tag), None)


def with_translations_in(tags: Sequence[str], record: Record) -> Record:
    """A record whose texts have only the translations in some languages, in their order."""
    return {key: _kept(tags, key, value) for key, value in record.items()}


def _kept(tags: Sequence[str], key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return with_translations_in(tags, value)
    if not isinstance(value, list):
        return value
    if key == TRANSLATIONS:
        return list(_in_order(tags, value))
    return [with_translations_in(tags, one) if isinstance(one, dict) else one for one in value]


def _in_order(tags: Sequence[str], translations: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for tag in tags:
        if found := translation_in(tag, translations):
            yield found
