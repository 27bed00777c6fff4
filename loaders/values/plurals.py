"""Convert English words to the singular, so that a search for either number finds both.

A stemmer such as Snowball's goes further: "governance" and "government" get the same stem, so that a search for one
would find the other. Here only the difference between singular and plural is removed.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Words that are not plurals, or mean something else than their singulars.
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
# Plurals that lose only their s, although other words with these endings lose es or ies.
_ONLY_WITH_S: Final = frozenset(
    {"abuses", "caches", "calories", "canoes", "cookies", "excuses", "fuses", "headaches", "movies", "niches"}
    | {"refuses", "reuses", "shoes", "taxis"}
)
# Abbreviations such as GPUs have no vowel before the ending.
_IS_SINGULAR: Final = re.compile(r"(?:[si]s|[aeiouy].*us)$")
_HAS_ES: Final = re.compile(r"(?:ss|x|zz|[cs]h|[^ao]us|o)es$")


def singular(word: str) -> str:
    """The singular of a lower-case word; short words and words that aren't ASCII letters are unchanged."""
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
