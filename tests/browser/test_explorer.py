"""The explorer as its users meet it: a real browser, the real server, and no internet."""

import re
from urllib.parse import quote

import httpx2
import pytest
from playwright.async_api import expect

from tests.support.browser.visitor import Server, Visitor
from tests.support.waiting import PATIENCE_S

# Playwright's objects live in the event loop that made them: each test's own, whatever the default.
pytestmark = [pytest.mark.asyncio(loop_scope="function"), pytest.mark.slow]


async def test_the_first_example_answers_at_the_press_of_run(server: Server, visitor: Visitor) -> None:
    await visitor.page.goto(f"{server.url}/graphql")
    await visitor.run_operation()
    await visitor.sees_in_response("Baiyun District")


async def test_it_works_without_asking_any_other_host_and_without_a_complaint(
    server: Server, visitor: Visitor
) -> None:
    response = await visitor.page.goto(f"{server.url}/graphql")
    await visitor.run_operation()
    await visitor.sees_in_response("Baiyun District")

    assert response is not None
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert visitor.strangers == []
    assert visitor.complaints == []


async def test_the_documentation_tells_what_the_query_type_is_for(server: Server, visitor: Visitor) -> None:
    page = visitor.page
    await page.goto(f"{server.url}/graphql")
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    documentation = page.locator(".graphiql-doc-explorer")
    await documentation.get_by_role("link", name="Query", exact=True).click()

    await expect(documentation.locator(".graphiql-doc-explorer-title")).to_have_text("Query")
    await expect(documentation.locator(".graphiql-markdown-description").first).to_contain_text(
        query_description(server)
    )


async def test_the_front_door_leads_to_the_explorer(server: Server, visitor: Visitor) -> None:
    await visitor.page.goto(f"{server.url}/")
    await visitor.run_operation()
    await visitor.sees_in_response("Baiyun District")
    await expect(visitor.page).to_have_title("Yunshan explorer")
    await expect(visitor.page).to_have_url(f"{server.url}/graphql")


async def test_every_example_has_its_tab(server: Server, visitor: Visitor) -> None:
    await visitor.page.goto(f"{server.url}/graphql")
    await expect(visitor.page.get_by_role("tab")).to_contain_text(
        ["Baiyun", "PercentagesAbove80", "AboutTheHotline", "AwardsWithSources", "Districts", "Changes"]
    )


async def test_a_link_with_a_query_opens_that_query(server: Server, visitor: Visitor) -> None:
    query = "query Linked($slug: String!) { district(slug: $slug) { slug } }"
    variables = '{"slug": "baiyun"}'
    await visitor.page.goto(f"{server.url}/graphql?query={quote(query)}&variables={quote(variables)}")
    await visitor.run_operation()
    await visitor.sees_in_response('"slug": "baiyun"')


async def test_prettify_keeps_the_comments(server: Server, visitor: Visitor) -> None:
    query = '# The name.\n{district(slug:"baiyun"){name{en # in English\nzhHans}}}# The end.'
    await visitor.page.goto(f"{server.url}/graphql?query={quote(query)}")
    lines = visitor.page.locator(".graphiql-query-editor .view-line")
    await expect(lines).to_have_count(3)
    await visitor.page.get_by_role("button", name="Prettify query").click()
    await expect(lines).to_have_text(
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


async def test_a_subscription_shows_what_it_is_told(server: Server, visitor: Visitor) -> None:
    query = "subscription Told { datasetChanged(resumeAfter: 0) { revision counts { districts } } }"
    await visitor.page.goto(f"{server.url}/graphql?query={quote(query)}")
    await visitor.run_operation()
    await visitor.sees_in_response('"revision": 1')
    # It goes on until it is stopped.
    await visitor.page.get_by_role("button", name="Stop query").click()
    await expect(visitor.page.get_by_role("button", name="Execute query")).to_be_visible()
    assert visitor.complaints == []


async def test_the_language_of_answers_is_one_click_away(server: Server, visitor: Visitor) -> None:
    query = '{ district(slug: "baiyun") { name { text } } }'
    await visitor.page.goto(f"{server.url}/graphql?query={quote(query)}")
    for button, name in (("English", "Baiyun District"), ("繁體中文", "白雲區"), ("简体中文", "白云区")):
        await visitor.page.get_by_role("button", name=f"Answers in {button}").click()
        await visitor.run_operation()
        await visitor.sees_in_response(name)
    query = 'subscription { districtChanged(slug: "baiyun", resumeAfter: 0) { district { name { text } } } }'
    await visitor.page.goto(f"{server.url}/graphql?query={quote(query)}")
    await visitor.page.get_by_role("button", name="Answers in English").click()
    await visitor.run_operation()
    await visitor.sees_in_response("Baiyun District")


async def test_it_is_dark_where_the_system_is(server: Server, visitor: Visitor) -> None:
    await visitor.page.emulate_media(color_scheme="dark")
    await visitor.page.goto(f"{server.url}/graphql")
    await visitor.run_operation()
    await visitor.sees_in_response("Baiyun District")
    shade = "getComputedStyle(document.querySelector('.graphiql-container')).backgroundColor"
    red, green, blue, *_ = map(int, re.findall(r"\d+", await visitor.page.evaluate(shade)))
    assert max(red, green, blue) < 100


def query_description(server: Server) -> str:
    """Return what the schema says about the Query type, as the page shows its Markdown."""
    answer = httpx2.post(
        f"{server.url}/graphql", json={"query": '{ __type(name: "Query") { description } }'}, timeout=PATIENCE_S
    )
    description = answer.json()["data"]["__type"]["description"]
    assert isinstance(description, str)
    return description.replace("`", "")
