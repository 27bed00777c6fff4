"""The published facts of other places than Baiyun, written out by hand: what the files and the API must say."""
# ruff: noqa: E501

from typing import Final

# District and metric: observation, figure, comparator unless it is EQ, unit, period, status unless it is NORMAL, source.
FACTS: Final = """
longgang gdp: 2022-q1-q3 329755000000 cny 2022-01/2022-09 longgang-economy-2022-q1-q3
longgang gdp: 2024-h1 250099000000 cny 2024-40 longgang-press-2024
longgang primary-value-added: 2022-q1-q3 119000000 cny 2022-01/2022-09 longgang-economy-2022-q1-q3
longgang secondary-value-added: 2022-q1-q3 216900000000 cny 2022-01/2022-09 longgang-economy-2022-q1-q3
longgang tertiary-value-added: 2022-q1-q3 112736000000 cny 2022-01/2022-09 longgang-economy-2022-q1-q3
longgang retail-sales: 2022-q1-q3 105234000000 cny 2022-01/2022-09 longgang-economy-2022-q1-q3
longgang services-above-scale: 2022-m1-m8 71693000000 cny 2022-01/2022-08 longgang-economy-2022-q1-q3
longgang data-records: 2025-h1 29200000000 record 2025-40 longgang-data-2025-h1
longgang data-service-calls: main 1262000000 GT call 2025-40 longgang-data-2025-h1
longgang large-model-applications: main 47 application /2025-06 longgang-data-2025-h1
longgang video-applications: main 77 application /2025-06 longgang-data-2025-h1
longgang agents: main 141 agent /2025-06 longgang-data-2025-h1
longgang agent-uses: main 26000 GT use /2025-06 longgang-data-2025-h1
longgang model-calls: main 200000 GT call /2025-06 longgang-data-2025-h1
longgang instant-approval-matters: 2023 86 matter 2023 longgang-data-2023
longgang instant-approval-cases: 2023 1150000 GT case 2023 longgang-data-2023
longgang enterprise-subsidies: 2023 93000000 GT cny 2023 longgang-data-2023
guangming government-fibre: 2022 210 APPROX kilometre 2022 guangming-data-2022
guangming fibre-points: 2022 100 point 2022 guangming-data-2022
guangming projects-reviewed: 2023 36 project 2023 guangming-data-2023
guangming reviewed-project-value: 2023 286000000 APPROX cny 2023 guangming-data-2023
guangming sensing-devices: 2023 11416 device 2023 guangming-data-2023
guangming video-channels: 2023 42209 video-channel 2023 guangming-data-2023
guangming data-records: 2024 2800000000 GT record 2024 guangming-data-2024
guangming data-base-area: 2024 156 square-kilometre 2024 guangming-data-2024
guangming building-models: 2024 135 model 2024 guangming-data-2024
guangming catalogue-batches: 2024 2 batch 2024 guangming-data-2024
guangming catalogue-items: 2024 18900 item 2024 guangming-data-2024
suzhou-industrial-park gdp: 2023 368600000000 cny 2023 sip-overview-2023
suzhou-industrial-park budget-revenue: 2023 41110000000 cny 2023 sip-overview-2023
suzhou-industrial-park industrial-output: 2023 650940000000 cny 2023 sip-overview-2023
suzhou-industrial-park fixed-investment: 2023 59290000000 cny 2023 sip-overview-2023
suzhou-industrial-park retail-sales: 2023 117310000000 cny 2023 sip-overview-2023
suzhou-industrial-park tertiary-value-added: 2023 191180000000 cny 2023 sip-overview-2023
suzhou-industrial-park services-share-of-gdp: 2023 51.9 percent 2023 sip-overview-2023
suzhou-industrial-park trade: 2023 606970000000 cny 2023 sip-overview-2023
suzhou-industrial-park foreign-capital-used: 2023 1950000000 usd 2023 sip-overview-2023
suzhou-industrial-park biomedicine-output: 2023 152300000000 cny 2023 sip-overview-2023
suzhou-industrial-park nanotechnology-output: 2023 155700000000 cny 2023 sip-overview-2023
suzhou-industrial-park ai-output: 2023 100600000000 cny 2023 sip-overview-2023
suzhou-industrial-park high-tech-share: 2023 73.9 percent 2023 sip-overview-2023
suzhou-industrial-park high-tech-enterprises: 2023-end 2800 NEAR enterprise 2023-12-31 sip-overview-2023
suzhou-industrial-park unicorns: 2023-end 218 enterprise 2023-12-31 sip-overview-2023
suzhou-industrial-park headquarters: 2023-end 212 headquarters 2023-12-31 sip-overview-2023
suzhou-industrial-park regional-headquarters: 2023-end 67 headquarters 2023-12-31 sip-overview-2023
suzhou-industrial-park city-level-headquarters: 2023-end 149 headquarters 2023-12-31 sip-overview-2023
suzhou-industrial-park city-level-headquarters-share: 2023-end 30 APPROX percent 2023-12-31 sip-overview-2023
suxiang-cooperation-zone industrial-output: 2023 45840000000 cny 2023 sip-overview-2023
suxiang-cooperation-zone high-tech-share: 2023 63.9 percent 2023 sip-overview-2023
dubai rta-digital-revenue: 2020 2655000000 aed 2020 khaleej-times-rta-2020
dubai rta-digital-revenue: 2021 3500000000 aed 2021 virgin-radio-rta-2021
dubai rta-digital-transactions: 2020 527146000 transaction 2020 khaleej-times-rta-2020
dubai rta-digital-transactions: 2021 676000000 transaction 2021 virgin-radio-rta-2021
dubai rta-registered-users: 2020 2162000 user 2020 khaleej-times-rta-2020
dubai rta-registered-users: 2021 2000000 GT user 2021 virgin-radio-rta-2021
dubai rta-active-users: 2021 1000000 NEAR user 2021 virgin-radio-rta-2021
dubai rta-customer-happiness: 2020 96.2 percent 2020 khaleej-times-rta-2020
dubai rta-app-downloads: 2020 6136000 download 2020 khaleej-times-rta-2020
dubai rta-app-downloads: 2021 6100000 download 2021 virgin-radio-rta-2021
dubai rta-digital-share: 2020 91 GT percent 2020 khaleej-times-rta-2020
dubai rta-digital-adoption-index: 2021 95.2 percent 2021 virgin-radio-rta-2021
dubai dubainow-services: 2019-10 88 service 2019-10 gulf-news-dubainow-2019
dubai dubainow-services: 2023 170 GT service 2023 gulf-news-digitisation-2023
dubai dubainow-organisations: 2019-10 15 organisation 2019-10 gulf-news-dubainow-2019
dubai dubainow-organisations: 2023 35 GT organisation 2023 gulf-news-digitisation-2023
dubai dubainow-transaction-value: 2019-10 4000000000 GT aed /2019-10 gulf-news-dubainow-2019
dubai dubainow-transaction-value: 2023 12000000000 GT aed /2023 gulf-news-digitisation-2023
dubai dubainow-transactions: 2022-h1 2100000 transaction 2022-40 gulf-news-digitisation-2023
dubai dubainow-transactions: 2023-h1 2600000 APPROX transaction 2023-40 gulf-news-digitisation-2023
dubai dubainow-transactions-total: 2023 23000000 GT transaction /2023 gulf-news-digitisation-2023
dubai services-digitised: 2023 99.5 percent 2023 gulf-news-digitisation-2023
dubai digital-transaction-share: 2023 87 percent 2023 gulf-news-digitisation-2023
dubai government-apps: 2023 120 GT application 2023 gulf-news-digitisation-2023
seoul digital-safety-budget: 2025 51300000000 krw 2025 korea-bizwire-digital-safety-2025
seoul intelligent-camera-share: 2024-end 33 percent 2024-12-31 korea-bizwire-digital-safety-2025
seoul intelligent-camera-share: 2025-end-forecast 57 APPROX percent 2025-12-31 FORECAST korea-bizwire-digital-safety-2025
seoul intelligent-camera-share: 2026-target 100 percent 2026 TARGET korea-bizwire-digital-safety-2025
seoul camera-network-districts: 2021 15 district 2021 seoul-digital-foundation-policy-tasks
seoul camera-network-districts: 2024 25 district 2024 seoul-digital-foundation-policy-tasks
seoul public-wifi-points: 2021-04 22431 point 2021-04 boan-news-public-wifi-2021
seoul public-wifi-points-planned: 2023-target 11030 point 2023 TARGET seoul-digital-foundation-policy-tasks
seoul smart-city-pilots: 2021 2 pilot 2021 seoul-digital-foundation-policy-tasks
seoul smart-city-pilots: 2025-target 15 pilot 2025 TARGET seoul-digital-foundation-policy-tasks
"""

