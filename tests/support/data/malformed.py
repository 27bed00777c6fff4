"""Malformed seed files: each with one fault, and the line, field and reason that the error must have.

Most are one of three correct texts with one piece replaced; places and reasons are written by hand.
"""
# ruff: noqa: E501

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from seeds.format.reader import MAX_FILE_BYTES, MAX_RECORD_BYTES

YAML = """\
slug: synthetic-a
name: {zhHans: 示例区, en: Sample}
city: {zhHans: 示例市}
country: CN
codes:
  - {scheme: synthetic, value: 440111, level: DISTRICT}
sources:
  - slug: notice
    title: {zhHans: 通知}
    kind: NEWS
    url: https://example.org/notice
    publishedOn: 2025-01-31
    language: zh-Hans
indicators:
  - slug: coverage
    name: {zhHans: 覆盖率}
    unit: percent
awards:
  - slug: first-award
    name: {zhHans: 奖}
    kind: AWARD
    rank: {kind: PLACE, position: 1}
    citations: [{source: notice, locator: L1}]
pillars:
  - slug: services
    name: {zhHans: 服务}
    initiatives:
      - slug: hotline
        name: {zhHans: 热线}
        systems:
          - slug: desk
            name: {zhHans: 平台}
        metrics:
          - slug: share
            name: {zhHans: 占比}
            indicator: coverage
            quantity:
              value: 90.950
              unit: percent
            period:
              kind: YEAR
              edtf: 2025
              label: {zhHans: 2025年}
            changes:
              - basis: YEAR_ON_YEAR
                direction: UP
                quantity: {value: 1.5, unit: percentage-point}
            citations:
              - source: notice
                locator: L2
  - slug: economy
    name: {zhHans: 经济}
    initiatives:
      - slug: chips
        name: {zhHans: 芯片}
"""

JSON = """\
{
  "slug": "synthetic-a", "country": "CN",
  "name": {"zhHans": "示例区"},
  "city": {"zhHans": "示例市"},
  "province": {"zhHans": "示例省"},
  "sources": [{"slug": "notice", "title": {"zhHans": "通知"}, "kind": "NEWS"}],
  "pillars": [{"slug": "services", "name": {"zhHans": "服务"}, "initiatives": [{
    "slug": "hotline", "name": {"zhHans": "热线"}, "metrics": [{
      "slug": "share", "name": {"zhHans": "占比"},
      "quantity": {
        "value": 90.950,
        "unit": "percent"
      },
      "citations": [{"source": "notice", "locator": "L2"}]
    }]
  }]}]
}
"""

LINES = """\
{"slug": "synthetic-1", "country": "CN", "name": {"zhHans": "一"}, "city": {"zhHans": "市"}, "province": {"zhHans": "省"}}
{"slug": "synthetic-2", "country": "CN", "name": {"zhHans": "二"}, "city": {"zhHans": "市"}, "province": {"zhHans": "省"}}
{"slug": "synthetic-3", "country": "CN", "name": {"zhHans": "三"}, "city": {"zhHans": "市"}, "province": {"zhHans": "省"}}
"""


@dataclass(frozen=True)
class Malformed:
    """One file with one fault; `content` is its bytes or what makes it. `message` is a part of the error."""

    name: str
    suffix: str
    content: bytes | Callable[[Path], object]
    line: int
    path: str
    message: str

    def put(self, folder: Path) -> Path:
        """Make the file in a folder."""
        path = folder / f"{self.name.replace(' ', '-')}{self.suffix}"
        if isinstance(self.content, bytes):
            path.write_bytes(self.content)
        else:
            self.content(path)
        return path


def changed(text: str, old: str, new: str) -> bytes:
    """Exchange one piece of a text for another."""
    assert text.count(old) == 1, (old, text.count(old))
    return text.replace(old, new).encode()


def yaml(name: str, old: str, new: str, line: int, path: str, message: str) -> Malformed:
    return Malformed(name, ".yaml", changed(YAML, old, new), line, path, message)


def json(name: str, old: str, new: str, line: int, path: str, message: str) -> Malformed:
    return Malformed(name, ".json", changed(JSON, old, new), line, path, message)


def lines(name: str, old: str, new: str, line: int, path: str, message: str) -> Malformed:
    return Malformed(name, ".jsonl", changed(LINES, old, new), line, path, message)


def _over_size(path: Path) -> None:
    # Sparse: it takes no room on the disk.
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)


_QUANTITY = "pillars[0].initiatives[0].metrics[0].quantity"
_PERIOD = "pillars[0].initiatives[0].metrics[0].period"
_CHANGE = "pillars[0].initiatives[0].metrics[0].changes[0]"
_CITATION = "pillars[0].initiatives[0].metrics[0].citations[0]"
_CITED = "citations: [{source: notice, locator: L3}]"
_CHIPS = "        name: {zhHans: 芯片}\n"
_FIGURE = '"value": 90.950'
_SPAN = "edtf: 2025"
_DAY = "2025-01-31"
_ONE_CITATION = "[{source: notice, locator: L1}]"
_PLACE = "{kind: PLACE, position: 1}"
_CHANGED_BY = "{value: 1.5, unit: percentage-point}"
_SECOND = YAML.replace("slug: synthetic-a", "slug: synthetic-b")
_LAUGHS = b"a: &a [ha, ha, ha]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: &d [*c, *c, *c]\nslug: *d\n"

