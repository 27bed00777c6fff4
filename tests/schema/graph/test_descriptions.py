"""Every description is a sentence for people who never saw the data."""

import re
from typing import Final

from graphql import specified_scalar_types

from tests.schema.graph.test_contract import descriptions

# A sentence has one of these; add the verb of a new description.
VERB: Final = re.compile(
    r"\b("
    r"agree|allow|allows|appear|appears|applies|apply|are|asked|be|been|began|begin|begins|begun|belong"
    r"|belongs|changed|chosen|cited|claim|claims|come|comes|compare|compares|counted|covers"
    r"|decides|defines|describe|differ|differs|do|does|ends|examines|fell|find|finds|fits|follow|follows"
    r"|found|give|given|gives|go|goes|grew|grow|grows|guides|had|happened|has|have|held|hold|holds|is|known"
    r"|left|lie|lies|loaded|made|make|makes|marks|matches|may|mean|means"
    r"|measure|measured|measures|meet|meets|moved|multiplied|must|named|names|need|needed|needs|omit"
    r"|ordered|pass|printed|prints|publish|published|publishes|ranked|reads|resume"
    r"|rose|run|runs|said|say|says|select|selected|stand|stands|stayed|stop|stopped|take|taken|takes|tells"
    r"|use|used|uses|want|wanted|was|were|will|write|writes|written"
    r")\b",
    re.IGNORECASE,
)
LITTLE: Final = re.compile(
    r"a|all|an|and|are|at|by|for|how|in|is|it|its|of|one|or|own|that|the|this|to|what|which", re.IGNORECASE
)
OWN: Final = [(name, text or "") for name, text in descriptions() if name not in specified_scalar_types]


def said_by(coordinate: str, description: str) -> list[str]:
    """The words of a description that say more than the name of what it describes."""
    own = {word.lower().rstrip("s") for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", coordinate)}
    words = [word for word in re.findall(r"[a-z]+", description.lower()) if not LITTLE.fullmatch(word)]
    return [word for word in words if word.rstrip("s") not in own]


def test_no_description_is_too_short() -> None:
    assert len(OWN) > 1_000
    assert [name for name, text in OWN if len(text.split()) < 4] == []


def test_every_description_has_a_verb_and_a_full_stop() -> None:
    assert [(name, text) for name, text in OWN if not VERB.search(text)] == []
    assert [(name, text) for name, text in OWN if not text.endswith(".")] == []


def test_no_description_only_repeats_the_name() -> None:
    assert [(name, text) for name, text in OWN if not said_by(name, text)] == []


def test_a_description_that_says_nothing_would_be_found() -> None:
    assert said_by("AreaLevel.CITY", "The area is a city.") == []
    assert said_by("Metric.observations", "All its observations.") == []
    assert said_by("Metric.observations", "All the figures that it has.") == ["figures", "has"]
    assert not VERB.search("The district itself.")
