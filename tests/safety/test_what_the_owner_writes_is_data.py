"""Promise 18: whatever stands in a field of the admin, it runs no script on a page and reads nothing that is secret."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import timezone

from personalization.campaigns.offers.models import PersonalOffer
from personalization.people.segments.models import Segment
from personalization.recommend.rules.models import ShopRule
from personalization.storefront.blocks import show, wish_of
from personalization.storefront.models import Block
from personalization.storefront.popups import preview
from personalization.storefront.popups.designs.design import designs
from personalization.storefront.popups.models import PARTS as POPUP_PARTS
from personalization.storefront.popups.models import Popup
from personalization.storefront.request import page_of
from personalization.storefront.slots.models import PARTS as BANNER_PARTS
from personalization.storefront.slots.models import Banner
from personalization.storefront.slots.showing import drawn
from tests.campaigns.offers.folk import given, offered
from tests.safety.conftest import fill_tables
from tests.safety.hostile import EVENTS, TEMPLATES, scripts
from tests.urls import urlpatterns as oscar

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SCRIPTS = scripts()
ON_A_PAGE = 60
# What each of our own fragments may hold; handlers, scripts and frames are in none.
WATCH = """window.hits = []; window.hit = (what) => window.hits.push(what ?? document.activeElement?.outerHTML);"""
# Appended as the script of pop-ups does it, and then everything that a person might do to it is done.
PROVOKE = """([fragments, events]) => {
  const parsed = fragments.flatMap((html) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes]);
  document.body.append(...parsed);
  for (const one of document.querySelectorAll("main *, section *, dialog *")) {
    for (const what of events) one.dispatchEvent(new Event(what.slice(2), { cancelable: true }));
  }
}"""
OUGHT_NOT = "script, iframe, object, embed, base, meta, style, svg, math, template, xmp, noscript"
FOUND = """(never) => {
  const places = ["href", "src", "action", "formaction", "data", "xlink:href", "srcdoc"];
  const found = [...window.hits];
  for (const one of document.querySelectorAll("main *, dialog, dialog *, section, section *")) {
    for (const { name, value } of one.attributes) {
      if (name.startsWith("on") || name === "style" || name === "srcdoc") found.push(one.outerHTML);
      const clean = value.replace(/[\\x00-\\x20]/g, "").toLowerCase();
      const runs = /^(javascript|data|vbscript|blob|view-source):/.test(clean);
      if (runs && places.includes(name)) found.push(one.outerHTML);
    }
    if (one.matches(never)) found.push(one.outerHTML);
  }
  return found.slice(0, 5);
}"""
HANDLED = """[...document.querySelectorAll("*")].filter((one) => [...one.attributes].some(({ name, value }) =>
  (name.startsWith("on") && value.includes("hit")) || (name === "href" && /^\\s*(java|vb)script:/i.test(value))
)).map((one) => one.outerHTML)"""
PAGE = """<!doctype html><html lang="en"><head><title>x</title><link rel="icon" href="data:,"></head>
<body><main data-pz-hostile>%s</main></body></html>"""


def shown(request: HttpRequest) -> HttpResponse:
    """The banners and blocks that there are, each block as on a page of its own."""
    banners = [drawn(one, slug=f"b{one.pk}") for one in Banner.objects.all()]
    return HttpResponse(PAGE % "".join([*banners, *map(_block, Block.objects.filter(slot="hostile"))]))


def _block(block: Block) -> str:
    alone = RequestFactory().get("/hostile/")
    alone.user = AnonymousUser()
    return show(wish_of(block), page_of(alone))


urlpatterns = [path("hostile/", shown), *oscar]


def parts_of(vector: str, names: tuple[str, ...]) -> dict[str, Any]:
    return {"en": dict.fromkeys(names, vector)}


def dialogs(vectors: list[str]) -> list[str]:
    """Each of them in every word of a pop-up of each design."""
    kinds = [one.name for one in designs]
    found = []
    for number, vector in enumerate(vectors):
        popup = Popup(
            pk=number + 1, name=vector, design=kinds[number % len(kinds)], texts=parts_of(vector, POPUP_PARTS),
            link=vector[:200],
        )  # fmt: skip
        found.append(preview.preview(popup, now=timezone.now()).html)
    return found


@pytest.fixture
def watched(chromium, live_server, open_shop, settings) -> Iterator[Any]:
    """A page without any policy, so that nothing but our own HTML stands in the way."""
    settings.ROOT_URLCONF = __name__
    fill_tables(open_shop)
    context = chromium.new_context(base_url=live_server.url, locale="en", bypass_csp=True)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_timeout(60_000)
    opened: list[str] = []
    page.on("dialog", lambda one: (opened.append(one.message), one.dismiss()))
    yield page, opened
    context.close()


def packs(vectors: list[str]) -> list[list[str]]:
    return [vectors[start : start + ON_A_PAGE] for start in range(0, len(vectors), ON_A_PAGE)]


def test_there_are_enough_of_them():
    assert len(SCRIPTS) >= 500
    assert len(set(TEMPLATES)) >= 60


def test_a_script_that_is_let_through_would_be_seen(watched):
    page, _ = watched
    page.goto("/hostile/")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=x onerror=hit(7)>'")
    page.wait_for_function("window.hits.length")
    assert page.evaluate(FOUND, OUGHT_NOT)


@pytest.mark.parametrize("vectors", packs(SCRIPTS), ids=lambda some: str(SCRIPTS.index(some[0])))
def test_no_script_runs_in_a_banner_a_block_or_a_pop_up(watched, vectors):
    page, opened = watched
    for vector in vectors:
        Banner.objects.create(slot="hostile", texts=parts_of(vector, BANNER_PARTS), link=vector[:200])
        Block.objects.create(slot="hostile", strategy="bestsellers", titles={"en": vector}, limit=1, minimum=1)
    page.goto("/hostile/")
    assert page.locator(".pz-banner").count() == page.locator(".pz-block").count() == len(vectors)
    page.evaluate(PROVOKE, [dialogs(vectors), list(EVENTS)])
    page.wait_for_timeout(50)
    assert page.evaluate(FOUND, OUGHT_NOT) == []
    assert opened == []


def test_what_is_taken_for_a_template_elsewhere_is_only_read_here(open_shop, settings, client):
    settings.ROOT_URLCONF = __name__
    fill_tables(open_shop)
    olga = get_user_model().objects.create_superuser("olga", "olga@example.com", "secret")
    secrets = [settings.SECRET_KEY, olga.password, "3721", "SERVER_PORT", "<QuerySet"]
    for vector in TEMPLATES:
        Banner.objects.create(slot="hostile", texts=parts_of(vector, BANNER_PARTS))
        Block.objects.create(slot="hostile", strategy="bestsellers", titles={"en": vector}, limit=1, minimum=1)
    client.force_login(olga)
    html = client.get("/hostile/").content.decode() + "".join(_words(one) for one in dialogs(list(TEMPLATES)))
    for secret in secrets:
        assert secret not in html, secret
    assert html.count("{{ settings.SECRET_KEY }}") >= 3, "they are read as they were written"


def _words(dialog: str) -> str:
    # Forms of a pop-up's own have their token.
    return re.sub(r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>', "", dialog)


@pytest.mark.parametrize("turn", range(3))
def test_no_script_runs_in_the_back_office(watched, open_shop, turn):
    """Where one colleague's words are read by another: lists, and forms with their sentences and previews."""
    page, opened = watched
    vectors = SCRIPTS[turn::20][:ON_A_PAGE]
    olga = get_user_model().objects.create_superuser("olga", "olga@example.com", "secret")
    for vector in vectors:
        told = {"name": vector[:100], "note": vector}
        Banner.objects.create(slot="hostile", texts=parts_of(vector, BANNER_PARTS), **told)
        Popup.objects.create(design="message", texts=parts_of(vector, POPUP_PARTS), **told)
        Block.objects.create(slot="hostile", strategy="bestsellers", titles={"en": vector}, **told)
        PersonalOffer.objects.create(title=vector[:80], trigger="by_hand", **told)
        Segment.objects.create(name=vector[:100], note=vector, tree={"all": []})
        ShopRule.objects.create(name=vector[:100], action="never", condition="brand", values={"brands": [vector]})
    given(offered(title=vectors[0][:80]), olga)
    client = Client()
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    page.context.add_cookies([cookie | {"url": page.url if page.url.startswith("http") else _base(page)}])
    newest = [f"{model._meta.model_name}/{model.objects.latest('pk').pk}/change/"
              for model in (Banner, Popup, Block, PersonalOffer, Segment, ShopRule)]  # fmt: skip
    lists = [one.split("/")[0] + "/" for one in newest]
    for address in [*lists, *newest, "popup/which/"]:
        assert page.goto(f"/admin/personalization/{address}", wait_until="load").status == 200, address
        page.wait_for_timeout(50)
        assert page.evaluate("window.hits") == [], address
        assert page.evaluate(HANDLED) == [], address
        assert opened == [], address


def _base(page: Any) -> str:
    page.goto("/hostile/")
    return page.evaluate("location.origin")