# One row a case, however wide: columns are easier to compare than calls broken over lines.
# fmt: off
WRONG_TYPES = (
    yaml("text for a figure", "90.950", "about ninety", 38, f"{_QUANTITY}.value", "a number written out in digits"),
    yaml("true for a figure", "90.950", "true", 38, f"{_QUANTITY}.value", "a number written out in digits"),
    yaml("list for a figure", "90.950", "[90.950]", 38, f"{_QUANTITY}.value", "a number written out in digits"),
    yaml("number for text", "Sample", "7", 2, "name.en", "7 must be text, not a number; put it in quotes"),
    yaml("figure for text", "Sample", "7.5", 2, "name.en", "7.5 must be text, not a number; put it in quotes"),
    yaml("true for text", "Sample", "true", 2, "name.en", "true must be text, not true or false; put it in quotes"),
    yaml("nothing for text", "zhHans: 示例市", "zhHans: null", 3, "city.zhHans", "must be text, not nothing"),
    yaml("list for text", "示例市", "[市]", 3, "city.zhHans", "must be text, not a list"),
    yaml("number for a text without a language", "{zhHans: 示例市}", "7", 3, "city", "7 must be a text, or texts by language as in {en: …, ko: …}, not a number"),
    yaml("list for a text with languages", "{zhHans: 示例市}", "[市]", 3, "city", "must be a text, or texts by language as in {en: …, ko: …}, not a list"),
    yaml("object for list", _ONE_CITATION, "{}", 23, "awards[0].citations", "must be a list, not an object"),
    yaml("text for list", _ONE_CITATION, "L1", 23, "awards[0].citations", "'L1' must be a list, not text"),
    yaml("fraction as multiplier", "1.5,", "1.5, multiplier: 2.5,", 47, f"{_CHANGE}.quantity.multiplier", "2.5 must be a whole number"),
    yaml("text as multiplier", "1.5,", '1.5, multiplier: "2",', 47, f"{_CHANGE}.quantity.multiplier", "'2' must be a whole number"),
    yaml("true as multiplier", "1.5,", "1.5, multiplier: true,", 47, f"{_CHANGE}.quantity.multiplier", "true must be a whole number"),
    yaml("object for a closed set", "kind: NEWS", "kind: {a: b}", 10, "sources[0].kind", "must be one of 'GOVERNMENT_NOTICE'"),
    Malformed("list of scalars", ".yaml", b"- 1\n- 2\n", 1, "", "an object with at least slug, name, country, not a list"),
    Malformed("list of lists", ".json", b"[\n[]\n]", 2, "[0]", "an object with at least slug, name, country, not a list"),
    Malformed("scalar in YAML", ".yaml", b"# no\nbaiyun\n", 2, "", "'baiyun' must be an object"),
    Malformed("scalar in JSON", ".json", b"\n440111", 2, "", "440111 must be an object"),
    Malformed("nothing in JSON", ".json", b"null", 1, "", "must be an object with at least slug, name, country, not nothing"),
    lines("list in JSON Lines", '{"slug": "synthetic-2"', '[{"slug": "synthetic-2"', 2, "", "this is not JSON"),
)

LANGUAGES = (
    yaml("unknown language of the file", "slug: synthetic-a\n", "slug: synthetic-a\nlanguage: Korean\n", 2, "language", "'Korean' is no language tag; write one of BCP 47, such as en, ko or zh-Hant"),
    yaml("underscore in the language of the file", "slug: synthetic-a\n", "slug: synthetic-a\nlanguage: pt_br\n", 2, "language", "'pt_br' is no language tag; write pt-BR"),
    yaml("unknown region", "en: Sample", "en-XX: Sample", 2, "name.en-XX", "is not a field of the format and no language tag"),
    yaml("underscore in a tag", "en: Sample", "ko_KR: Sample", 2, "name.ko_KR", "and no language tag; write ko-KR"),
    yaml("two spellings of a tag", "en: Sample", "zh-CN: 示例", 2, "name.zh-CN", "zhHans and zh-CN are one language, zh-Hans; keep one of them"),
    yaml("two cases of a tag", "en: Sample", "en: Sample, EN: Sample", 2, "name.EN", "en and EN are one language, en; keep one of them"),
    yaml("no text in the language of the file", "{zhHans: 示例市}", "{en: Sample}", 3, "city", "the text is missing in zhHans, the language of the file; write zhHans: and the text, or write master: en"),
    yaml("no text in the master", "{zhHans: 示例市}", "{master: ko, en: City, zhHans: 市}", 3, "city", "the text is missing in ko, its master; write ko: and the text, or write master: en"),
    yaml("no text at all", "{zhHans: 示例市}", "{}", 3, "city", "the text is missing in zhHans, the language of the file"),
    yaml("unknown master", "{zhHans: 示例市}", "{master: en_US, en-US: City}", 3, "city.master", "'en_US' is no language tag; write en-US"),
    yaml("empty text without a language", "{zhHans: 示例市}", '""', 3, "city", "'' must not be empty"),
    yaml("empty text in a language", "en: Sample", 'ko: ""', 2, "name.ko", "'' must not be empty"),
    yaml("white space in a text without a language", "{zhHans: 示例市}", '" 市"', 3, "city", "begins or ends with white space; remove it"),
    yaml("unknown key of a strategy", "awards:\n", "strategy: {zhHans: 略, citation: [{source: notice, locator: L1}]}\nawards:\n", 18, "strategy.citation", "did you mean citations?"),
)

KEYS = (
    yaml("misspelt key", "publishedOn", "publishdOn", 12, "sources[0].publishdOn", "did you mean publishedOn?"),
    yaml("snake case key", "publishedOn", "published_on", 12, "sources[0].published_on", "did you mean publishedOn?"),
    yaml("unknown key", "en: Sample", "colour: red", 2, "name.colour", "is not a field of the format and no language tag; write one of BCP 47, such as en, ko or zh-Hant"),
    yaml("derived key", "codes:", "pillarCount: 2\ncodes:", 5, "pillarCount", "is not a field of the format"),
    json("unknown key in JSON", '"unit": "percent"', '"unit": "percent",\n"colour": 1', 13, f"{_QUANTITY}.colour", "known fields: value, multiplier"),
    lines("unknown key in JSON Lines", '"synthetic-2",', '"synthetic-2", "nmae": 1,', 2, "nmae", "did you mean name?"),
    Malformed("endless key", ".jsonl", LINES.replace('"synthetic-2",', f'"synthetic-2", "{"k" * 9999}": 1,').encode(), 2, f"['{'k' * 59}…]", "is not a field"),
    yaml("missing in a source", "    kind: NEWS\n", "", 8, "sources[0].kind", "is missing; it is required"),
    yaml("missing at the top", "country: CN\n", "", 1, "country", "is missing; it is required"),
    json("missing in JSON", ', "locator": "L2"', "", 14, f"{_CITATION}.locator", "is missing; it is required"),
    yaml("key twice", "codes:", "city: {zhHans: 市}\ncodes:", 5, "city", "this key is repeated (first on line 3); keep one of them"),
    yaml("key twice in flow", "{zhHans: 示例市}", "{zhHans: 示例市, zhHans: 市}", 3, "city.zhHans", "is repeated (first on line 3)"),
    json("key twice in JSON", '"province"', '"city": {},\n"province"', 5, "city", "this key is repeated; keep one of them"),
    json("key twice deep in JSON", '"unit": "percent"', '"unit": "percent",\n"un\\u0069t": "cny"', 13, f"{_QUANTITY}.unit", "this key is repeated"),
    lines("key twice in JSON Lines", '"synthetic-2",', '"synthetic-2", "slug": 1,', 2, "slug", "this key is repeated"),
    Malformed("key twice before a break", ".json", b'[\n{"slug": "a",\n"slug": "b"}', 3, "[0].slug", "this key is repeated"),
)

