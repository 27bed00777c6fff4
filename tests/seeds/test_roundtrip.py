"""Whatever a district says, it says the same after an export and a load, in each of the formats."""

import io
import unicodedata
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.values.units import UNITS
from seeds.building.district import build, content_hash
from seeds.export import WRITERS, seed_value
from seeds.format.characters import fault_of
from seeds.format.checks import check
from seeds.format.model import District
from seeds.format.reader import Location, Record, read_file
from tests.support.thoroughness import examples

Value: TypeAlias = dict[str, Any]
Values: TypeAlias = st.SearchStrategy[Value]

NASTY = [
    *("no", "on", "Yes", "null", "~", "true", "1e5", "440111", "90.950", "-1", "0x1F", "0o17", "1_000", ".5"),
    *("2025-01", "2025-01-01", "12:30:00", "=", "<<", "---", "...", "-", "- x", "? x", ": x", "a: b", "a:", "a #b"),
    *("#x", "# x", "*x", "&x", "!x", "!!str x", "%YAML 1.2", "@x", "`x`", "| x", "> x", "{x}", "[x]", "{", "]", ","),
    *("'x'", '"x"', 'say "hi"', "it's", "\\", "a\\nb", "\\u0041", "</script>", "x" * 500),
    *("first\nsecond", "first\n\n\n  third", "a\n# b", "a\n- b", "a\n b\nc", "x\n---\ny", "a \nb"),
    *("😀", "🇨🇳", "白云区", "“三片森林”", "𠮷野家", "é", "İ"),
    *("a\tb", "a\n\tb", "a  b", "x\u00a0y", "x\u3000y"),
]  # fmt: skip
SLUGS = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,3}){0,2}", fullmatch=True) | st.sampled_from(
    ["on", "no", "null", "true", "y", "1", "007", "1e5", "0x1f", "2025-01-01"]
)
WORDS = st.sampled_from(NASTY) | (
    st.text(
        st.characters(exclude_categories=["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"]) | st.just("\n"),
        min_size=1,
        max_size=20,
    )
    .map(lambda raw: unicodedata.normalize("NFC", raw.strip()))
    .filter(lambda word: word != "" and word == word.strip() and fault_of(word) is None)
)
TEXTS = st.fixed_dictionaries({"zhHans": WORDS}, optional={"en": WORDS, "zhHant": WORDS})
UNIT_CODES = st.sampled_from(sorted(UNITS))
FIGURES = st.decimals(-(10**20), 10**20, places=3) | st.sampled_from(
    [Decimal(digits) for digits in ("0", "0.000", "-0.0", "90.950", "1" * 34, f"0.{'0' * 33}1")]
)
_SPELLINGS = ["2025", "2025-36", "2024-02-29", "2025-01/2025-09", "2025-01/2025-12", "../2025", "2020/", "2020~/.."]
PERIODS = st.fixed_dictionaries(
    {"kind": st.just("CUMULATIVE"), "label": TEXTS}, optional={"edtf": st.sampled_from(_SPELLINGS)}
) | st.fixed_dictionaries(
    {"kind": st.just("YEAR"), "label": TEXTS},
    optional={"edtf": st.sampled_from(["2025", "2025?", "2025-33/2025-36%"])},
)
RANKS = st.sampled_from(
    [
        {"position": 2, "of": 9},
        {"kind": "PLACE", "position": 2, "scope": "CITY"},
        {"kind": "FIRST", "area": {"zhHans": "广州"}},
        {"kind": "ONLY"},
        {"kind": "LEADING"},
        {"kind": "BAND", "position": 50, "tied": True, "streak": 3},
        {"kind": "TIER", "position": 1, "basis": "LEVEL", "by": {"zhHans": "报"}, "edition": {"zhHans": "第三届"}},
    ]
)
CITATIONS = st.lists(st.fixed_dictionaries({"source": st.just("notice"), "locator": WORDS}), min_size=1, max_size=2)
AWARDS = st.fixed_dictionaries(
    {"name": TEXTS, "kind": st.sampled_from(["AWARD", "PILOT"]), "citations": CITATIONS},
    optional={
        "level": st.just("NATION"),
        "issuer": TEXTS,
        "period": PERIODS,
        "streakYears": st.integers(1, 9),
        "rank": RANKS,
        "note": TEXTS,
    },
)
CHANGES = st.fixed_dictionaries(
    {
        "basis": st.just("TARGET"),
        "direction": st.just("DOWN"),
        "quantity": st.fixed_dictionaries({"value": st.decimals("0.1", 99, places=2), "unit": UNIT_CODES}),
    },
    optional={
        "reference": PERIODS,
        "from": st.fixed_dictionaries({"value": st.decimals("0.1", 99, places=2), "unit": UNIT_CODES}),
        "to": st.fixed_dictionaries({"value": st.decimals("0.1", 99, places=2), "unit": UNIT_CODES}),
        "likeForLike": st.booleans(),
    },
)