# District, metric, observation: sign and figure, unit, basis unless it is YEAR_ON_YEAR, and what else is said.
CHANGES: Final = """
longgang gdp 2022-q1-q3: +2.5 percent
longgang gdp 2024-h1: +9.0 percent
longgang primary-value-added 2022-q1-q3: +30.9 percent
longgang secondary-value-added 2022-q1-q3: +4.0 percent
longgang tertiary-value-added 2022-q1-q3: -0.4 percent
longgang industrial-value-added 2022-q1-q3: +2.3 percent
longgang retail-sales 2022-q1-q3: +5.4 percent
longgang services-above-scale 2022-m1-m8: +6.3 percent
longgang fixed-investment 2022-q1-q3: +22.0 percent
longgang service-time-limits 2023: -46.6 percent UNSPECIFIED
longgang instant-approval-time 2023: -77.78 percent UNSPECIFIED
suzhou-industrial-park gdp 2023: +5.9 percent
suzhou-industrial-park budget-revenue 2023: +6.1 percent like-for-like
suzhou-industrial-park industrial-output 2023: +0.1 percent
suzhou-industrial-park fixed-investment 2023: +25.3 percent
dubai rta-digital-revenue 2021: +32 percent
dubai rta-digital-transactions 2021: +28 percent
dubai dubainow-transactions 2023-h1: +24 percent from EQ 2100000 to APPROX 2600000
seoul digital-safety-budget 2025: +6300000000 krw
"""