REPEATED_SLUGS = (
    yaml("pillar twice", "economy", "services", 51, "pillars[1].slug", "'services' is taken by another pillar (line 25)"),
    yaml("initiative twice", "chips", "hotline", 54, "pillars[1].initiatives[0].slug", "'hotline' is taken by another initiative (line 28)"),
    yaml("metric twice", _CHIPS, f"{_CHIPS}        metrics: [{{slug: share, name: {{zhHans: 比}}, quantity: {{value: 1, unit: cny}}, {_CITED}}}]\n", 56, "pillars[1].initiatives[0].metrics[0].slug", "'share' is taken by another metric (line 34)"),
    yaml("award twice", _CHIPS, f"{_CHIPS}        awards: [{{slug: first-award, name: {{zhHans: 奖}}, kind: AWARD, {_CITED}}}]\n", 56, "pillars[1].initiatives[0].awards[0].slug", "'first-award' is taken by another award (line 19)"),
    yaml("award twice in a pillar", "    name: {zhHans: 经济}\n", f"    name: {{zhHans: 经济}}\n    awards: [{{slug: first-award, name: {{zhHans: 奖}}, kind: AWARD, {_CITED}}}]\n", 53, "pillars[1].awards[0].slug", "'first-award' is taken by another award (line 19)"),
    yaml("source twice", "indicators:", "  - {slug: notice, title: {zhHans: 又}, kind: NEWS}\nindicators:", 14, "sources[1].slug", "'notice' is taken by another source (line 8)"),
    yaml("indicator twice", "awards:", "  - {slug: coverage, name: {zhHans: 又}, unit: percent}\nawards:", 18, "indicators[1].slug", "'coverage' is taken by another indicator (line 15)"),
    yaml("system twice", "        metrics:", "          - {slug: desk, name: {zhHans: 又}}\n        metrics:", 33, "pillars[0].initiatives[0].systems[1].slug", "'desk' is taken by another system (line 31)"),
    Malformed("district twice in YAML", ".yaml", f"{YAML}---\n{YAML}".encode(), 57, "slug", "district 'synthetic-a' is also at "),
    Malformed("district twice in JSON", ".json", f"[{JSON},\n{JSON}]".encode(), 20, "[1].slug", "district 'synthetic-a' is also at "),
    lines("district twice in JSON Lines", "synthetic-3", "synthetic-1", 3, "slug", "also at "),
    Malformed("source described otherwise", ".yaml", f"{YAML}---\n{_SECOND.replace(_DAY, '2025-02-01')}".encode(), 64, "sources[0]", "'notice' is described differently at "),
    Malformed("indicator described otherwise", ".yaml", f"{YAML}---\n{_SECOND.replace('覆盖率', '率')}".encode(), 71, "indicators[0]", "describe it the same way, or give it a slug of its own"),
)

REFERENCES = (
    yaml("no such source", "source: notice\n", "source: notise\n", 49, f"{_CITATION}.source", "'notise' is not a source of this document; sources: notice"),
    yaml("no such source for the strategy", "awards:\n", "strategy: {zhHans: 略, citations: [{source: press, locator: L1}]}\nawards:\n", 18, "strategy.citations[0].source", "'press' is not a source"),
    yaml("no such source for an initiative", "{zhHans: 热线}", "{zhHans: 热线}\n        citations: [{source: press, locator: L1}]", 30, "pillars[0].initiatives[0].citations[0].source", "'press' is not a source"),
    yaml("no such source for a system", "{zhHans: 平台}", "{zhHans: 平台}\n            citations: [{source: press, locator: L1}]", 33, "pillars[0].initiatives[0].systems[0].citations[0].source", "'press' is not a source"),
    yaml("no citation of an initiative", "{zhHans: 热线}", "{zhHans: 热线}\n        citations: []", 30, "pillars[0].initiatives[0].citations", "must have at least 1 item"),
    yaml("no such source for an award", "notice, locator: L1", "press, locator: L1", 23, "awards[0].citations[0].source", "'press' is not a source"),
    json("no sources at all", '  "sources": [{"slug": "notice", "title": {"zhHans": "通知"}, "kind": "NEWS"}],\n', "", 13, f"{_CITATION}.source", "sources: none"),
    yaml("no such indicator", "indicator: coverage", "indicator: cover", 36, "pillars[0].initiatives[0].metrics[0].indicator", "'cover' is not an indicator of this document; add it"),
    yaml("no such unit", "unit: percent\n            period", "unit: bushel\n            period", 39, f"{_QUANTITY}.unit", "'bushel' is not a unit of the registry; see docs/reference/units.md"),
    yaml("rate per unknown unit", "unit: percent\n            period", "unit: cny-per-persons\n            period", 39, f"{_QUANTITY}.unit", "'persons' is not a unit of the registry; did you mean person"),
    yaml("per beside a unit", "unit: percent\n            period", "unit: cny\n              per: person\n            period", 40, f"{_QUANTITY}.per", "is not a field of the format; name both units in unit, such as cny-per-person"),
    yaml("rate of a ratio", "unit: percent\n            period", "unit: percent-per-day\n            period", 39, f"{_QUANTITY}.unit", "'percent' is no amount and can't be divided; a rate is of two amounts, such as cny-per-person"),
    yaml("rate per itself", "unit: percent\n            period", "unit: person-per-person\n            period", 39, f"{_QUANTITY}.unit", "'person' per itself is a share; use percent, permille or times"),
    yaml("misspelt unit", "unit: percent\n            period", "unit: percents\n            period", 39, f"{_QUANTITY}.unit", "'percents' is not a unit of the registry; did you mean percent"),
    yaml("not the unit of the indicator", "unit: percent\n            period", "unit: cny\n            period", 39, f"{_QUANTITY}.unit", "'cny' is not the unit of indicator 'coverage' (percent); make them agree"),
    yaml("an indicator without unit", "    unit: percent\nawards", "awards", 38, f"{_QUANTITY}.unit", "'percent' is not the unit of indicator 'coverage' (it has none)"),
    yaml(
        "not the unit of the metric that defines it",
        _CHIPS,
        f"{_CHIPS}        metrics:\n          - {{slug: yuan, name: {{zhHans: 元}}, quantity: {{value: 1, unit: cny}}, {_CITED}}}\n          - {{slug: rate, indicator: yuan, name: {{zhHans: 率}}, quantity: {{value: 1, unit: percent}}, {_CITED}}}\n",
        58,
        "pillars[1].initiatives[0].metrics[1].quantity.unit",
        "'percent' is not the unit of indicator 'yuan' (cny)",
    ),
)

