"""The builder in a real browser, under a strict policy for scripts: by keyboard, by mouse, and with second thoughts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Browser, Locator, Page, expect

from personalization.people.profiles.models import Profile
from personalization.people.segments.models import Segment
from tests import browser
from tests.people import Shop, person
from tests.people.folk import known
from tests.people.segment_pages.conftest import BUYERS, client_of
from tests.people.segment_pages.forms import address, leaf

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def owner(chromium: Browser, open_shop: Shop, live_server: Any) -> Iterator[Page]:
    """The owner's browser; whatever it refuses or stumbles over fails the test."""
    for name, orders in BUYERS.items():
        known(name, person(name), orders=orders, revenue=10 * orders)
    client = client_of(get_user_model().objects.create_superuser("olga", "olga@example.com", "secret"))
    context = chromium.new_context(base_url=live_server.url, user_agent=browser.USER_AGENT, locale="en")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page, complaints = context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
    page.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    yield page
    context.close()
    assert complaints == []


def field(page: Page, name: str) -> Locator:
    return page.locator(f"[name='{name}']")


def number(page: Page) -> Locator:
    return page.locator(".pz-look__number")


def save(page: Page) -> Segment:
    field(page, "_save").click()
    page.wait_for_url(re.compile(r"/segment/$"))
    return Segment.objects.get()


def test_a_nested_segment_is_built_by_keyboard_alone(owner: Page, open_shop: Shop) -> None:
    owner.goto(address("add"))
    keys = owner.keyboard
    expect(field(owner, "name")).to_be_focused()
    keys.type("Loyal")
    keys.press("Tab")
    keys.press("Tab")
    expect(field(owner, "r1-rule")).to_be_focused()
    keys.type("bought so many")
    expect(field(owner, "r1-orders-least")).to_have_value("1")
    expect(field(owner, "r1-rule")).to_be_focused()
    keys.press("Tab")
    keys.press("Tab")
    expect(field(owner, "r1-orders-least")).to_be_focused()
    keys.press("ControlOrMeta+a")
    keys.type("3")
    expect(number(owner)).to_have_text("2 people")
    expect(owner.locator("[data-pz-heard]")).to_contain_text("2 people. 50.0 % of all people")
    owner.locator("#pz-g0 [value='group:g0']").focus()
    keys.press("Enter")
    expect(field(owner, "r3-rule")).to_be_focused()
    expect(field(owner, "g2-join")).to_have_value("any")
    keys.type("bought so many")
    expect(field(owner, "r3-orders-least")).to_be_visible()
    owner.locator("#pz-r3 summary").focus()
    keys.press("Enter")
    field(owner, "r3-orders-categories-typed").focus()
    keys.type("house")
    expect(owner.locator("#pz-r3 [role='option']")).to_have_count(1)
    keys.press("ArrowDown")
    keys.press("Enter")
    told = "People who bought at least 3 times, and who bought goods from Household at least 1 time."
    expect(owner.locator("[data-pz-sentence]")).to_have_text(told)
    expect(number(owner)).to_have_text("0 people")
    made = save(owner)
    household = open_shop.categories["Household"].pk
    assert made.tree == {"all": [leaf(least=3), {"any": [leaf(least=1, categories=[household])]}]}


def test_a_segment_is_built_by_mouse_and_second_thoughts_cost_nothing(owner: Page) -> None:
    owner.goto(address("add"))
    field(owner, "name").fill("Some")
    field(owner, "r1-rule").select_option("orders")
    field(owner, "r1-orders-least").fill("4")
    expect(number(owner)).to_have_text("2 people")
    owner.locator("#pz-g0 [value='rule:g0']").click()
    field(owner, "r2-rule").select_option("orders")
    field(owner, "r2-orders-least").fill("9")
    expect(number(owner)).to_have_text("1 person")
    owner.locator("#pz-r2 [data-pz-remove]").click()
    expect(owner.locator("#pz-r2 [data-pz-gone]")).to_contain_text("bought at least 9 times")
    expect(owner.locator("#pz-r2 [data-pz-gone] button")).to_be_focused()
    expect(number(owner)).to_have_text("2 people")
    owner.keyboard.press("Enter")
    expect(field(owner, "r2-orders-least")).to_have_value("9")
    expect(field(owner, "r2-rule")).to_be_focused()
    expect(number(owner)).to_have_text("1 person")
    field(owner, "g0-join").select_option("none")
    expect(number(owner)).to_have_text("2 people")
    expect(owner.locator("[data-pz-sentence]")).to_contain_text("do not belong to those who")
    assert save(owner).tree == {"not": {"any": [leaf(least=4), leaf(least=9)]}}


