"""Seed files of unusual districts: empty lists, ties, ranges, open periods, missing values.

A random sequence chooses what each of them has, so the same number gives the same districts.
"""

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any, Final, TypeAlias

Item: TypeAlias = dict[str, Any]

SOURCES: Final = 6
_WORDS: Final = (
    ("智慧热线", "Smart hotline"),
    ("数字经济", "Digital economy"),
    ("应急指挥平台", "Emergency command platform"),
    ("Café 5G网络", "Café 5G network"),
    ("保障卫生", "Health protection"),
    ("电子竞技E-Sports中心", "E-sports centre"),
    ("着力点", None),
    ("一", "One"),
    ("ＡＢＣ１２３", "ABC123"),
)
_CHINESE: Final = "zh-Hans"
# Texts in other languages, by the tags of their files.
_FOREIGN: Final = (
    *(("ko", "서울 디지털안전"), ("ja", "東京のスマート"), ("es", "Málaga señales"), ("de", "München Süd-Ost")),
    *(
        ("vi", "Đà Nẵng"),
        ("ar", "إدارة الرِّيَاض"),
        ("pt-BR", "São Paulo"),
        ("zh-Hant-TW", "臺灣衛生裡"),
        ("en", "Plain"),
    ),
)
_SHARED_NAME: Final = {"master": _CHINESE, "zhHans": "共同指标"}
_EDTF: Final = (
    *(("YEAR", "2024"), ("YEAR", "2025"), ("RANGE", "2025-01/2025-12"), ("HALF_YEAR", "2025-40")),
    *(("QUARTER", "2025-33"), ("QUARTER", "2025-36"), ("MONTH", "2024-02"), ("DAY", "2025-06-30")),
    *(("RANGE", "2021/.."), ("RANGE", "../2024-06"), ("RANGE", "2021/"), ("RANGE", "/2024-06")),
    *(("YEAR", "2025~"), ("MONTH", "2024-02?"), ("RANGE", "2021%/.."), ("RANGE", "2021/2024-06~")),
    *(("CUMULATIVE", "2025-09"), ("RANGE", "2025-33/2025-36"), ("CUMULATIVE", None), ("YEAR", None)),
)
_COMPARATORS: Final = ("EQ", "EQ", "GT", "GTE", "LT", "LTE", "NEAR", "UP_TO", "APPROX", "RANGE")
_VALUES: Final = ("1", "1", "2.50", "10", "99.9", "0", "-3.5", "87", "1200", "0.000001", "152.58")
# Shared with other districts: slug, units, whether there is a definition.
_SHARED: Final = (
    ("shared-rate", ("percent",), True),
    ("shared-money", ("cny",), False),
    ("shared-sales", ("cny", "usd"), False),
    ("shared-rank", (), True),
    ("shared-count", ("service-point",), False),
    ("shared-rate-of-money", ("cny-per-person", "usd-per-person"), False),
)
# What no registry has.
_COUNTED: Final[Item] = {
    "code": "service-point",
    "names": {
        "en": {"one": "service point", "other": "service points"},
        "zh-Hans": {"other": "个服务点"},
        "ja": {"other": "か所"},
        "ar": {"one": "نقطة", "two": "نقطتان", "few": "نقاط", "many": "نقطة", "other": "نقطة"},
    },
}
# What else is said of them.
_SAID: Final[dict[str, Item]] = {
    "shared-rate": {"periodType": "INSTANT", "direction": "HIGHER_IS_BETTER"},
    "shared-money": {"periodType": "DURATION", "direction": "LOWER_IS_BETTER"},
    "shared-sales": {"partOf": "shared-money"},
}
_PLACES: Final = ("DISTRICT", "COUNTY", "CITY", "ZONE", "TOWN", "REGION")
_PUBLISHED: Final[tuple[dict[str, Callable[[], str]], ...]] = (
    {"publishedOn": lambda: "2025-02-28"},
    {"published": lambda: "2025-02-28"},
    {"published": lambda: "2025"},
    {"published": lambda: "2024-02"},
    {"published": lambda: "2025-33/2025-36"},
    {"published": lambda: "2021/.."},
    {"published": lambda: "2025-02-27?"},
    {"published": lambda: "2024~"},
)
# By number, what each is a part of.
_PARENTS: Final = {3: 2, 4: 7, 5: 4, 6: 5, 8: 2}
_LEVELS: Final = ("DISTRICT", "CITY", "PROVINCE", "NATION", "ASIA_PACIFIC", "WORLD")
_STATUSES_OF_FIGURES: Final = ("NORMAL", "ESTIMATED", "PROVISIONAL", "FORECAST", "TARGET")
_STATUSES: Final = ("PLANNED", "IN_PROGRESS", "OPERATING", "COMPLETED")


