"""The explorer as its users meet it: a real browser, the real server, and no internet."""

import re
from collections.abc import AsyncIterator
from urllib.parse import quote, urlencode

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.support.browser.visitor import Server, Visitor
from tests.support.waiting import PATIENCE_S

# Playwright's objects live in the event loop that made them: each test's own, whatever the default.
pytestmark = [pytest.mark.asyncio(loop_scope="function"), pytest.mark.slow]

TABS = ["Baiyun", "Compare", "Awards", "Search", "Districts"]
NAME = '{ district(slug: "baiyun") { name { text } } }'
NAME_TOLD = 'subscription { districtChanged(slug: "baiyun", resumeAfter: 0) { district { name { text } } } }'


@pytest_asyncio.fixture(loop_scope="function")
async def plain(visitor: Visitor) -> AsyncIterator[Page]:
    """A page on a phone, without JavaScript."""
    assert visitor.page.context.browser
    context = await visitor.page.context.browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="en-GB"
    )
    yield await context.new_page()
    await context.close()


async def test_the_first_example_and_its_answer_are_there_without_javascript(server: Server, plain: Page) -> None:
    await plain.goto(f"{server.url}/graphql")
    await expect(plain.get_by_label("Query")).to_have_value(
        re.compile(r"^# What rose and what fell.*query Baiyun", re.S)
    )
    await expect(plain.locator("#answer")).to_contain_text('"formatted": "down 30.9% year on year"')


async def test_an_operation_is_changed_and_run_without_javascript(server: Server, plain: Page) -> None:
    await plain.goto(f"{server.url}/graphql")
    await plain.get_by_label("Query").fill("query N($s: String!) {\n  district(slug: $s) { name { text } }\n}")
    await plain.get_by_text("Variables and headers").click()
    await plain.get_by_label("Variables (JSON)").fill('{"s": "baiyun"}')
    await plain.get_by_role("button", name="繁體").click()
    await expect(plain.locator("#answer")).to_contain_text("白雲區")
    # The language stays chosen.
    await plain.get_by_role("button", name="Run", exact=True).click()
    await expect(plain.locator("#answer")).to_contain_text("白雲區")
    await expect(plain.get_by_role("button", name="繁體")).to_have_attribute("aria-pressed", "true")
    await plain.get_by_role("link", name="Districts").click()
    await expect(plain.locator("#answer")).to_contain_text("白雲區")
    await expect(plain.locator("#answer")).to_contain_text('"totalCount": 1')


async def test_a_query_with_markup_is_shown_as_text(server: Server, visitor: Visitor) -> None:
    query = '# </textarea><img src=x onerror="document.title=1"><script>document.title=1</script>\n{ a }'
    given = urlencode({"query": query, "variables": '{"<b>": "</pre><i>"}'})
    await visitor.page.goto(f"{server.url}/graphql?{given}")
    await visitor.has_editor()
    await visitor.sees_in_response("Cannot query field 'a' on type 'Query'.")
    await expect(visitor.page).to_have_title("Yunshan explorer")
    assert await visitor.page.locator("img, b, i").count() == 0
    assert (visitor.strangers, visitor.complaints) == ([], [])


async def test_the_answer_comes_before_the_editor(server: Server, visitor: Visitor) -> None:
    """The page needs no script for its first paint; what is heavy comes later, and moves nothing."""
    requested: list[str] = []
    visitor.page.on("request", lambda request: requested.append(request.url.rpartition("/")[2]))
    response = await visitor.page.goto(f"{server.url}/graphql")
    assert response is not None
    page = await response.text()
    assert "query Baiyun" in page
    assert "down 30.9% year on year" in page
    assert not re.search(r'rel="(stylesheet|modulepreload)"', page)
    await visitor.has_editor()
    scripts = [name.partition("-")[0] for name in requested if name.endswith(".js")]
    assert scripts[0] == "index"
    assert scripts.index("editor") < scripts.index("documentation")
    assert not [name for name in requested if "worker" in name]
    sizes = await visitor.page.evaluate(
        "performance.getEntriesByType('resource').map(({ name, encodedBodySize: size }) => [name, size])"
    )
    assert sum(size for name, size in sizes if name.endswith(".js")) < 300_000
    assert len(page.encode()) < 40_000