# District, metric and observation or award: kind, position, scope, and what else is said.
RANKS: Final = """
longgang industrial-district-rank main: PLACE 1 NATION among 工业区 streak 6
longgang r1-deployment main: FIRST NATION among 行政单位
longgang data-management-maturity-pilot: FIRST_BATCH NATION of 10
longgang data-management-maturity-pilot: ONLY PROVINCE
suzhou-industrial-park regional-headquarters 2023-end: PLACE 1 PROVINCE by LEVEL
suzhou-industrial-park city-level-headquarters 2023-end: PLACE 1 CITY by LEVEL
"""

# District, metric, observation: what other sources say of the same.
DIFFERING: Final = """
dubai rta-digital-revenue 2020: EQ 2600000000 virgin-radio-rta-2020
dubai rta-digital-transactions 2020: EQ 527000000 virgin-radio-rta-2020
dubai rta-digital-transactions 2020: EQ 528057108 dubai-city-guide-rta-2020
dubai rta-app-downloads 2020: GT 6130000 virgin-radio-rta-2020
dubai rta-digital-share 2020: EQ 99.83 dubai-city-guide-rta-2020
"""

# District and award: kind, period, source.
AWARDS: Final = """
longgang data-management-maturity-pilot: PILOT None longgang-data-2025-h1
guangming smart-city-expo-2024: AWARD 2024 guangming-data-2024
"""

# What a newspaper published of Baiyun five years before its notice, in the form of the facts above.
BAIYUN_2020: Final = """
baiyun data-bodies: main 28 organisation None ycwb-baiyun-data-2020
baiyun data-kinds: main 883 data-kind None ycwb-baiyun-data-2020
"""

# Source: when it was published, if known, and its address.
SOURCES: Final = """
boan-news-public-wifi-2021: 2021-05-26 https://www.boannews.com/media/view.asp?idx=97786
dubai-city-guide-rta-2020: None https://blog.dubaicityguide.com/site/rtas-digital-transactions-cross-half-a-billion-mark-in-2020
guangming-data-2022: 2023-07-26 https://www.szgm.gov.cn/xxgk/xqgwhxxgkml/ghjh_116525/jhzj/content/post_10740531.html
guangming-data-2023: None https://www.szgm.gov.cn/gmzsj/gkmlpt/content/11/11213/post_11213933.html
guangming-data-2024: 2025-09-18 https://www.szgm.gov.cn/gmzsj/gkmlpt/content/12/12401/post_12401534.html
gulf-news-digitisation-2023: 2023 https://gulfnews.com/uae/government/dubai-government-services-digitisation-rate-hits-995-1.97947594
gulf-news-dubainow-2019: 2019-10-21 https://gulfnews.com/uae/dubai-now-sheikh-hamdan-directs-government-entities-to-provide-services-through-app-1.1571668915550
khaleej-times-rta-2020: 2021-07-31 https://www.khaleejtimes.com/news/rtas-revenues-from-digital-platforms-hit-dh26-billion
korea-bizwire-digital-safety-2025: 2025-02-19 https://koreabizwire.com/seoul-plans-51-3-billion-won-investment-in-digital-safety-infrastructure/307254
longgang-data-2023: None https://www.lg.gov.cn/xxgk/zwgk/ghjh/ndgzjhjzj/qzfgzbm/content/post_11423779.html
longgang-data-2025-h1: None https://www.lg.gov.cn/lgzwfwsjglj/gkmlpt/content/12/12259/post_12259834.html
longgang-economy-2022-q1-q3: None https://www.lg.gov.cn/tzcy/tjfx/content/post_10211751.html
longgang-press-2024: 2024 https://www.hkstv.tv/index/detail/id/109890/category/18.html
seoul-digital-foundation-policy-tasks: None https://digital.seoul.go.kr/eng2025/smart-2025/policy-tasks?article=4880
sip-overview-2023: 2024-02-04 https://www.sipac.gov.cn/szgyyq/yqjjfz/common_tt.shtml
virgin-radio-rta-2020: None https://virginradiodubai.com/trending/business-news/rtas-digital-platforms-generate-aed-2-6-billion-in-revenue
virgin-radio-rta-2021: None https://virginradiodubai.com/trending/business-news/rtas-digital-platform-revenues-hit-aed-3-5-billion-in-2021
ycwb-baiyun-data-2020: 2020-11-14 https://ycpai.ycwb.com/ycppad/content/2020-11/14/content_1285823.html
"""

# Place: kind, country, and the place that it is a part of.
PLACES: Final = """
dubai: CITY AE
guangming: DISTRICT CN
longgang: DISTRICT CN
seoul: CITY KR
suxiang-cooperation-zone: ZONE CN suzhou-industrial-park
suzhou-industrial-park: ZONE CN
"""
