"""Texts in several languages, and the choice of one of them."""

from collections.abc import Callable
from typing import Annotated, Any

import strawberry
from strawberry import Parent, argument, field

from loaders import texts
from schema.base.context import Context, Info
from schema.base.errors import BadUserInput
from schema.base.languages import MAX_RANGES, is_language_range, look_up, preferred
from schema.base.wording_language import wording_language

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
    return context.tags if lang is None else preferred(_checked(lang))


def chosen_wording(context: Context, lang: list[str] | None) -> str:
    """The tag of the language to word figures in: for the `lang` argument, or else for the request.

    Raises BadUserInput.
    """
    return context.wording if lang is None else wording_language(_checked(lang))


def _checked(lang: list[str]) -> tuple[str, ...]:
    if len(lang) > MAX_RANGES:
        raise BadUserInput(f'"lang" has {len(lang)} ranges; at most {MAX_RANGES}')
    for wanted in lang:
        if not is_language_range(wanted):
            raise BadUserInput(f'"lang" has {wanted!a}, which is no language range; write zh-Hans, zh-HK or en')
    return tuple(lang)


def bind_text(context: Context, lang: list[str] | None = None) -> Callable[[Any], str]:
    """Build the function that computes `LocalizedText.text` in a request."""
    tags, served = chosen_tags(context, lang), context.served

    def text(document: texts.LocalizedText) -> str:
        tag, form = look_up(document, tags)
        served.add(tag)
        return form

    return text


def bind_language(context: Context, lang: list[str] | None = None) -> Callable[[Any], str]:
    """Build the function that computes `LocalizedText.language` in a request."""
    tags = chosen_tags(context, lang)
    return lambda document: look_up(document, tags)[0]


@strawberry.type(description="A text in several languages. Simplified Chinese is the master text.")
class LocalizedText:
    """See `loaders.texts.LocalizedText`."""

    zh_hans: str = field(description="The text in Simplified Chinese (BCP 47 zh-Hans), which is the master text.")
    en: str | None = field(description="The text in English, null where there is none.")
    zh_hant: str | None = field(description="The text in Traditional Chinese (BCP 47 zh-Hant), where there is one.")
    derived: list[str] = field(
        description="The language tags of forms that a program made from the master text, such as [“zh-Hant”]."
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
