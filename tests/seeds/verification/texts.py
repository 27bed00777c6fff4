"""Short texts in five languages, written for the tests, and the figures that a seed file has of them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from seeds.format.checks import check
from seeds.format.model import District
from seeds.format.reader import Location, Record
from seeds.verification.claims import claims_of
from seeds.verification.kept_text import read_kept_text
from seeds.verification.matching import Result, Verified, verify
from seeds.verification.words import languages
from tests.support.data.content import district, text

LOCATION: Final = Location("file.yaml", dict)


@dataclass(frozen=True)
class Figure:
    """A metric with one figure, its place, and what is to be found: the status and the words of the text."""

    slug: str
    quantity: dict[str, Any]
    locator: str
    status: str
    printed: str
    period: tuple[str, str | None] | None = None
    change: tuple[str, str] | None = None
    fields: dict[str, Any] = field(default_factory=dict)

    def metric(self) -> dict[str, Any]:
        value: dict[str, Any] = {
            "slug": self.slug,
            "name": text(self.slug),
            "citations": [{"source": "notice", "locator": self.locator}],
            **self.fields,
        }
        if self.change:
            value["changes"] = [{"basis": self.change[0], "direction": self.change[1], "quantity": self.quantity}]
        else:
            value["quantity"] = self.quantity
        if self.period:
            kind, edtf = self.period
            value["period"] = {"kind": kind, "label": text("期"), **({"edtf": edtf} if edtf else {})}
        return value


def quantity(value: str, unit: str, multiplier: int = 0, comparator: str = "EQ", **fields: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, "multiplier": multiplier, "comparator": comparator, **fields}


TEXTS: Final = {
    "zh": """2024年概況

截至2024年底，全區共有企業１，２３４家，感知設備超過３萬個，智能體近三百二十個。
上半年接口調(diào)用約１．５億次；全年百分之六十二的事項可以網上辦理，同比提高８．５個百分點。
目前，平臺服務用戶900餘萬人。累計接待來訪56批次，承辦活動20場以上。
產業規模位列全市第三，連續5年增長。人均服務3-5項。
""",
    "en": """The year 2024 in figures

In the first nine months of 2024, software firms earned more than $9.1 billion, up 12.5% year on year.
By the end of 2024 the city ran nearly 1,200 terminals and about three hundred and twenty applications.
At least 45 percent of matters need no visit, and fewer than 30 cases were open in June 2024.
The park ranked third in the province, for the 5th consecutive year. It serves up to 2 million users.
""",
    "es": """Balance de 2024

En 2024, las empresas del distrito facturaron 1.234,5 millones de dólares, un 8,5 % más que el año anterior.
El sistema guarda más de 2 mil millones de registros y conecta casi trescientos veinte dispositivos.
Alrededor de 12.000 usuarios se sumaron en el primer semestre de 2024, y hay al menos 45 plataformas.
""",
    "ja": """2024年の概要

区内の企業は1,234社で、利用者は約1億2,000万人に達した。
2024年9月末の端末は3万台以上で、前年比8.5%増となった。
累計のデータは三百二十件である。サービスは50項目未満にとどまる。
""",
    "ko": """2024년 현황

