"""Texts in several languages, and the choice of one of them."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Final

import strawberry
from strawberry import Parent, argument, field

from loaders import texts
from schema.base.context import Context, Info
from schema.base.errors import BadUserInput
from schema.base.languages import MAX_RANGES, is_language_range, look_up, preferred

Languages = Annotated[
    list[str] | None,
    argument(
        description="Language ranges by preference, such as [“zh-HK”, “en”]; without it, the request's "
        "Accept-Language decides. The master text is served when none matches."
    ),
]


def chosen_tags(context: Context, lang: list[str] | None) -> tuple[str, ...]:
    """The language tags to try: for the ranges of the `lang` argument, or else for the request's.

    Raises BadUserInput.
    """
    if lang is None:
        return context.tags
    check_ranges(lang)
    return preferred(tuple(lang))


def check_ranges(lang: Sequence[str]) -> None:
    """Check the language ranges of a `lang` argument. Raises BadUserInput."""
    if len(lang) > MAX_RANGES:
        raise BadUserInput(f'"lang" has {len(lang)} ranges; at most {MAX_RANGES}')
    for wanted in lang:
        if not is_language_range(wanted):
            raise BadUserInput(f'"lang" has {wanted!a}, which is no language range; write zh-Hans, zh-HK or en')


def bind_text(context: Context, lang: list[str] | None = None) -> Callable[[Any], str]:
    """Build the function that computes `LocalizedText.text` in a request."""
    tags, served = chosen_tags(context, lang), context.served

    # The loop of `look_up`, since most of a large answer are texts: a call takes half as long as this.
    def text(document: texts.LocalizedText) -> str:
        forms = document["texts"]
        for tag in tags:
            if tag in forms:
                break
        else:
            tag = document["master"]
        form = forms[tag]
        served.add(tag)
        return form

    return text


def bind_language(context: Context, lang: list[str] | None = None) -> Callable[[Any], str]:
    """Build the function that computes `LocalizedText.language` in a request."""
    tags = chosen_tags(context, lang)
    return lambda document: look_up(document, tags)[0]


def translations_of(document: texts.LocalizedText) -> list[Any]:
    """A text in each of its languages, as documents."""
    derived = document["derived"]
    return [{"language": tag, "text": text, "derived": tag in derived} for tag, text in document["texts"].items()]


@strawberry.type(description="A text as it is in one of its languages.")
class Translation:
    """See `translations_of`."""

    language: str = field(description="The BCP 47 tag that the language has in canonical form: zh-Hans, en, pt-BR.")
    text: str = field(description="The text as it is in that language.")
    derived: bool = field(description="Whether a program made it of another of the texts.")


# The tags of the fields that name their language.
TEXT_FIELDS: Final[Mapping[str, str]] = MappingProxyType({"zhHans": "zh-Hans", "en": "en", "zhHant": "zh-Hant"})


@strawberry.type(description="A text in one or more languages, of which one is the master text.")
class LocalizedText:
    """See `loaders.texts.LocalizedText`."""

    master: str = field(
        description="The BCP 47 tag of the language that the text was written in; the others translate it."
    )
    derived: list[str] = field(
        description="The language tags of forms that a program made of others, such as [“zh-Hant”]."
    )

    @field(description="The text in the language that fits best (RFC 4647 look-up).")
    @staticmethod
    def text(document: Parent[texts.LocalizedText], info: Info, lang: Languages = None) -> str:
        """Choose the text."""
        return bind_text(info.context, lang)(document)

    @field(description="The BCP 47 tag of the language that `text` is in, for the same argument.")
    @staticmethod
    def language(document: Parent[texts.LocalizedText], info: Info, lang: Languages = None) -> str:
        """Choose the language."""
        return bind_language(info.context, lang)(document)

    @field(description="The text in every language that it is in, the master text first.")
    @staticmethod
    def translations(document: Parent[texts.LocalizedText]) -> list[Translation]:
        """List the texts."""
        return translations_of(document)

    @field(description="The text in Simplified Chinese (BCP 47 zh-Hans), null where there is none.")
    @staticmethod
    def zh_hans(document: Parent[texts.LocalizedText]) -> str | None:
        """Read the text."""
        return document["texts"].get(TEXT_FIELDS["zhHans"])

    @field(description="The text in English (BCP 47 en), null where there is none.")
    @staticmethod
    def en(document: Parent[texts.LocalizedText]) -> str | None:
        """Read the text."""
        return document["texts"].get(TEXT_FIELDS["en"])

    @field(
        description="The text in Traditional Chinese (BCP 47 zh-Hant), null where there is none. If a program "
        "derived it, then as Hong Kong writes it; `text` also has what Taiwan writes, for zh-TW."
    )
    @staticmethod
    def zh_hant(document: Parent[texts.LocalizedText]) -> str | None:
        """Read the text."""
        return document["texts"].get(TEXT_FIELDS["zhHant"])