def quantities(unit: str) -> Values:
    figure = st.fixed_dictionaries(
        {"value": FIGURES, "unit": st.just(unit)},
        optional={"multiplier": st.integers(0, 18), "comparator": st.sampled_from(["EQ", "GT", "APPROX"])},
    )
    return figure | figure.map(lambda one: {**one, "comparator": "RANGE", "maxValue": Decimal("9" * 34)})


@st.composite
def metrics(draw: st.DrawFn, slug: str, units: dict[str, str | None], listed: frozenset[str]) -> Value:
    """A metric that defines its own indicator, or measures a listed one or that of an earlier metric."""
    indicator = draw(st.sampled_from([slug, *units]))
    unit = units.setdefault(indicator, draw(UNIT_CODES))
    metric = {"slug": slug, "name": draw(TEXTS), "rank": draw(RANKS), "citations": draw(CITATIONS)}
    if indicator != slug or (slug in listed and draw(st.booleans())):
        metric["indicator"] = indicator
    quantity = {"quantity": quantities(unit)} if unit else {}
    changes = st.lists(CHANGES, max_size=2)
    return metric | draw(
        st.fixed_dictionaries(quantity, optional={"period": PERIODS, "changes": changes, "note": TEXTS})
    )


@st.composite
def districts(draw: st.DrawFn) -> Value:
    """Whole districts, with every kind of thing that the format has."""
    slugs = iter(draw(st.lists(SLUGS, min_size=6, max_size=6, unique=True)))
    # Metrics may share their slugs with listed indicators.
    units = {slug: draw(st.none() | UNIT_CODES) for slug in draw(st.lists(SLUGS, max_size=2, unique=True))}
    listed = [{"slug": slug, "name": draw(TEXTS)} | ({"unit": unit} if unit else {}) for slug, unit in units.items()]
    known = frozenset(units)

    def some_metrics() -> list[Value]:
        return [draw(metrics(next(slugs), units, known)) for _ in range(draw(st.integers(0, 3)))]

    def an_award(slug: str) -> Value:
        return {"slug": slug, **draw(AWARDS)}

    cited = {"citations": draw(CITATIONS)}
    systems = [{"slug": "1", "name": draw(TEXTS), "status": "PLANNED"}, {"slug": "2", "name": draw(TEXTS), **cited}]
    initiatives = [
        {"slug": "1", "name": draw(TEXTS), "status": "OPERATING", "metrics": some_metrics(), "systems": systems},
        {
            "slug": "2",
            "name": draw(TEXTS),
            "summary": draw(TEXTS),
            "metrics": some_metrics(),
            "awards": [an_award("3")],
            **cited,
        },
    ]
    return {
        "slug": draw(SLUGS),
        "country": draw(st.sampled_from(("CN", "KR"))),
        **{key: draw(TEXTS) for key in ("name", "city", "province")},
        "strategy": {**draw(TEXTS), **draw(st.sampled_from((cited, {})))},
        "codes": [{"scheme": draw(WORDS), "value": draw(WORDS), "level": "CITY"}],
        "sources": [{"slug": "notice", "title": draw(TEXTS), "kind": "NEWS", "publishedOn": "2025-01-31"}],
        "indicators": listed,
        "awards": [an_award("1")],
        "pillars": [
            {"slug": "1", "name": draw(TEXTS), "initiatives": initiatives, "awards": [an_award("2")]},
            {"slug": "2", "name": draw(TEXTS), "summary": draw(TEXTS)},
        ],
    }


async def only(value: Value) -> AsyncIterator[Value]:
    yield value


def checked(value: Value) -> District:
    found = check(Record(value, Location("drawn", dict)))
    assert isinstance(found, District), [str(problem) for problem in found]
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exported")


@pytest.mark.parametrize("form", ["yaml", "json", "jsonl"])
@given(value=districts())
@settings(max_examples=examples(quick=8, thorough=60))
def test_any_district_comes_back_the_same(folder: Path, form: str, value: Value) -> None:
    content = build(checked(value))
    out = io.StringIO()
    with pytest.raises(StopIteration):  # a writer waits for nothing here, so one step runs it to its end
        WRITERS[form](only(seed_value(dict(content))), out).send(None)
    path = folder / f"district.{form}"
    path.write_text(out.getvalue(), encoding="utf-8")
    [record] = read_file(path)
    assert isinstance(record, Record), record
    back = build(checked(record.value))
    assert back == content
    assert content_hash(back) == content_hash(content)