WORDS = (
    yaml("slug with capitals", "desk", "Help-Desk", 31, "pillars[0].initiatives[0].systems[0].slug", "'Help-Desk' must be lower-case ASCII words joined by hyphens"),
    yaml("slug in Chinese", "synthetic-a", "白云", 1, "slug", "'白云' must be lower-case ASCII words"),
    yaml("slug that ends with a hyphen", "synthetic-a", "synthetic-", 1, "slug", "must be lower-case ASCII words"),
    json("slug with a line break", "synthetic-a", "synthetic\\n", 2, "slug", r"'synthetic\n' must be lower-case ASCII words"),
    yaml("slug too long", "synthetic-a", "a" * 81, 1, "slug", "may have at most 80 characters"),
    yaml("no language tag", "zh-Hans", "Chinese!", 13, "sources[0].language", "'Chinese!' must be a BCP 47 language tag"),
    yaml("url of another scheme", "https://example.org/notice", "javascript:alert(1)", 11, "sources[0].url", "begins with https:// or http://"),
    yaml("url that can't be taken apart", "https://example.org/notice", '"http://["', 11, "sources[0].url", "names a host"),
    yaml("url with a space", "org/notice", "org/a notice", 11, "sources[0].url", "has no white space"),
    yaml("not one of a closed set", "kind: NEWS", "kind: GOSSIP", 10, "sources[0].kind", "'GOSSIP' must be one of 'GOVERNMENT_NOTICE', 'NEWS', "),
    yaml("unit without end", "unit: percent\n            period", f"unit: {'u' * 9999}\n            period", 39, f"{_QUANTITY}.unit", f"'{'u' * 59}… is not a unit"),
)

TIMES = (
    yaml("a day that no month has", _DAY, "2025-02-30", 12, "sources[0].publishedOn", "'2025-02-30' is not a calendar day"),
    yaml("date with slashes", _DAY, "2025/01/31", 12, "sources[0].publishedOn", "a date is written YYYY-MM-DD, such as 2025-11-14"),
    yaml("date in words", _DAY, "soon", 12, "sources[0].publishedOn", "a date is written YYYY-MM-DD"),
    yaml("date of a year only", _DAY, "2025", 12, "sources[0].publishedOn", "a date is written YYYY-MM-DD"),
    yaml("date with wide digits", _DAY, "２０２５-01-31", 12, "sources[0].publishedOn", "a date is written YYYY-MM-DD"),
    yaml("month 13", _SPAN, "edtf: 2025-13", 42, f"{_PERIOD}.edtf", "'2025-13' has no month 13; write 01 to 12"),
    yaml("quarter as many write it", _SPAN, "edtf: 2025-Q3", 42, f"{_PERIOD}.edtf", "'2025-Q3' is written 2025-35 in EDTF"),
    yaml("half as many write it", _SPAN, "edtf: 2025H1", 42, f"{_PERIOD}.edtf", "'2025H1' is written 2025-40 in EDTF"),
    yaml("empty edtf", _SPAN, 'edtf: ""', 42, f"{_PERIOD}.edtf", "'' is not an EDTF date; write a year (2025)"),
    yaml("year of a quarter", _SPAN, "edtf: 2025-33", 40, _PERIOD, "edtf 2025-33 is of kind QUARTER, not YEAR; make them agree"),
    yaml("year of nine months", _SPAN, "edtf: 2025-01/2025-09", 40, _PERIOD, "edtf 2025-01/2025-09 is of kind RANGE, not YEAR"),
    yaml("edtf of no day", _SPAN, "edtf: 2025-02-30", 42, f"{_PERIOD}.edtf", "'2025-02-30' is not a calendar day"),
    yaml("edtf in words", _SPAN, "edtf: 2025年", 42, f"{_PERIOD}.edtf", "'2025年' is written 2025 in EDTF"),
    yaml("edtf with wide digits", _SPAN, "edtf: ２０２５", 42, f"{_PERIOD}.edtf", "'２０２５' is written 2025 in EDTF"),
    yaml("edtf of year 0", _SPAN, 'edtf: "0000"', 42, f"{_PERIOD}.edtf", "year 0000 is out of range"),
    yaml("reversed interval", _SPAN, "edtf: 2025-06/2025-01", 42, f"{_PERIOD}.edtf", "the interval ends (2025-01) before it starts (2025-06); write 2025-01/2025-06"),
    yaml("interval without ends", _SPAN, "edtf: ../..", 42, f"{_PERIOD}.edtf", "an interval needs a start or an end"),
    yaml("kind of another length", _SPAN, "edtf: 2025-06", 40, _PERIOD, "edtf 2025-06 is of kind MONTH, not YEAR; make them agree"),
)

