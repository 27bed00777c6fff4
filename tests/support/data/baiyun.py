"""The facts of Baiyun's notice, and two of a newspaper, written out by hand: what the file and the API must say."""

from typing import NamedTuple, TypeAlias

SOURCE = "gz-gov-baiyun-smart-city"
NEWSPAPER = "ycwb-baiyun-data-2020"
LAST_LINE = 25

Figure: TypeAlias = tuple[str, int, str, str]  # value as published, multiplier, comparator, unit
When: TypeAlias = tuple[str, str | None]  # kind, EDTF
Move: TypeAlias = tuple[str, str, str, str]  # basis, direction, value, unit
Place: TypeAlias = tuple[str, int | None, str | None, str | None]  # kind, position, scope, area

GUANGZHOU_FIRST: Place = ("FIRST", None, "CITY", "Guangzhou")
GUANGZHOU_TOP: Place = ("PLACE", 1, "CITY", "Guangzhou")
CHINA_FIRST: Place = ("FIRST", None, "NATION", "China")


class Fact(NamedTuple):
    """One metric; what its source doesn't say is None."""

    locator: str
    initiative: str
    slug: str
    figure: Figure | None = None
    when: When | None = None
    move: Move | None = None
    place: Place | None = None
    source: str = SOURCE


class Honour(NamedTuple):
    """One award of the notice; `owner` is an initiative, or the district itself."""

    locators: tuple[str, ...]
    owner: str
    slug: str
    kind: str
    level: str | None = None
    when: When | None = None
    streak_years: int | None = None
    place: Place | None = None


# fmt: off
# One fact a row, as on the page.
FACTS = [
    Fact("L4", "smart-governance", "grid-work-performance", place=GUANGZHOU_TOP),
    Fact("L4", "smart-governance", "rental-housing-fire-alarms", when=("YEAR", None),
         move=("YEAR_ON_YEAR", "DOWN", "30.9", "percent")),
    Fact("L4", "smart-governance", "personal-rental-tax", when=("YEAR", None), place=GUANGZHOU_TOP),
    Fact("L5", "urban-management", "work-orders-handled", ("900", 4, "GT", "work-order"),
         ("CUMULATIVE", None)),
    Fact("L5", "urban-management", "on-time-rectification-rate", ("99", 0, "APPROX", "percent")),
    Fact("L5", "emergency-response", "safety-lists", ("6", 0, "EQ", "list")),
    Fact("L5", "emergency-response", "urban-lifeline-fields", ("10", 0, "EQ", "field")),
    Fact("L5", "emergency-response", "drone-docks", ("24", 0, "EQ", "drone-dock")),
    Fact("L6", "hotline-12345", "dispatch-accuracy", ("87", 0, "GT", "percent")),
    Fact("L6", "hotline-12345", "dispatch-manpower", move=("BASELINE", "DOWN", "90", "percent")),
    Fact("L9", "education", "smart-canteen-platform", place=GUANGZHOU_FIRST),
    Fact("L10", "healthcare", "private-clinic-supervision", place=GUANGZHOU_FIRST),
    Fact("L11", "culture-tourism", "rebuilt-incubators", ("2", 0, "GTE", "facility")),
    Fact("L12", "elderly-care", "elderly-supervision-tiers", ("4", 0, "EQ", "tier")),
    Fact("L15", "data-assets", "leased-intellectual-property", ("2", 0, "EQ", "asset"),
         ("MONTH", "2025-06")),
    Fact("L15", "data-assets", "data-ip-transaction", when=("MONTH", "2025-06"),
         place=("FIRST", None, "DISTRICT", "Baiyun District")),
    Fact("L15", "data-assets", "registered-data-contracts", ("1.6", 8, "GT", "cny")),
    Fact("L15", "industrial-internet", "identifier-resolution-nodes", ("2", 0, "EQ", "node")),
    Fact("L15", "industrial-internet", "cosmetics-identifier-node", place=CHINA_FIRST),
    Fact("L15", "industrial-internet", "leather-identifier-node", place=CHINA_FIRST),
    Fact("L15", "digital-industry", "above-scale-digital-enterprises", ("110", 0, "EQ", "enterprise"),
         ("YEAR", "2025")),
    Fact("L15", "digital-industry", "digital-enterprise-revenue", ("90.95", 8, "EQ", "cny"),
         ("RANGE", "2025-01/2025-09"), ("YEAR_ON_YEAR", "UP", "19.1", "percent")),
    Fact("L16", "exchange-outreach", "conferences-held", ("3", 0, "EQ", "conference")),
    Fact("L16", "exchange-outreach", "study-visits", ("237", 0, "EQ", "delegation"), ("CUMULATIVE", None)),
    Fact("L16", "exchange-outreach", "events-supported", ("16", 0, "GT", "event"), ("CUMULATIVE", None)),
    Fact("L18", "sensing-data", "sensing-terminals", ("140", 4, "GT", "terminal")),
    Fact("L18", "sensing-data", "video-channels", ("16", 4, "GT", "video-channel"),
         place=("LEADING", None, "CITY", "Guangzhou")),
    Fact("L18", "sensing-data", "government-data-records", ("152.58", 8, "EQ", "record"),
         place=("LEADING", None, "CITY", "Guangzhou")),
    Fact("read in part", "sensing-data", "data-bodies", ("28", 0, "EQ", "organisation"), source=NEWSPAPER),
    Fact("read in part", "sensing-data", "data-kinds", ("883", 0, "EQ", "data-kind"), source=NEWSPAPER),
    Fact("L19", "computing-ai", "gpu-capacity", ("1000", 0, "GTE", "gpu-card"), place=GUANGZHOU_FIRST),
    Fact("L19", "computing-ai", "deepseek-deployment", place=("FIRST_BATCH", None, None, None)),
    Fact("L19", "chief-digital-officers", "organisations-covered", ("84", 0, "EQ", "organisation")),
]

HONOURS = [
    Honour(("L1", "L21"), "baiyun", "china-leading-smart-district", "AWARD", "ASIA_PACIFIC",
           ("YEAR", "2025"), 6),
    Honour(("L3",), "baiyun", "digital-transformation-pilot", "PILOT", "PROVINCE",
           place=("FIRST_BATCH", None, "PROVINCE", "Guangdong")),
    Honour(("L9",), "education", "trusted-education-identity-pilot", "PILOT", "NATION",
           place=("FIRST_BATCH", None, "NATION", "China")),
    Honour(("L9",), "education", "online-learning-space-region", "HONOUR", "NATION"),
    Honour(("L9",), "education", "guangzhou-ai-innovation-zone", "HONOUR", "CITY"),
    Honour(("L9",), "education", "guangdong-ai-pilot-zone", "PILOT", "PROVINCE"),
    Honour(("L10",), "healthcare", "health-interoperability-4b", "CERTIFICATION", "NATION",
           place=("FIRST_BATCH", None, "CITY", "Guangzhou")),
]
# fmt: on

PILLARS = {
    "governance": ["smart-governance", "urban-management", "emergency-response", "hotline-12345"],
    "livelihood": ["education", "healthcare", "culture-tourism", "elderly-care"],
    "digital-economy": ["data-assets", "industrial-internet", "digital-industry", "exchange-outreach"],
    "foundations": ["sensing-data", "computing-ai", "chief-digital-officers"],
}
