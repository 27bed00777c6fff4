"""The closed registry of units.

UCUM codes are from the Unified Code for Units of Measure (counted things are its curly-brace annotations),
currencies from ISO 4217. Only these units are allowed, so that figures are comparable.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: `code` is its slug, `counter_zh` the Chinese measure word that follows a figure.

    adds_up: whether the sum of figures of several places has a meaning.
    """

    code: str
    zh_hans: str
    zh_hant: str
    en: str
    ucum: str | None
    currency: str | None = None
    counter_zh: str = ""
    adds_up: bool = True


def _counted(code: str, zh_hans: str, zh_hant: str, en: str, counter_zh: str) -> Unit:
    return Unit(code, zh_hans, zh_hant, en, ucum=f"{{{code}}}", counter_zh=counter_zh)


UNITS: Final = MappingProxyType(
    {
        unit.code: unit
        for unit in (
            Unit("percent", "百分比", "百分比", "percent", ucum="%", adds_up=False),
            Unit(
                "percentage-point", "百分点", "百分點", "percentage points", ucum="{percentage-point}", adds_up=False
            ),
            Unit("cny", "元人民币", "元人民幣", "Chinese yuan", ucum=None, currency="CNY"),
            Unit("usd", "美元", "美元", "US dollars", ucum=None, currency="USD"),
            Unit("aed", "阿联酋迪拉姆", "阿聯酋迪拉姆", "UAE dirhams", ucum=None, currency="AED"),
            Unit("krw", "韩元", "韓元", "South Korean won", ucum=None, currency="KRW"),
            _counted("work-order", "宗工单", "宗工單", "work orders", "宗"),
            _counted("list", "张清单", "張清單", "lists", "张"),
            _counted("field", "个领域", "個領域", "fields", "个"),
            _counted("drone-dock", "台无人机自动机库", "台無人機自動機庫", "drone docking stations", "台"),
            _counted("platform", "个平台", "個平台", "platforms", "个"),
            Unit("tier", "级", "級", "tiers", ucum="{tier}", counter_zh="级", adds_up=False),
            _counted("facility", "处设施", "處設施", "facilities", "处"),
            _counted("asset", "项资产", "項資產", "assets", "项"),
            _counted("transaction", "宗交易", "宗交易", "transactions", "宗"),
            _counted("node", "个节点", "個節點", "nodes", "个"),
            _counted("enterprise", "家企业", "家企業", "enterprises", "家"),
            _counted("conference", "届会议", "屆會議", "conferences", "届"),
            _counted("delegation", "批次来访", "批次來訪", "visiting delegations", "批次"),
            _counted("event", "场活动", "場活動", "events", "场"),
            _counted("terminal", "个终端", "個終端", "terminals", "个"),
            _counted("video-channel", "路视频", "路視頻", "video channels", "路"),
            _counted("record", "条数据", "條數據", "records", "条"),
            _counted("gpu-card", "张 GPU 卡", "張 GPU 卡", "GPU cards", "张"),
            _counted("organisation", "家单位", "家單位", "organisations", "家"),
            Unit("kilometre", "公里", "公里", "kilometres", ucum="km", counter_zh="公里"),
            Unit("square-kilometre", "平方公里", "平方公里", "square kilometres", ucum="km2", counter_zh="平方公里"),
            _counted("application", "个应用", "個應用", "applications", "个"),
            _counted("agent", "个智能体", "個智能體", "AI agents", "个"),
            _counted("batch", "批", "批", "batches", "批"),
            _counted("call", "次调用", "次調用", "calls", "次"),
            _counted("case", "笔业务", "筆業務", "cases", "笔"),
            _counted("data-kind", "类数据", "類數據", "kinds of data", "类"),
            _counted("device", "个设备", "個設備", "devices", "个"),
            _counted("district", "个区", "個區", "districts", "个"),
            _counted("download", "次下载", "次下載", "downloads", "次"),
            _counted("headquarters", "家总部", "家總部", "headquarters", "家"),
            _counted("item", "个信息项", "個信息項", "items", "个"),
            _counted("matter", "个事项", "個事項", "matters", "个"),
            _counted("model", "个模型", "個模型", "models", "个"),
            _counted("pilot", "个试点", "個試點", "pilots", "个"),
            _counted("point", "个点位", "個點位", "points", "个"),
            _counted("project", "个项目", "個項目", "projects", "个"),
            _counted("service", "项服务", "項服務", "services", "项"),
            _counted("use", "次使用", "次使用", "uses", "次"),
            _counted("user", "名用户", "名用戶", "users", "名"),
        )
    }
)


def kind_of_unit(code: str) -> str:
    """What two units have in common that an indicator may have both: the unit itself, or that they are currencies."""
    return "currency" if UNITS[code].currency else code


def are_of_one_kind(codes: Iterable[str]) -> bool:
    """Whether an indicator may have figures in all of some units."""
    return len(set(map(kind_of_unit, codes))) < 2


def only_one(codes: Iterable[str]) -> str | None:
    """The only one of some units; None if there are none or several."""
    found = list(codes)
    return found[0] if len(found) == 1 else None