@pytest.mark.parametrize("width", [390, 768, 1280])
async def test_it_fits_the_screen(server: Server, visitor: Visitor, width: int) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": width, "height": 844})
    await page.goto(f"{server.url}/graphql")
    await visitor.has_editor()
    await page.get_by_role("button", name="Docs").click()
    await page.get_by_text("More", exact=True).click()
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    query, answer = page.get_by_role("textbox", name="Query"), page.get_by_role("textbox", name="Answer")
    query_box, answer_box = await query.bounding_box(), await answer.bounding_box()
    assert query_box
    assert answer_box
    assert min(query_box["width"], answer_box["width"]) > width / 4
    is_stacked = answer_box["y"] >= query_box["y"] + query_box["height"]
    assert is_stacked == (width < 800)


async def test_it_asks_no_other_host_and_its_policy_allows_all_that_it_does(server: Server, visitor: Visitor) -> None:
    response = await visitor.page.goto(f"{server.url}/graphql")
    await visitor.run_operation()
    await visitor.sees_in_response("Baiyun District")

    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert visitor.strangers == []
    assert visitor.complaints == []


async def test_the_documentation_tells_what_the_query_type_is_for(server: Server, visitor: Visitor) -> None:
    page = visitor.page
    await page.goto(f"{server.url}/graphql")
    await page.get_by_role("button", name="Docs").click()
    documentation = page.get_by_role("region", name="Documentation")
    await documentation.get_by_role("link", name="Query", exact=True).click()
    await expect(documentation.get_by_role("heading")).to_have_text("Query")
    await expect(documentation).to_contain_text(query_description(server))
    await documentation.get_by_role("searchbox").fill("streakyears")
    await expect(documentation.get_by_role("link", name="Award.streakYears", exact=True)).to_be_visible()


async def test_a_field_of_the_documentation_is_put_into_the_query(server: Server, visitor: Visitor) -> None:
    page = visitor.page
    await page.goto(f"{server.url}/graphql?query={quote('{ }')}")
    await visitor.has_editor()
    await page.get_by_role("textbox", name="Query").click()
    await page.keyboard.press("Control+Home")
    await page.keyboard.press("ArrowRight")
    await page.get_by_role("button", name="Docs").click()
    await page.get_by_role("link", name="Query", exact=True).click()
    await page.get_by_role("button", name="Insert indicator", exact=True).click()
    await expect(page.get_by_role("textbox", name="Query")).to_have_text(
        re.compile(r"\{indicator(\(slug: \))? \{ __typename \}")
    )


async def test_names_are_completed_from_the_schema(server: Server, visitor: Visitor) -> None:
    page = visitor.page
    await page.goto(f"{server.url}/graphql?query={quote('{ dataset { rev } }')}")
    await visitor.has_editor()
    await page.get_by_role("textbox", name="Query").click()
    await page.keyboard.press("Control+Home")
    for _ in range(len("{ dataset { rev")):
        await page.keyboard.press("ArrowRight")
    await page.keyboard.type("i")
    await expect(page.get_by_role("option", name="revision")).to_be_visible()


async def test_it_leads_to_the_pages_the_guide_and_the_downloads(server: Server, visitor: Visitor) -> None:
    await visitor.page.goto(f"{server.url}/graphql")
    links = visitor.page.get_by_role("navigation", name="Site").get_by_role("link")
    await expect(links).to_have_text(["Pages", "网页", "網頁", "Guide", "Downloads"])
    for link in await links.all():
        address = await link.get_attribute("href")
        assert httpx2.get(f"{server.url}{address}", timeout=PATIENCE_S).status_code == 200, address


