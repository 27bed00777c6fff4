"""The units that figures may have, written out: code, names, UCUM code, currency and Chinese measure word."""

from typing import Any, Final

# fmt: off
_UNITS: Final = (
    # code, Simplified Chinese, Traditional Chinese, English, Chinese measure word
    ("percent", "百分比", "百分比", "percent", ""),
    ("percentage-point", "百分点", "百分點", "percentage points", ""),
    ("cny", "元人民币", "元人民幣", "Chinese yuan", ""),
    ("usd", "美元", "美元", "US dollars", ""),
    ("aed", "阿联酋迪拉姆", "阿聯酋迪拉姆", "UAE dirhams", ""),
    ("krw", "韩元", "韓元", "South Korean won", ""),
    ("work-order", "宗工单", "宗工單", "work orders", "宗"),
    ("list", "张清单", "張清單", "lists", "张"),
    ("field", "个领域", "個領域", "fields", "个"),
    ("drone-dock", "台无人机自动机库", "台無人機自動機庫", "drone docking stations", "台"),
    ("platform", "个平台", "個平台", "platforms", "个"),
    ("tier", "级", "級", "tiers", "级"),
    ("facility", "处设施", "處設施", "facilities", "处"),
    ("asset", "项资产", "項資產", "assets", "项"),
    ("transaction", "宗交易", "宗交易", "transactions", "宗"),
    ("node", "个节点", "個節點", "nodes", "个"),
    ("enterprise", "家企业", "家企業", "enterprises", "家"),
    ("conference", "届会议", "屆會議", "conferences", "届"),
    ("delegation", "批次来访", "批次來訪", "visiting delegations", "批次"),
    ("event", "场活动", "場活動", "events", "场"),
    ("terminal", "个终端", "個終端", "terminals", "个"),
    ("video-channel", "路视频", "路視頻", "video channels", "路"),
    ("record", "条数据", "條數據", "records", "条"),
    ("gpu-card", "张 GPU 卡", "張 GPU 卡", "GPU cards", "张"),
    ("organisation", "家单位", "家單位", "organisations", "家"),
    ("kilometre", "公里", "公里", "kilometres", "公里"),
    ("square-kilometre", "平方公里", "平方公里", "square kilometres", "平方公里"),
    ("application", "个应用", "個應用", "applications", "个"),
    ("agent", "个智能体", "個智能體", "AI agents", "个"),
    ("batch", "批", "批", "batches", "批"),
    ("call", "次调用", "次調用", "calls", "次"),
    ("case", "笔业务", "筆業務", "cases", "笔"),
    ("data-kind", "类数据", "類數據", "kinds of data", "类"),
    ("device", "个设备", "個設備", "devices", "个"),
    ("district", "个区", "個區", "districts", "个"),
    ("download", "次下载", "次下載", "downloads", "次"),
    ("headquarters", "家总部", "家總部", "headquarters", "家"),
    ("item", "个信息项", "個信息項", "items", "个"),
    ("matter", "个事项", "個事項", "matters", "个"),
    ("model", "个模型", "個模型", "models", "个"),
    ("pilot", "个试点", "個試點", "pilots", "个"),
    ("point", "个点位", "個點位", "points", "个"),
    ("project", "个项目", "個項目", "projects", "个"),
    ("service", "项服务", "項服務", "services", "项"),
    ("use", "次使用", "次使用", "uses", "次"),
    ("user", "名用户", "名用戶", "users", "名"),
)
# fmt: on
_UCUM: Final[dict[str, str | None]] = {
    "percent": "%",
    "kilometre": "km",
    "square-kilometre": "km2",
    **dict.fromkeys(("cny", "usd", "aed", "krw")),
}
_CURRENCIES: Final = {code: code.upper() for code in ("cny", "usd", "aed", "krw")}

UNITS: Final[dict[str, dict[str, Any]]] = {
    code: {
        "code": code,
        "ucum": _UCUM.get(code, f"{{{code}}}"),
        "currency": _CURRENCIES.get(code),
        "name": {"zhHans": zh_hans, "zhHant": zh_hant, "en": en, "derived": []},
        "counter": {"zh-Hans": zh_hans[: len(counter)], "zh-Hant": zh_hant[: len(counter)]},
    }
    for code, zh_hans, zh_hant, en, counter in _UNITS
}


def unit_of(code: str) -> dict[str, Any]:
    """The unit of a code."""
    return UNITS[code]