def irregular(count: int, seed: int) -> str:
    """Some irregular districts, a seed file in JSON."""
    districts = [_Maker(Random(f"{seed}:{number}"), f"odd-{number}").district(number) for number in range(count)]
    for part, whole in _PARENTS.items():
        if part < count:
            districts[part]["parent"] = f"odd-{whole}"
    return written(districts)


def written(districts: list[Item]) -> str:
    """Districts as a seed file in JSON."""
    text = json.dumps(districts, ensure_ascii=False, indent=1)
    # Figures are numbers with all their digits, which floating-point numbers would lose.
    return re.sub(r'"digits (.*?)"', r"\1", text)


def rewritten(text: str) -> list[Item]:
    """The districts of such a file, to be changed and written again with the same digits."""
    found: list[Item] = json.loads(text, parse_float=lambda digits: f"digits {digits}")
    return found


class _Maker:
    """Makes one district."""

    def __init__(self, random: Random, slug: str) -> None:
        self._random = random
        self._slug = slug
        self._number = 0
        # Apart, so that all else stays as it is.
        self._languages = Random(f"languages of {slug}")
        self._language = self._languages.choice((_CHINESE, _CHINESE, "ko"))

    def district(self, number: int) -> Item:
        # The first has nothing, the second nothing but empty lists.
        district: Item = {
            "language": self._language,
            "slug": self._slug,
            "name": "서울 구역" if self._language == "ko" else self._text(),
            "country": self._one(("CN", "CN", "AE", "KR")),
            **self._maybe({"city": self._text, "province": self._text, "kind": lambda: self._one(_PLACES)}),
            "sources": [self._source(at) for at in range(SOURCES)],
            "units": [_COUNTED],
            "indicators": [_shared(*one) for one in _SHARED],
        }
        if number == 0:
            return {**district, "sources": []}
        district["codes"] = self._some(
            3, lambda: {"scheme": "odd", "value": f"{number}", "level": self._one(_LEVELS)}
        )
        district["awards"] = self._some(3, self._award) if number > 1 else []
        district |= self._maybe({"strategy": lambda: self._text() | self._cited()})
        district["pillars"] = self._some(4, self._pillar) if number > 1 else [{**self._thing(), "initiatives": []}]
        cited = set(re.findall(r'"source": "(.*?)"', json.dumps(district)))
        district["sources"] = [source for source in district["sources"] if source["slug"] in cited]
        return district

    def _pillar(self) -> Item:
        pillar = {
            **self._thing(),
            "initiatives": self._some(4, self._initiative),
            "awards": self._some(2, self._award),
        }
        return pillar | self._maybe({"summary": self._text})

    def _initiative(self) -> Item:
        initiative = {
            **self._thing(),
            "systems": self._some(3, self._system),
            "metrics": self._some(5, self._metric),
            "awards": self._some(3, self._award),
        }
        return initiative | self._maybe({"summary": self._text, "status": self._status}) | self._cited()

    def _system(self) -> Item:
        return {**self._thing(), **self._maybe({"status": self._status}), **self._cited()}

    def _metric(self) -> Item:
        own = (self._one(("percent", "cny", "record", "node")),)
        shared, units, _ = self._one((*_SHARED, (None, own, False)))
        unit = self._one(units) if len(units) > 1 else next(iter(units), None)
        # A slug of its own: where it names no indicator, a metric is one, and that has one unit everywhere.
        thing = self._thing()
        metric = {**thing, "slug": f"{self._slug}-{thing['slug']}"}
        if shared:
            metric["indicator"] = shared
        if self._chance(0.7):
            return {**metric, **self._figure(unit, _STATUSES_OF_FIGURES), "citations": self._citations()}
        return metric | {"observations": self._observations(unit)}

    def _observations(self, unit: str | None) -> list[Item]:
        """Several figures of a metric; the actual ones are for different years."""
        found = []
        for number in range(self._random.randint(1, 4)):
            actual = self._chance(0.7)
            figure = self._figure(unit, _STATUSES_OF_FIGURES[:3] if actual else _STATUSES_OF_FIGURES[3:])
            year = f"{2020 + number}"
            if actual:
                figure["period"] = {"kind": "YEAR", "edtf": year, "label": self._text()}
            found.append({"slug": year, **figure, "citations": self._citations()})
        self._random.shuffle(found)
        return found

    def _figure(self, unit: str | None, statuses: tuple[str, ...]) -> Item:
        figure: Item = {}
        if unit and self._chance(0.7):
            figure["quantity"] = self._quantity(unit)
        if "quantity" not in figure or self._chance(0.3):
            figure |= self._ranks()
        if self._chance(0.3):
            figure["changes"] = [self._change() for _ in range(self._random.randint(1, 3))]
        if statuses[0] != "NORMAL" or self._chance(0.5):
            figure["status"] = self._one(statuses)
        if unit and "quantity" in figure and self._chance(0.2):
            figure["otherReports"] = [self._report(unit) for _ in range(self._random.randint(1, 2))]
        if self._chance(0.2):
            figure |= {"printed": self._text(), "breaks": self._text(), "counted": self._chance(0.5)}
        return figure | self._maybe({"period": self._period, "note": self._text})

    def _report(self, unit: str) -> Item:
        report = {"kind": self._one(("SUPERSEDED", "DIFFERS")), "quantity": self._quantity(unit)}
        return report | {"citations": self._citations()} | self._maybe({"printed": self._text, "note": self._text})

    def _award(self) -> Item:
        kinds = ("AWARD", "HONOUR", "PILOT", "CERTIFICATION")
        award = {**self._thing(), "kind": self._one(kinds), "citations": self._citations()}
        award |= self._ranks() if self._chance(0.5) else {}
        return award | self._maybe(
            {
                "level": lambda: self._one(_LEVELS),
                "issuer": self._text,
                "period": self._period,
                "streakYears": lambda: self._random.randint(1, 4),
                "note": self._text,
            }
        )

    def _thing(self) -> Item:
        self._number += 1
        return {"slug": f"thing-{self._number}", "name": self._text()}

    def _text(self) -> Item:
        (zh_hans, en), (more, _) = self._one(_WORDS), self._one(_WORDS)
        text = {"zhHans": f"{zh_hans}{more}" if self._chance(0.5) else zh_hans}
        if en and self._chance(0.7):
            text["en"] = en
        if self._chance(0.1):
            text["zhHant"] = "另有譯名"
        if self._languages.random() < 0.15:
            master, foreign = self._languages.choice(_FOREIGN)
            translated = {key: text[key] for key in text if self._languages.random() < 0.5}
            return {"master": master, master: foreign, **translated}
        return {"master": _CHINESE, **text} if self._language != _CHINESE else text

    def _source(self, at: int) -> Item:
        slug = f"{self._slug}-{at}"
        source = {"slug": slug, "title": self._text(), "kind": self._one(("NEWS", "REPORT", "LAW", "OTHER"))}
        return source | self._maybe(
            {
                "publisher": self._text,
                "url": lambda: f"https://example.org/{slug}",
                **self._one(_PUBLISHED),
                "accessedOn": lambda: self._one(("2025-11-22", "2025-06-30")),
                "language": lambda: self._one(("zh-Hans", "en")),
            }
        )

    def _cited(self) -> Item:
        """Citations of what may have none."""
        return self._maybe({"citations": self._citations})

    def _citations(self) -> list[Item]:
        count = self._random.choice((1, 1, 2, SOURCES))
        return [{"source": f"{self._slug}-{at % SOURCES}", "locator": f"L{at}"} for at in self._numbers(count)]

    def _numbers(self, count: int) -> list[int]:
        return [self._random.randint(0, SOURCES * 2) for _ in range(count)]

    def _quantity(self, unit: str) -> Item:
        value, comparator = self._one(_VALUES), self._one(_COMPARATORS)
        quantity = {"value": f"digits {value}", "comparator": comparator, "unit": unit}
        if comparator == "RANGE":
            quantity["maxValue"] = "digits 2000.5"
        return quantity | self._maybe({"multiplier": lambda: self._one((0, 2, 4, 6, 8))})

    def _change(self) -> Item:
        value, direction = self._one((("0", "FLAT"), ("3.10", "UP"), ("12", "DOWN")))
        basis = self._one(("YEAR_ON_YEAR", "PERIOD_ON_PERIOD", "BASELINE", "TARGET", "PEERS", "UNSPECIFIED"))
        quantity = {"value": f"digits {value}", "unit": self._one(("percent", "percentage-point", "cny"))}
        return {
            "basis": basis,
            "direction": direction,
            "quantity": quantity,
            **self._maybe({"reference": self._period}),
            **({"from": self._quantity("cny"), "to": self._quantity("cny")} if self._chance(0.3) else {}),
            **({"likeForLike": True} if self._chance(0.2) else {}),
        }

    def _period(self) -> Item:
        kind, edtf = self._one(_EDTF)
        return {"kind": kind, **({"edtf": edtf} if edtf else {}), "label": self._text()}

    def _ranks(self) -> Item:
        """One rank, or several."""
        if self._chance(0.6):
            return {"rank": self._rank()}
        return {"ranks": [self._rank() for _ in range(self._random.randint(1, 3))]}

    def _rank(self) -> Item:
        kind = self._one(("PLACE", "FIRST", "ONLY", "FIRST_BATCH", "LEADING", "BAND", "TIER"))
        is_numbered = kind in {"PLACE", "BAND", "TIER"}
        rank: Item = {"kind": kind, "position": self._random.randint(1, 3)} if is_numbered else {"kind": kind}
        if self._chance(0.2):
            rank |= {"by": self._text(), "basis": self._one(("LEVEL", "GROWTH")), "among": self._text()}
            rank |= {"tied": True, "edition": self._text(), "streak": self._random.randint(2, 6)}
        return rank | self._maybe(
            {"of": lambda: self._one((11, 12)), "scope": lambda: self._one(_LEVELS), "area": self._text}
        )

    def _status(self) -> str:
        return str(self._one(_STATUSES))

    def _maybe(self, makers: dict[str, Callable[[], Any]]) -> Item:
        return {name: make() for name, make in makers.items() if self._chance(0.5)}

    def _some(self, most: int, make: Callable[[], Item]) -> list[Item]:
        return [make() for _ in range(self._random.randint(0, most))]

    def _one(self, values: tuple[Any, ...]) -> Any:
        return self._random.choice(values)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share


def _shared(slug: str, units: tuple[str, ...], has_definition: bool) -> Item:
    indicator: Item = {
        "slug": slug,
        "name": _SHARED_NAME | {"en": f"Shared {slug}"},
        **_SAID.get(slug, {}),
    }
    if units:
        indicator |= {"units": list(units)} if len(units) > 1 else {"unit": units[0]}
    return indicator | ({"definition": {"master": _CHINESE, "zhHans": "定义"}} if has_definition else {})