async def test_each_tab_answers_as_it_is_opened(server: Server, visitor: Visitor) -> None:
    page = visitor.page
    await page.goto(f"{server.url}/graphql")
    tabs = page.get_by_role("navigation", name="Examples").get_by_role("link")
    await expect(tabs).to_have_text(TABS)
    for name, told in zip(TABS, ("30.9%", '"indicators"', "streakYears", "highlights", "metricCount"), strict=True):
        await tabs.filter(has_text=name).click()
        await visitor.sees_in_response(told)
        await expect(tabs.filter(has_text=name)).to_have_attribute("aria-current", "page")
    await page.get_by_text("More", exact=True).click()
    await page.get_by_role("link", name="Which percentages are above 80?").click()
    await visitor.sees_in_response("dispatch-accuracy")
    await page.go_back()
    await visitor.sees_in_response("metricCount")


async def test_a_link_with_a_query_opens_that_query(server: Server, visitor: Visitor) -> None:
    query = "query Linked($slug: String!) { district(slug: $slug) { slug } }"
    variables = '{"slug": "baiyun"}'
    await visitor.page.goto(f"{server.url}/graphql?query={quote(query)}&variables={quote(variables)}")
    await visitor.sees_in_response('"slug": "baiyun"')
    await visitor.run_operation()
    await visitor.sees_in_response('"slug": "baiyun"')


async def test_of_several_operations_the_one_at_the_cursor_is_run(server: Server, visitor: Visitor) -> None:
    query = 'query A { a: __typename }\nquery B { district(slug: "baiyun") { slug } }'
    await visitor.page.goto(f"{server.url}/graphql?query={quote(query)}")
    await visitor.has_editor()
    await visitor.page.get_by_role("textbox", name="Query").click()
    await visitor.page.keyboard.press("Control+End")
    await visitor.page.keyboard.press("Control+Enter")
    await visitor.sees_in_response('"slug": "baiyun"')


async def test_tidying_keeps_the_comments(server: Server, visitor: Visitor) -> None:
    query = '# The name.\n{district(slug:"baiyun"){name{en # in English\nzhHans}}}# The end.'
    await visitor.page.goto(f"{server.url}/graphql?query={quote(query)}")
    await visitor.page.get_by_role("button", name="Tidy").click()
    await expect(visitor.page.get_by_role("textbox", name="Query").locator(".cm-line")).to_have_text(
        [
            "# The name.",
            "{",
            'district(slug: "baiyun") {',
            "name {",
            "en # in English",
            "zhHans",
            "}",
            "}",
            "} # The end.",
        ]
    )


async def test_a_subscription_runs_as_it_is_opened_until_it_is_stopped(server: Server, visitor: Visitor) -> None:
    query = "subscription Told { datasetChanged(resumeAfter: 0) { revision counts { districts } } }"
    await visitor.page.goto(f"{server.url}/graphql?query={quote(query)}")
    await visitor.sees_in_response('"revision": 1')
    await visitor.page.get_by_role("button", name="Stop").click()
    await expect(visitor.page.get_by_role("button", name="Run", exact=True)).to_be_visible()
    assert visitor.complaints == []


@pytest.mark.parametrize("query", [NAME, NAME_TOLD])
async def test_a_language_is_one_click_away_and_shows_that_it_is_chosen(
    server: Server, visitor: Visitor, query: str
) -> None:
    await visitor.page.goto(f"{server.url}/graphql?query={quote(query)}")
    for button, name in (("English", "Baiyun District"), ("繁體", "白雲區"), ("简体", "白云区")):
        await visitor.page.get_by_role("button", name=button).click()
        await visitor.sees_in_response(name)
        pressed = visitor.page.get_by_role("button", pressed=True)
        await expect(pressed).to_have_text([button])


async def test_it_is_dark_where_the_system_is(server: Server, visitor: Visitor) -> None:
    await visitor.page.emulate_media(color_scheme="dark")
    await visitor.page.goto(f"{server.url}/graphql")
    shade = await visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, re.findall(r"\d+", shade)[:3])) < 100


def query_description(server: Server) -> str:
    """Return what the schema says about the Query type, as the page shows its Markdown."""
    answer = httpx2.post(
        f"{server.url}/graphql", json={"query": '{ __type(name: "Query") { description } }'}, timeout=PATIENCE_S
    )
    description = answer.json()["data"]["__type"]["description"]
    assert isinstance(description, str)
    return description.replace("`", "")