FIGURES = (
    json("NaN", _FIGURE, '"value": NaN', 11, f"{_QUANTITY}.value", "NaN must be finite"),
    json("minus infinity", _FIGURE, '"value": -Infinity', 11, f"{_QUANTITY}.value", "-Infinity must be finite"),
    json("NaN for text", '"L2"', "NaN", 14, f"{_CITATION}.locator", "NaN must be text, not a number"),
    yaml("nan in YAML", "90.950", ".nan", 38, f"{_QUANTITY}.value", "a number written out in digits"),
    yaml("inf in YAML", "90.950", "-.inf", 38, f"{_QUANTITY}.value", "a number written out in digits"),
    yaml("exponent in YAML", "90.950", "1e2", 38, f"{_QUANTITY}.value", "a number written out in digits"),
    json("exponent", _FIGURE, '"value": 1e400', 11, f"{_QUANTITY}.value", "without an exponent; use multiplier for powers of ten"),
    json("small exponent", _FIGURE, '"value": 9e1', 11, f"{_QUANTITY}.value", "without an exponent; use multiplier"),
    json("exponent beyond all", _FIGURE, '"value": 1e99999999999999999999', 11, f"{_QUANTITY}.value", "must be finite"),
    json("exponent below all", _FIGURE, '"value": 1e-99999999999999999999', 11, f"{_QUANTITY}.value", "must be finite"),
    yaml("40 digits", "90.950", "1234567890" * 4, 38, f"{_QUANTITY}.value", "at most 34 digits"),
    json("35 digits", _FIGURE, f'"value": {"7" * 33}.25', 11, f"{_QUANTITY}.value", "at most 34 digits"),
    json("40 decimals", _FIGURE, f'"value": 0.{"1234567890" * 4}', 11, f"{_QUANTITY}.value", "at most 34 digits"),
    yaml("5000 digits", "90.950", "1" + "0" * 5000, 38, f"{_QUANTITY}.value", "at most 34 digits"),
    json("5000 digits in JSON", _FIGURE, f'"value": 1{"0" * 5000}', 11, f"{_QUANTITY}.value", "at most 34 digits"),
    json("5000 digits in quotes", _FIGURE, f'"value": "1{"0" * 5000}"', 11, f"{_QUANTITY}.value", "at most 34 digits"),
    json("multiplier too large", '"unit": "percent"', '"unit": "percent", "multiplier": 19', 12, f"{_QUANTITY}.multiplier", "19 must be 18 or less"),
    json("multiplier below 0", '"unit": "percent"', '"unit": "percent", "multiplier": -1', 12, f"{_QUANTITY}.multiplier", "-1 must be 0 or more"),
    yaml("19 digits for text", "440111", "1234567890123456789", 6, "codes[0].value", "must be text, not a number; put it in quotes"),
    json("multiplier of 40 digits", '"unit": "percent"', f'"unit": "percent", "multiplier": {"9" * 40}', 12, f"{_QUANTITY}.multiplier", "a whole number of at most 18 digits"),
    json("range without an end", '"unit": "percent"', '"unit": "percent", "comparator": "RANGE"', 10, _QUANTITY, "RANGE needs a maxValue above value"),
    json("range that ends below", '"unit": "percent"', '"unit": "percent", "comparator": "RANGE", "maxValue": 90.95', 10, _QUANTITY, "RANGE needs a maxValue above value"),
    json("end without a range", '"unit": "percent"', '"unit": "percent", "maxValue": 99', 10, _QUANTITY, "maxValue belongs to comparator RANGE"),
    yaml("change below 0", _CHANGED_BY, "{value: -1.5, unit: percent}", 45, _CHANGE, "a change's quantity is positive"),
    yaml("flat change that isn't 0", "direction: UP", "direction: FLAT", 45, _CHANGE, "(or 0 and FLAT)"),
    yaml("change of 0 that isn't flat", _CHANGED_BY, "{value: 0.0, unit: percent}", 45, _CHANGE, "(or 0 and FLAT)"),
    yaml("place without position", _PLACE, "{kind: PLACE}", 22, "awards[0].rank", "a rank of kind PLACE needs a position; without one, use LEADING"),
    yaml("leading with a position", _PLACE, "{kind: LEADING, position: 1}", 22, "awards[0].rank", "kind LEADING has no position"),
    yaml("first with a position", _PLACE, "{kind: FIRST, position: 1}", 22, "awards[0].rank", "a rank of kind FIRST has no position; remove it, or write kind PLACE for a numbered place"),
    yaml("only with a position", _PLACE, "{kind: ONLY, position: 1}", 22, "awards[0].rank", "a rank of kind ONLY has no position; remove it, or write kind PLACE"),
    yaml("first batch with a position", _PLACE, "{kind: FIRST_BATCH, position: 1}", 22, "awards[0].rank", "a rank of kind FIRST_BATCH has no position; remove it, or write kind PLACE"),
    yaml("band without position", _PLACE, "{kind: BAND}", 22, "awards[0].rank", "a rank of kind BAND needs a position; without one, use LEADING"),
    yaml("tier without position", _PLACE, "{kind: TIER}", 22, "awards[0].rank", "a rank of kind TIER needs a position"),
    yaml("rank beside ranks", "rank: {kind: PLACE, position: 1}", "rank: {kind: FIRST}\n    ranks: [{kind: ONLY}]", 19, "awards[0]", "rank and ranks exclude each other; write all of them in ranks"),
    yaml("first among several with a position", "rank: {kind: PLACE, position: 1}", "ranks: [{kind: ONLY}, {kind: FIRST, position: 1}]", 22, "awards[0].ranks[1]", "a rank of kind FIRST has no position"),
    yaml("position beyond all peers", _PLACE, "{kind: PLACE, position: 4, of: 3}", 22, "awards[0].rank", "position 4 is greater than the number of peers, 3"),
    yaml("position 0", _PLACE, "{kind: PLACE, position: 0}", 22, "awards[0].rank.position", "0 must be 1 or more"),
    json("metric that says nothing", '"quantity": {\n        "value": 90.950,\n        "unit": "percent"\n      },\n', "", 8, "pillars[0].initiatives[0].metrics[0]", "a metric needs a quantity, a change or a rank"),
)

