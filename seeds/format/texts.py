"""The pydantic model of a text in a seed file: plain in the language of the file, or texts by language tags."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from loaders.values.language_tags import MAX_LENGTH, canonical_tag
from seeds.format.base import Model
from seeds.format.fields import Prose
from seeds.format.problems import shown

DEFAULT_LANGUAGE: Final = "zh-Hans"
UNKNOWN: Final = "und"
# Keys of the first edition's format, which are no tags.
KEYS: Final[Mapping[str, str]] = MappingProxyType({"zh-Hans": "zhHans", "zh-Hant": "zhHant"})
_TAGS: Final = {key: tag for tag, key in KEYS.items()}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TAG_PATTERN: Final = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"


def _known_tag(text: str) -> str:
    if tag := canonical_tag(text):
        return tag
    raise ValueError(f"{shown(text)} is no language tag; {_right_tag(text)}")


def _right_tag(text: str) -> str:
    better = canonical_tag(text.replace("_", "-"))
    return f"write {better}" if better else "write one of BCP 47, such as en, ko or zh-Hant"


Language = Annotated[
    str, Field(max_length=MAX_LENGTH, json_schema_extra={"pattern": _TAG_PATTERN}), AfterValidator(_known_tag)
]


def language_of(value: Any) -> str:
    """The language of a record, where a text says no other; `UNKNOWN` if what the record says is none."""
    if not isinstance(value, dict) or "language" not in value:
        return DEFAULT_LANGUAGE
    given = value["language"]
    return (canonical_tag(given) if isinstance(given, str) else None) or UNKNOWN


class LocalizedText(Model):
    """One text: plain in the language of its file, or by language tags, of which one is the master.

    The master is in the language of the file, or in the one that `master` names; the others translate it.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Prose] = Field(init=False)
    master_tag: Language | None = Field(default=None, alias="master")
    _master: str = PrivateAttr()
    _texts: dict[str, str] = PrivateAttr()

    @model_validator(mode="before")
    @classmethod
    def _check_keys(cls, given: Any, info: ValidationInfo) -> Any:
        if isinstance(given, str):
            return {_language(info): given}
        if isinstance(given, dict):
            fields = [field.alias or name for name, field in cls.model_fields.items()]
            if problems := list(_problems_with_keys(given, fields)):
                raise _at_keys(problems)
        return given

    @model_validator(mode="after")
    def _read_tags(self, info: ValidationInfo) -> Self:
        self._master = self.master_tag or _language(info)
        self._texts = {_tag_of(key) or key: text for key, text in self.__pydantic_extra__.items()}
        if self._master not in {*self._texts, UNKNOWN}:
            raise ValueError(self._without_master(list(self._texts)))
        return self

    def _without_master(self, tags: list[str]) -> str:
        master = KEYS.get(self._master, self._master)
        which = "its master" if self.master_tag else "the language of the file"
        other = f", or write master: {tags[0]}" if tags else ""
        return f"the text is missing in {master}, {which}; write {master}: and the text{other}"

    @property
    def master(self) -> str:
        """The tag of the text that the others translate."""
        return self._master

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts by their canonical tags."""
        return self._texts

    @property
    def original(self) -> str:
        """The master text."""
        return self._texts[self._master]

    @model_serializer
    def _written(self) -> dict[str, str]:
        return written_text(self._master, self._texts, DEFAULT_LANGUAGE)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        whole = handler(core_schema)
        found = handler.resolve_ref_schema(whole)
        text = found["additionalProperties"]
        mapping: JsonSchemaValue = {
            "type": "object",
            "properties": {**found["properties"], **dict.fromkeys((*KEYS.values(), "en"), text)},
            "patternProperties": {_TAG_PATTERN: text},
            "additionalProperties": False,
        }
        described: JsonSchemaValue = {key: found[key] for key in ("title", "description") if key in found}
        found.clear()
        found |= {**described, "anyOf": [text, mapping]}
        return whole


def context_of(value: Any) -> dict[str, str]:
    """The context in which pydantic validates a record."""
    return {"language": language_of(value)}


def explicit_text(given: Any, language: str) -> Any:
    """A valid text of a file in a language, as one that says its master."""
    return {"master": language, language: given} if isinstance(given, str) else {"master": language, **given}


def written_text(master: str, texts: Mapping[str, str], language: str) -> dict[str, str]:
    """A text as a mapping of a file in a language, whose master is left out if it is that."""
    named = {} if master == language else {"master": master}
    return named | {KEYS.get(tag, tag): text for tag, text in texts.items()}


def _tag_of(key: str) -> str | None:
    return _TAGS.get(key) or canonical_tag(key)


def _problems_with_keys(given: Mapping[str, Any], fields: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The keys that are no field and no tag, or another spelling of a tag, and what is wrong with them."""
    written: dict[str, str] = {}
    for key in given:
        # pydantic tells of half a surrogate pair.
        if key in fields or _SURROGATE.search(key):
            continue
        if (tag := _tag_of(key)) is None:
            close = get_close_matches(key, (*KEYS.values(), "en", *fields), 1)
            right = f"did you mean {close[0]}?" if close else _right_tag(key)
            yield key, f"is not a field of the format and no language tag; {right}"
        elif written.setdefault(tag, key) != key:
            yield key, f"{written[tag]} and {key} are one language, {tag}; keep one of them"


def _language(info: ValidationInfo) -> str:
    language: str = (info.context or {}).get("language", DEFAULT_LANGUAGE)
    return language


def _at_keys(problems: Iterable[tuple[str, str]]) -> ValidationError:
    found = [
        InitErrorDetails(
            type=PydanticCustomError("language", "{message}", {"message": message}), loc=(key,), input=key
        )
        for key, message in problems
    ]
    return ValidationError.from_exception_data("text", found)