2024년 상반기 기업은 1,234곳이고, 이용자는 약 1억 2,345만 명이다.
단말기는 900여 대로 전년 대비 8.5% 증가했다.
2024년 3분기 매출은 1조 2000억 원을 돌파했고, 행사는 누적 20회 이상 열렸다.
""",
}
YEAR: Final = ("YEAR", "2024")
HALF: Final = ("HALF_YEAR", "2024-40")
QUARTER: Final = ("QUARTER", "2024-35")
COUNTED_UP: Final = ("CUMULATIVE", None)
SEPTEMBER_END: Final = ("DAY", "2024-09-30")
YEAR_END: Final = ("DAY", "2024-12-31")
FIGURES: Final = {
    "zh": [
        Figure("enterprises", quantity("1234", "enterprise"), "L2", "normalised", "１，２３４家", YEAR),
        Figure("devices", quantity("3", "device", 4, "GT"), "L2", "normalised", "超過３萬個", YEAR_END),
        Figure("agents", quantity("320", "agent", 0, "NEAR"), "L2", "normalised", "近三百二十個", YEAR),
        Figure(
            "calls",
            quantity("1.5", "call", 8, "APPROX"),
            "L3",
            "normalised",
            "約１．５億次",
            HALF,
        ),
        Figure("online", quantity("62", "percent"), "L3", "normalised", "百分之六十二", ("YEAR", None)),
        Figure(
            "online-growth",
            quantity("8.5", "percentage-point"),
            "L3",
            "normalised",
            "８．５個百分點",
            change=("YEAR_ON_YEAR", "UP"),
        ),
        Figure("users", quantity("900", "user", 4, "GT"), "L4", "normalised", "900餘萬人"),
        Figure("visits", quantity("56", "delegation"), "L4", "exact", "56批次", COUNTED_UP),
        Figure("events", quantity("20", "event", 0, "GTE"), "L4", "normalised", "20場以上", COUNTED_UP),
        Figure("services", quantity("3", "service", 0, "RANGE", maxValue="5"), "L5", "normalised", "3-5項"),
    ],
    "en": [
        Figure(
            "revenue",
            quantity("9.1", "usd", 9, "GT"),
            "L2",
            "normalised",
            "more than $9.1 billion",
            ("RANGE", "2024-01/2024-09"),
        ),
        Figure(
            "growth",
            quantity("12.5", "percent"),
            "L2",
            "exact",
            "12.5%",
            ("RANGE", "2024-01/2024-09"),
            ("YEAR_ON_YEAR", "UP"),
        ),
        Figure(
            "terminals",
            quantity("1200", "terminal", 0, "NEAR"),
            "L3",
            "normalised",
            "nearly 1,200",
            YEAR_END,
        ),
        Figure(
            "applications",
            quantity("320", "application", 0, "APPROX"),
            "L3",
            "normalised",
            "about three hundred and twenty",
            YEAR,
        ),
        Figure("online", quantity("45", "percent", 0, "GTE"), "L4", "exact", "At least 45 percent"),
        Figure("cases", quantity("30", "case", 0, "LT"), "L4", "exact", "fewer than 30", ("MONTH", "2024-06")),
        Figure("users", quantity("2", "user", 6, "UP_TO"), "L5", "normalised", "up to 2 million"),
    ],
    "es": [
        Figure("revenue", quantity("1234.5", "usd", 6), "L2", "normalised", "1.234,5 millones de dólares", YEAR),
        Figure("growth", quantity("8.5", "percent"), "L2", "normalised", "8,5 %", YEAR, ("YEAR_ON_YEAR", "UP")),
        Figure("records", quantity("2", "record", 9, "GT"), "L3", "normalised", "más de 2 mil millones"),
        Figure("devices", quantity("320", "device", 0, "NEAR"), "L3", "normalised", "casi trescientos veinte"),
        Figure(
            "users",
            quantity("12000", "user", 0, "APPROX"),
            "L4",
            "normalised",
            "Alrededor de 12.000",
            HALF,
        ),
        Figure("platforms", quantity("45", "platform", 0, "GTE"), "L4", "exact", "al menos 45"),
    ],
    "ja": [
        Figure("enterprises", quantity("1234", "enterprise"), "L2", "normalised", "1,234社", YEAR),
        Figure("users", quantity("1.2", "user", 8, "APPROX"), "L2", "normalised", "約1億2,000万人", YEAR),
        Figure("terminals", quantity("3", "terminal", 4, "GTE"), "L3", "normalised", "3万台以上", SEPTEMBER_END),
        Figure(
            "growth", quantity("8.5", "percent"), "L3", "exact", "8.5%", ("MONTH", "2024-09"), ("YEAR_ON_YEAR", "UP")
        ),
        Figure("records", quantity("320", "record"), "L4", "normalised", "三百二十件", COUNTED_UP),
        Figure("services", quantity("50", "service", 0, "LT"), "L4", "normalised", "50項目未満"),
    ],
    "ko": [
        Figure("enterprises", quantity("1234", "enterprise"), "L2", "normalised", "1,234곳", HALF),
        Figure(
            "users",
            quantity("12345", "user", 4, "APPROX"),
            "L2",
            "normalised",
            "약 1억 2,345만 명",
            HALF,
        ),
        Figure("terminals", quantity("900", "terminal", 0, "GT"), "L3", "exact", "900여 대", YEAR),
        Figure("growth", quantity("8.5", "percent"), "L3", "exact", "8.5%", YEAR, ("YEAR_ON_YEAR", "UP")),
        Figure(
            "revenue",
            quantity("1.2", "krw", 12, "GT"),
            "L4",
            "normalised",
            "1조 2000억 원을 돌파",
            QUARTER,
        ),
        Figure("events", quantity("20", "event", 0, "GTE"), "L4", "exact", "20회 이상", COUNTED_UP),
    ],
}


def district_of(metrics: list[dict[str, Any]], **source: Any) -> District:
    """A valid district with some metrics, which cite the source `notice`."""
    value = district("place")
    value["sources"][0] |= source
    value["pillars"][0]["initiatives"][0]["metrics"] = metrics
    found = check(Record(value, LOCATION))
    assert isinstance(found, District), found
    return found


def verified(folder: Path, language: str, metrics: list[dict[str, Any]], kept: str | None = None) -> Verified:
    """Verify metrics against a text of `TEXTS`, or another one."""
    path = folder / "kept.txt"
    path.write_text(TEXTS[language] if kept is None else kept, encoding="utf-8")
    claims = list(claims_of(district_of(metrics), "notice"))
    return verify(read_kept_text(path, published=None, title=""), claims, languages()[language])


def only_result(folder: Path, language: str, metric: dict[str, Any], kept: str | None = None) -> Result:
    """The only result for a metric."""
    [result] = verified(folder, language, [metric], kept).results
    return result