TEXTS = (
    json("raw NUL in JSON", "示例区", "示\x00区", 3, "", "this is not JSON: Invalid control character"),
    json("escaped NUL in JSON", "示例区", "示\\u0000区", 3, "name.zhHans", "the control character U+0000; remove it"),
    yaml("raw NUL in YAML", "示例区", "示\x00区", 2, "", "YAML does not allow the character U+0000; remove it"),
    yaml("escaped NUL in YAML", "示例区", '"示\\0区"', 2, "name.zhHans", "the control character U+0000; remove it"),
    yaml("raw bell in YAML", "覆盖率", "覆\x07率", 16, "", "YAML does not allow the character U+0007; remove it"),
    json("escape sequence", "示例区", "\\u001b[31m", 3, "name.zhHans", "the control character U+001B; remove it"),
    json("carriage return", "示例区", "示\\r\\n区", 3, "name.zhHans", "the control character U+000D; remove it"),
    json("control character of Latin-1", "示例区", "示\\u009b区", 3, "name.zhHans", "the control character U+009B; remove it"),
    json("line separator", "示例区", "示\\u2028区", 3, "name.zhHans", "the control character U+2028 LINE SEPARATOR; remove it"),
    json("half a surrogate pair", "示例区", "\\ud800", 3, "name.zhHans", r"'\ud800' has half of a surrogate pair; write the character itself"),
    json("half a surrogate pair in a slug", "hotline", "\\udfff", 8, "pillars[0].initiatives[0].slug", "has half of a surrogate pair"),
    json("half a surrogate pair in a key", '"province": {', '"province": {"\\ud800": 1, ', 5, r"province['\ud800']", "has half of a surrogate pair"),
    yaml("half a surrogate pair in YAML", "示例区", '"\\ud800"', 2, "", "invalid Unicode character escape"),
    yaml("zero-width space", "Sample", "Sam\u200bple", 2, "name.en", "the text has the invisible character U+200B ZERO WIDTH SPACE; remove it (it comes after 'Sam')"),
    yaml("zero-width space in a locator", "locator: L1", "locator: L\u200b1", 23, "awards[0].citations[0].locator", "U+200B ZERO WIDTH SPACE; remove it (it comes after 'L')"),
    yaml("zero-width space in a label", "2025年}", "2025\u200b年}", 43, "pillars[0].initiatives[0].metrics[0].period.label.zhHans", "U+200B ZERO WIDTH SPACE; remove it"),
    lines("zero-width space in JSON Lines", "二", "二\u200b", 2, "name.zhHans", "U+200B ZERO WIDTH SPACE; remove it (it comes after '二')"),
    json("escaped zero-width joiner", "示例区", "示\\u200d例", 3, "name.zhHans", "the invisible character U+200D ZERO WIDTH JOINER; remove it (it comes after '示')"),
    json("soft hyphen", "示例区", "a\u00adb", 3, "name.zhHans", "the invisible character U+00AD SOFT HYPHEN; remove it (it comes after 'a')"),
    json("word joiner", "示例区", "\u2060示", 3, "name.zhHans", "the invisible character U+2060 WORD JOINER; remove it"),
    yaml("byte order mark in a text", "Sample", "Sam\ufeffple", 2, "name.en", "the invisible character U+FEFF ZERO WIDTH NO-BREAK SPACE; remove it"),
    yaml("variation selector", "示例区", "示\ufe00例区", 2, "name.zhHans", "U+FE00 VARIATION SELECTOR-1; remove it"),
    json("ideographic variation", "示例区", "葛\U000e0100", 3, "name.zhHans", "the invisible character U+E0100 VARIATION SELECTOR-17; remove it"),
    json("Hangul filler", "示例区", "示\u3164区", 3, "name.zhHans", "U+3164 HANGUL FILLER; remove it"),
    json("tag character", "示例区", "示\U000e0041", 3, "name.zhHans", "U+E0041 TAG LATIN CAPITAL LETTER A; remove it"),
    json("right-to-left override", "示例区", "示\\u202e区", 3, "name.zhHans", "the character for the direction of writing U+202E RIGHT-TO-LEFT OVERRIDE; remove it"),
    yaml("right-to-left mark", "Sample", "Sample\u200f", 2, "name.en", "U+200F RIGHT-TO-LEFT MARK; remove it"),
    json("isolate", "示例区", "\u2067示", 3, "name.zhHans", "U+2067 RIGHT-TO-LEFT ISOLATE; remove it"),
    yaml("replacement character", "示例区", "示\ufffd区", 2, "name.zhHans", "U+FFFD REPLACEMENT CHARACTER; write the character that was lost (it comes after '示')"),
    json("object replacement", "示例区", "示\ufffc区", 3, "name.zhHans", "U+FFFC OBJECT REPLACEMENT CHARACTER; remove it"),
    yaml("private use", "示例区", "示\ue5e5区", 2, "name.zhHans", "the private-use character U+E5E5; write the Unicode character that it stands for"),
    json("private use beyond the first plane", "示例区", "示\U0010fffd", 3, "name.zhHans", "the private-use character U+10FFFD; write"),
    json("noncharacter", "示例区", "示\ufdd0区", 3, "name.zhHans", "the noncharacter U+FDD0; remove it"),
    json("escaped noncharacter", "示例区", "示\\uffff区", 3, "name.zhHans", "the noncharacter U+FFFF; remove it"),
    json("noncharacter beyond the first plane", "示例区", "示\U0001fffe", 3, "name.zhHans", "the noncharacter U+1FFFE; remove it"),
    yaml("Kangxi radical", "示例区", "⾃然", 2, "name.zhHans", "the radical U+2F83 KANGXI RADICAL SELF; write the ideograph 自 (U+81EA)"),
    json("CJK radical", "示例区", "成⻓", 3, "name.zhHans", "U+2ED3 CJK RADICAL C-SIMPLIFIED LONG; write the ideograph 长 (U+957F) (it comes after '成')"),
    json("CJK radical beyond the first plane", "示例区", "⻗\u2eaa", 3, "name.zhHans", "U+2ED7 CJK RADICAL RAIN; write the ideograph 雨 (U+96E8)"),
    json("radical without an ideograph", "示例区", "\u2e80", 3, "name.zhHans", "U+2E80 CJK RADICAL REPEAT; write the ideograph"),
    json("compatibility ideograph", "示例区", "\uf900", 3, "name.zhHans", "write composed characters: 豈 (U+8C48) in place of U+F900 CJK COMPATIBILITY IDEOGRAPH-F900"),
    yaml("space before text", "Sample", '" Sample"', 2, "name.en", "begins or ends with white space; remove it"),
    yaml("wide space after text", "Sample", '"Sample\u3000"', 2, "name.en", "begins or ends with white space; remove it"),
    yaml("line break after text", "{zhHans: 示例市}", "\n  zhHans: |\n    市", 4, "city.zhHans", "begins or ends with white space"),
    yaml("nothing but space", "Sample", '" "', 2, "name.en", "begins or ends with white space"),
    yaml("empty text", "Sample", '""', 2, "name.en", "must not be empty"),
    yaml("decomposed characters", "Sample", "Cafe\u0301", 2, "name.en", "is not in Unicode form NFC; write composed characters"),
    yaml("text too long", "Sample", "a" * 4001, 2, "name.en", "may have at most 4000 characters"),
    json("locator too long", '"L2"', f'"{"L" * 501}"', 14, f"{_CITATION}.locator", "may have at most 500 characters"),
    yaml("no citation", _ONE_CITATION, "[]", 23, "awards[0].citations", "must have at least 1 item"),
    yaml("too many citations", _ONE_CITATION, f"[{'{source: notice, locator: L1}, ' * 101}]", 23, "awards[0].citations", "may have at most 100 items"),
    json("too many metrics", '"citations": [{"source": "notice", "locator": "L2"}]\n    }', '"citations": [{"source": "notice", "locator": "L2"}]\n    }' + ", {}" * 1000, 8, "pillars[0].initiatives[0].metrics", "may have at most 1000 items"),
)