def test_a_group_is_taken_out_whole_and_put_back_whole(owner: Page) -> None:
    tree = {"all": [leaf(least=1), {"any": [leaf(least=4), {"not": {"any": [leaf(least=9)]}}]}]}
    made = Segment.objects.create(name="Nested", tree=tree)
    owner.goto(address("change", made.pk))
    expect(number(owner)).to_have_text("3 people")
    assert owner.locator("[data-pz-depth='3'] [value^='group:']").count() == 0, "three deep is deep enough"
    owner.locator("#pz-g2 > fieldset > .pz-node__head [data-pz-remove]").click()
    expect(owner.locator("[data-pz-sentence]")).to_have_text("People who bought at least 1 time.")
    owner.locator("#pz-g2 > [data-pz-gone] button").click()
    expect(owner.locator("[data-pz-sentence]")).to_contain_text("at least 4 times")
    assert save(owner).tree == tree


def test_enter_in_a_field_saves_as_in_every_form(owner: Page) -> None:
    owner.goto(address("add"))
    field(owner, "r1-rule").select_option("orders")
    field(owner, "r1-orders-least").fill("2")
    field(owner, "name").fill("Quick")
    field(owner, "name").press("Enter")
    owner.wait_for_url(re.compile(r"/segment/$"))
    assert Segment.objects.get().tree == {"all": [leaf(least=2)]}


def test_whoever_is_quicker_than_the_answers_loses_nothing(owner: Page) -> None:
    owner.goto(address("add"))
    for _n in range(3):
        owner.locator("#pz-g0 [value='rule:g0']").click()
    expect(owner.locator("[data-pz-choose]")).to_have_count(4)
    assert owner.evaluate("new Set([...document.querySelectorAll('[data-pz-node]')].map((one) => one.id)).size") == 5
    field(owner, "r4-rule").select_option("recency")
    field(owner, "r4-rule").select_option("orders")
    expect(field(owner, "r4-orders-least")).to_be_visible()
    assert field(owner, "r4-recency-least").count() == 0


def test_what_is_odd_is_said_where_it_stands(owner: Page) -> None:
    made = Segment.objects.create(name="Odd", tree={"all": [leaf(most=2), leaf(least=5)]})
    owner.goto(address("change", made.pk))
    expect(owner.locator("#pz-r2 .pz-warning")).to_contain_text("Nobody can be meant both by this")
    field(owner, "r2-orders-least").fill("")
    expect(owner.locator("#pz-r2 .pz-warning")).to_contain_text("not filled in yet")
    field(owner, "r2-orders-least").fill("2")
    expect(owner.locator("#pz-r2 .pz-warning")).to_have_count(0)


def test_when_no_answer_comes_it_is_said_calmly_and_nothing_is_lost(owner: Page) -> None:
    owner.goto(address("add"))
    field(owner, "r1-rule").select_option("orders")
    expect(number(owner)).to_have_text("3 people")
    owner.route("**/segment/look/", lambda route: route.abort())
    field(owner, "r1-orders-least").fill("9")
    expect(owner.locator("[data-pz-busy]")).to_contain_text("Your work is still here")
    owner.unroute("**/segment/look/")
    field(owner, "r1-orders-least").fill("4")
    expect(number(owner)).to_have_text("2 people")


def test_a_name_that_is_code_is_only_a_name(owner: Page) -> None:
    nasty = "<img src=x onerror=document.title='run'>"
    tree = {"all": [leaf(least=1, brands=[nasty])]}
    made = Segment.objects.create(name=nasty, tree=tree, note=nasty)
    Profile.objects.update(brands={nasty: 1.0})
    for page in (address(), address("page", made.pk), address("change", made.pk), address("history", made.pk)):
        owner.goto(page)
    owner.goto(address("change", made.pk))
    field(owner, "r1-orders-least").fill("2")
    expect(owner.locator("[data-pz-sentence]")).to_contain_text(nasty)
    owner.locator("#pz-r1 [data-pz-remove]").click()
    expect(owner.locator("#pz-r1 [data-pz-gone]")).to_contain_text(nasty)
    assert owner.title() != "run"
    assert owner.locator("img[src='x']").count() == 0
