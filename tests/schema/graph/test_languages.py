"""Names in any language are served in it, negotiated, found as people type them, and ordered."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from loaders.mongo.driver import Database
from loaders.publishing.publish import publish
from seeds.building.district import build
from seeds.format.model import District
from tests.support.api import Api, api_of
from tests.support.data.content import district, load_of

# Slug, language of the file, name.
NAMES = (
    ("baiyun", "zh-Hans", {"zh-Hans": "平台卫生", "en": "Baiyun"}),
    ("seoul", "ko", {"ko": "서울특별시", "en": "Seoul"}),
    ("tokyo", "ja", {"ja": "東京のスマートシティ"}),
    ("malaga", "es", {"es": "Málaga señales"}),
    ("munich", "de", {"de": "München Weißbach"}),
    ("danang", "vi", {"vi": "Đà Nẵng"}),
    ("riyadh", "ar", {"ar": "إدارة الرِّيَاض"}),
    ("wanchai", "zh-HK", {"zh-HK": "灣仔裏"}),
)


@pytest_asyncio.fixture(scope="module")
async def named(mongodb_uri: str) -> AsyncIterator[Api]:
    contents = []
    for slug, language, name in NAMES:
        given: dict[str, Any] = {"slug": slug, "language": language, "name": name, "country": "CN"}
        contents.append(build(District.model_validate(given, context={"language": _canonical(language)})))
    async with api_of(mongodb_uri, contents) as api:
        yield api


def _canonical(language: str) -> str:
    return "zh-Hant-HK" if language == "zh-HK" else language


async def test_a_text_says_its_master_and_all_its_languages(named: Api) -> None:
    fields = "name { master zhHans en zhHant derived text translations { language text derived } } languages"
    data = await named.data(
        f'{{ seoul: district(slug: "seoul") {{ {fields} }} baiyun: district(slug: "baiyun") {{ {fields} }} }}'
    )
    assert data["seoul"] == {
        "name": {
            "master": "ko",
            "zhHans": None,
            "en": "Seoul",
            "zhHant": None,
            "derived": [],
            "text": "서울특별시",
            "translations": [
                {"language": "ko", "text": "서울특별시", "derived": False},
                {"language": "en", "text": "Seoul", "derived": False},
            ],
        },
        "languages": ["ko", "en"],
    }
    assert data["baiyun"]["name"]["translations"] == [
        {"language": "zh-Hans", "text": "平台卫生", "derived": False},
        {"language": "en", "text": "Baiyun", "derived": False},
        {"language": "zh-Hant", "text": "平台衞生", "derived": True},
        {"language": "zh-Hant-TW", "text": "平臺衛生", "derived": True},
    ]
    assert data["baiyun"]["languages"] == ["zh-Hans", "en", "zh-Hant", "zh-Hant-TW"]


@pytest.mark.parametrize(
    ("slug", "lang", "language", "text"),
    [
        ("baiyun", ["zh-HK"], "zh-Hant", "平台衞生"),
        ("baiyun", ["zh-TW"], "zh-Hant-TW", "平臺衛生"),
        ("baiyun", ["ko"], "zh-Hans", "平台卫生"),
        ("seoul", ["zh-TW"], "ko", "서울특별시"),
        ("seoul", ["ko-KR"], "ko", "서울특별시"),
        ("seoul", ["fr", "en-GB"], "en", "Seoul"),
        ("wanchai", ["zh-HK"], "zh-Hant-HK", "灣仔裏"),
        ("wanchai", ["zh-CN"], "zh-Hans", "湾仔里"),
        ("wanchai", ["zh-TW"], "zh-Hant", "灣仔裏"),
        ("wanchai", [], "zh-Hant-HK", "灣仔裏"),
    ],
)
async def test_the_best_of_the_languages_that_a_text_has_is_served(
    named: Api, slug: str, lang: list[str], language: str, text: str
) -> None:
    wanted = "[" + ", ".join(f'"{one}"' for one in lang) + "]"
    query = f'{{ district(slug: "{slug}") {{ name {{ text(lang: {wanted}) language(lang: {wanted}) }} }} }}'
    assert (await named.data(query))["district"]["name"] == {"text": text, "language": language}


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("서울", "seoul"),
        ("특별시", "seoul"),
        ("SEOUL", "seoul"),
        ("スマート", "tokyo"),
        ("ｽﾏｰﾄ", "tokyo"),
        ("東京", "tokyo"),
        ("东京", "tokyo"),
        ("malaga", "malaga"),
        ("MÁLAGA", "malaga"),
        ("senales", "malaga"),
        ("munchen", "munich"),
        ("Muenchen", "munich"),
        ("MÜNCHEN", "munich"),
        ("Mu\u0308nchen", "munich"),
        ("weissbach", "munich"),
        ("Weißbach", "munich"),
        ("da nang", "danang"),
        ("Đà Nẵng", "danang"),
        ("الرياض", "riyadh"),
        ("ادارة", "riyadh"),
        ("إداره", "riyadh"),
        ("平臺", "baiyun"),
        ("衞生", "baiyun"),
        ("衛生", "baiyun"),
        ("灣仔裡", "wanchai"),
        ("湾仔", "wanchai"),
    ],
)
async def test_a_name_is_found_as_people_type_it(named: Api, typed: str, slug: str) -> None:
    data = await named.data(
        f"""{{ search(text: "{typed}", match: ALL) {{ nodes {{ node {{ id }} }} }}
        districts(where: {{ name: {{ contains: "{typed}" }} }}) {{ nodes {{ slug }} }} }}"""
    )
    assert [one["node"]["id"] for one in data["search"]["nodes"]] == [f"District:{slug}"]
    assert [one["slug"] for one in data["districts"]["nodes"]] == [slug]


async def test_a_highlight_covers_the_word_with_its_accents(named: Api) -> None:
    data = await named.data(
        '{ search(text: "munchen") { nodes { highlights { language text ranges { start end } } } } }'
    )
    [found] = data["search"]["nodes"]
    assert found["highlights"] == [{"language": "de", "text": "München Weißbach", "ranges": [{"start": 0, "end": 7}]}]


async def test_names_in_latin_letters_take_part_in_the_order_of_english(named: Api) -> None:
    data = await named.data('{ districts(orderBy: [{ name: { lang: "en" } }]) { nodes { slug } } }')
    slugs = [one["slug"] for one in data["districts"]["nodes"]]
    assert slugs[:5] == ["baiyun", "danang", "malaga", "munich", "seoul"]
    assert set(slugs[5:]) == {"tokyo", "riyadh", "wanchai"}


async def test_the_dataset_names_the_languages_of_most_districts_first(named: Api) -> None:
    languages = (await named.data("{ dataset { languages } }"))["dataset"]["languages"]
    assert languages[:3] == ["en", "zh-Hans", "zh-Hant"]
    assert set(languages[3:]) == {"ar", "de", "es", "ja", "ko", "vi", "zh-Hant-HK", "zh-Hant-TW"}


async def test_languages_follow_what_is_loaded_and_removed(api: Api, database: Database) -> None:
    korean = {**district("a"), "name": {"master": "ko", "ko": "가", "en": "A"}}
    await publish(
        database, load_of([build(District.model_validate(korean)), build(District.model_validate(district("b")))])
    )
    assert (await api.data("{ dataset { languages } }"))["dataset"]["languages"] == ["en", "zh-Hans", "zh-Hant", "ko"]
    await publish(database, load_of([build(District.model_validate(district("a")))]))
    assert (await api.data("{ dataset { languages } }"))["dataset"]["languages"] == ["en", "zh-Hans", "zh-Hant"]