FORMATS = (
    Malformed("UTF-16 with byte order mark", ".yaml", YAML.encode("utf-16"), 1, "", "begins with a byte order mark; save it as UTF-8 without one"),
    Malformed("UTF-16 in JSON Lines", ".jsonl", LINES.encode("utf-16"), 1, "", "begins with a byte order mark"),
    Malformed("UTF-16 without byte order mark", ".json", JSON.encode("utf-16-be"), 3, "", "is not UTF-8; save the file as UTF-8"),
    Malformed("UTF-8 with byte order mark", ".json", JSON.encode("utf-8-sig"), 1, "", "begins with a byte order mark"),
    Malformed("joined YAML files", ".yaml", YAML.encode() + b"---\n" + YAML.replace("synthetic-a", "synthetic-b").encode("utf-8-sig"), 57, "", "a byte order mark (U+FEFF) is in the middle of the file, perhaps because files were joined; remove it"),
    Malformed("joined JSON Lines", ".jsonl", LINES.encode() + LINES.replace("synthetic-", "joined-").encode("utf-8-sig"), 4, "", "a byte order mark (U+FEFF) is in the middle of the file, perhaps because files were joined; remove it"),
    json("byte order mark between fields", '"city"', '\ufeff"city"', 4, "", "this is not JSON"),
    json("byte order mark before a line", '  "city"', '\ufeff  "city"', 4, "", "a byte order mark (U+FEFF) is in the middle of the file"),
    Malformed("JSON over several lines named JSON Lines", ".jsonl", JSON.encode(), 1, "", "this is JSON over several lines; name the file .json, or write each district on one line"),
    Malformed("a list over several lines named JSON Lines", ".jsonl", f"\n[\n{JSON}]\n".encode(), 2, "", "this is JSON over several lines; name the file .json"),
    Malformed("JSON over several lines with a fault", ".jsonl", JSON.replace('"city"', "city").encode(), 1, "", "this is JSON over several lines"),
    Malformed("JSON that begins in its first line", ".ndjson", '{"slug": "a",\n"name": {"zhHans": "区"}}\n'.encode(), 1, "", "this is JSON over several lines"),
    Malformed("YAML named JSON Lines", ".jsonl", YAML.encode(), 1, "", "each line of JSON Lines is an object in { }; if this is YAML, name the file .yaml"),
    Malformed("JSON Lines named JSON", ".json", LINES.encode(), 2, "", "this is not JSON: Extra data (column 1); write several districts as an array, or in .jsonl"),
    yaml("comma in a text", "en: Sample}", "en: Sample, a place}", 2, "name.en", 'a comma ends a text without quotes; put it in quotes: en: "Sample, a place"'),
    yaml("commas in a text", "en: Sample}", "en: Sample, a place, here}", 2, "name.en", 'put it in quotes: en: "Sample, a place, here"'),
    yaml("Chinese text behind a comma", "{zhHans: 示例市}", "{zhHans: 北京, 上海，天津}", 3, "city.zhHans", 'put it in quotes: zhHans: "北京, 上海，天津"'),
    yaml("comma before another field", "{zhHans: 示例区, en: Sample}", "{en: Sample, a place, zhHans: 示例区}", 2, "name.en", 'put it in quotes: en: "Sample, a place"'),
    yaml("comma in a locator", "locator: L1}", "locator: L1, left}", 23, "awards[0].citations[0].locator", 'put it in quotes: locator: "L1, left"'),
    yaml("comma in a number", _CHANGED_BY, "{value: 17,188.18, unit: percent}", 47, f"{_CHANGE}.quantity.value", "'17,188.18' is not a number; write 17188.18"),
    yaml("commas in a number", _CHANGED_BY, "{value: 1,234,567, unit: percent}", 47, f"{_CHANGE}.quantity.value", "'1,234,567' is not a number; write 1234567"),
    yaml("comma in a number of a block", "value: 90.950", "value: 17,188.18", 38, f"{_QUANTITY}.value", "'17,188.18' is not a number; write 17188.18"),
    yaml("blank in a number", "value: 90.950", "value: 1 000", 38, f"{_QUANTITY}.value", "'1 000' is not a number; write 1000"),
    yaml("full-width digits", "value: 90.950", "value: ９０．９５", 38, f"{_QUANTITY}.value", "'９０．９５' is not a number; write 90.95"),
    yaml("Chinese scale", "value: 90.950", "value: 90.95亿", 38, f"{_QUANTITY}.value", "'90.95亿' is not a number; write 90.95 with multiplier 8"),
    yaml("percent sign", _CHANGED_BY, "{value: 1.5%, unit: percent}", 47, f"{_CHANGE}.quantity.value", "'1.5%' is not a number; write 1.5 with unit percent"),
    yaml("full-width digit as a position", _PLACE, "{kind: PLACE, position: １}", 22, "awards[0].rank.position", "without quotes; write 1"),
    json("comma in a number of JSON", "90.950", "17,188.18", 11, "", "'17,188.18' is not a number; write 17188.18"),
    json("blank in a number of JSON", "90.950", "1 000", 11, "", "'1 000' is not a number; write 1000"),
    json("full-width digits in JSON", "90.950", "９０．９５", 11, "", "'９０．９５' is not a number; write 90.95"),
    json("Chinese scale in JSON", "90.950", "90.95亿", 11, "", "'90.95亿' is not a number; write 90.95 with multiplier 8"),
    json("leading zero in JSON", "90.950", "007", 11, "", "'007' is not a number; write 7"),
    json("quoted comma in a number", "90.950", '"17,188.18"', 11, f"{_QUANTITY}.value", "'17,188.18' is not a number; write 17188.18"),
    json("Chinese comma in JSON", '"percent"\n', '"percent"，\n', 12, "", "is not JSON punctuation; write ,"),
    yaml("key without a value", "{zhHans: 示例市}", "{en}", 3, "city", "'en' has no value; write en: and its value"),
    yaml("Chinese colon", "city: {", "city：{", 3, "", "'city：{zhHans' is not a key; write ': ' and not '：'"),
    yaml("Chinese comma", "{zhHans: 示例区, en: Sample}", "{zhHans: 示例区，en: Sample}", 2, "", "between fields, write ', ' and not '，'"),
    yaml("colon in a text", "zhHans: 平台}", "zhHans: 平台, en: Desk: a place}", 32, "", "put a text that has , : # [ ] { } or quotation marks in quotes"),
    yaml("bracket in a text", "en: Sample}", "en: Sample [1]}", 2, "", "put a text that has , : # [ ] { } or quotation marks in quotes"),
    Malformed("Latin-1", ".yaml", b"slug: a\nname: {zhHans: caf\xe9}\n", 2, "", "byte 0xe9 is not UTF-8; save the file as UTF-8"),
    Malformed("GBK", ".yaml", YAML.encode("gbk"), 2, "", "is not UTF-8; save the file as UTF-8"),
    Malformed("GBK in JSON Lines", ".jsonl", LINES.encode().replace("二".encode(), "二".encode("gbk")), 2, "", "is not UTF-8"),
    Malformed("billion laughs", ".yaml", _LAUGHS, 1, "a", "anchors and aliases are not allowed; write the value out"),
    yaml("alias", "{zhHans: 示例市}", "*name", 3, "city", "anchors and aliases are not allowed"),
    yaml("anchor on a key", "city:", "&a city:", 3, "", "anchors and aliases are not allowed"),
    yaml("merge key", "name: {zhHans: 示例区", "name: {<<: {en: a}, zhHans: 示例区", 2, "name['<<']", "is not a field of the format"),
    yaml("tag of Python", "示例区", "!!python/object/apply:os.getcwd []", 2, "name.zhHans", "python/object/apply:os.getcwd' is not allowed; write plain data"),
    yaml("tag on a key", "city:", "!!str city:", 3, "", "the tag 'tag:yaml.org,2002:str' is not allowed"),
    yaml("tag without a name", "Sample", "! 7", 2, "name.en", "the tag '!' is not allowed"),
    yaml("list as key", "city: {zhHans: 示例市}", "? [city]\n: {zhHans: 示例市}", 3, "", "a key is a plain word, not a list or an object"),
    yaml("tab for indentation", "    title", "\ttitle", 9, "", "a tab can't indent YAML; use spaces"),
    yaml("YAML indented wrong", "    title", "   title", 9, "", "this is not YAML: did not find expected '-' indicator"),
    yaml("YAML too deep", "示例区", "[" * 40 + "]" * 40, 2, "name.zhHans[0]", "the data is nested more than 32 levels deep"),
    Malformed("endless YAML nesting", ".yaml", b"[" * 100_000, 1, "[0][0][0]", "the data is nested more than 32 levels deep"),
    Malformed("endless JSON nesting", ".json", b"[" * 100_000 + b"]" * 100_000, 1, "", "the data is nested more than 32 levels deep"),
    json("JSON nested deep", '"示例区"', "[" * 900 + "{}" + "]" * 900, 3, "name.zhHans", "must be text, not a list"),
    Malformed("truncated JSON", ".json", JSON.partition('        "value"')[0].encode(), 11, "", "this is not JSON: Expecting property name"),
    Malformed("truncated JSON Lines", ".jsonl", LINES.encode()[:-3], 3, "", "this is not JSON"),
    Malformed("truncated YAML", ".yaml", YAML.partition("年}")[0].encode(), 43, "", "this is not YAML: did not find expected ',' or '}', while parsing a flow mapping that begins on line 43"),
    yaml("open quote in YAML", "示例区", '"示例区', 56, "", "while scanning a quoted scalar that begins on line 2"),
    json("comma too many", '"percent"\n', '"percent",\n', 13, "", "this is not JSON"),
    json("comment in JSON", '"city"', '// its city\n"city"', 4, "", "this is not JSON"),
    json("something behind the JSON", "  }]}]\n}\n", "  }]}]\n}\n\n{}", 19, "", "this is not JSON: Extra data"),
    lines("bad line in the middle", '"synthetic-2",', '"synthetic-2"', 2, "", "this is not JSON: Expecting ',' delimiter"),
    lines("bad field in the middle", '{"zhHans": "二"}', '2', 2, "name", "2 must be a text, or texts by language"),
    Malformed("endless line", ".jsonl", b"\n" + b" " * (MAX_RECORD_BYTES + 1), 2, "", "a line may have at most 4 MiB"),
    Malformed("empty file", ".yaml", b"", 1, "", "the file has no district"),
    Malformed("empty JSON file", ".json", b"", 1, "", "the file has no district"),
    Malformed("white space only", ".json", b" \n\t\r\n", 1, "", "the file has no district"),
    Malformed("blank lines only", ".jsonl", b"\n \n\n", 1, "", "the file has no district"),
    Malformed("comments only", ".yaml", b"# slug: a\n---\n# name: b\n", 1, "", "the file has no district"),
    Malformed("empty list", ".json", b"[]", 1, "", "the file has no district"),
    Malformed("file too large", ".json", _over_size, 1, "", "a file may have at most 64 MiB; use JSON Lines for bulk"),
    Malformed("directory", ".yaml", Path.mkdir, 1, "", "this is a directory; name files: YAML (.yaml, .yml)"),
    Malformed("missing file", ".yaml", Path.exists, 1, "", "there is no such file"),
    Malformed("link to nowhere", ".yaml", lambda path: path.symlink_to("nowhere"), 1, "", "there is no such file"),
    Malformed("endless link", ".yaml", lambda path: path.symlink_to(path), 1, "", "the file can't be read: "),
    Malformed("file of another kind", ".txt", YAML.encode(), 1, "", "the file type is not supported; use YAML (.yaml, .yml), JSON (.json) or JSON Lines"),
    Malformed("file without suffix", "", YAML.encode(), 1, "", "the file type is not supported"),
)
# fmt: on

MALFORMED = (
    *WRONG_TYPES,
    *LANGUAGES,
    *KEYS,
    *REPEATED_SLUGS,
    *REFERENCES,
    *WORDS,
    *TIMES,
    *FIGURES,
    *TEXTS,
    *FORMATS,
)
