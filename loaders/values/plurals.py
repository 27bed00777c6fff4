"""Bring English words into the singular, so that a word and its plural find each other.

A stemmer such as Snowball's does more than that: it gives "governance" and "government" one stem, which would find
one for the other. Here the number of a word makes no difference, and every other difference remains.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# No plurals, or other words than their singulars.
_KEPT: Final = frozenset(
    {"alias", "arms", "atlas", "bias", "canvas", "chaos", "customs", "economics", "goods", "lens", "news", "physics"}
    | {"plus", "politics", "series", "species", "thus"}
)
_IRREGULAR: Final[Mapping[str, str]] = MappingProxyType(
    {
        "aliases": "alias",
        "analyses": "analysis",
        "appendices": "appendix",
        "atlases": "atlas",
        "biases": "bias",
        "calves": "calf",
        "canvases": "canvas",
        "children": "child",
        "crises": "crisis",
        "criteria": "criterion",
        "diagnoses": "diagnosis",
        "feet": "foot",
        "gases": "gas",
        "geese": "goose",
        "halves": "half",
        "hypotheses": "hypothesis",
        "indices": "index",
        "knives": "knife",
        "leaves": "leaf",
        "lenses": "lens",
        "lives": "life",
        "matrices": "matrix",
        "men": "man",
        "menus": "menu",
        "mice": "mouse",
        "people": "person",
        "phenomena": "phenomenon",
        "quizzes": "quiz",
        "selves": "self",
        "shelves": "shelf",
        "teeth": "tooth",
        "theses": "thesis",
        "thieves": "thief",
        "vertices": "vertex",
        "wives": "wife",
        "wolves": "wolf",
        "women": "woman",
    }
)
# Their endings look like others.
_ONLY_WITH_S: Final = frozenset(
    {"abuses", "caches", "calories", "canoes", "cookies", "excuses", "fuses", "headaches", "movies", "niches"}
    | {"refuses", "reuses", "shoes", "taxis"}
)
# Abbreviations such as GPUs have no vowel before the ending.
_IS_SINGULAR: Final = re.compile(r"(?:[si]s|[aeiouy].*us)$")
_HAS_ES: Final = re.compile(r"(?:ss|x|zz|[cs]h|[^ao]us|o)es$")


def singular(word: str) -> str:
    """The singular of a word in lower case; short words and those with other letters stay as they are."""
    if len(word) < 4 or not (word.isascii() and word.isalpha()) or word in _KEPT:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _ONLY_WITH_S:
        return word[:-1]
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and _HAS_ES.search(word):
        return word[:-2]
    return word if _IS_SINGULAR.search(word) else word.removesuffix("s")
