"""A shop of bare pages with real blocks and the real tag, under a strict Content-Security-Policy."""

import uuid
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.loader import render_to_string
from django.urls import include, path
from django.utils.safestring import SafeString, mark_safe

from personalization.shop import ProductCard
from personalization.storefront.blocks import Shown
from tests.browser_script.recorder import recorder

# What stands between the top of the page and the blocks, and how tall they are, is what most tests are about.
LOOK = """
body { margin: 0; font: 15px sans-serif; }
#first { position: absolute; }
.pz-block { margin: 0; overflow: hidden; height: 400px; background: #eee; }
.pz-row { margin: 0; padding: 0; list-style: none; display: flex; gap: 8px; }
.pz-card { width: 180px; }
.far { height: 3000px; }
.half { height: 600px; }
.more { height: 604px; }
.tall .pz-block { height: 2400px; }
.unseen .pz-block { display: none; }
.transparent .pz-block { visibility: hidden; }
[data-pz-consent] { position: fixed; inset: auto 0 0 0; background: #fff; border-top: 1px solid; padding: 16px; }
"""
PAGE = """<!doctype html>{% load personalization %}
<html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/look.css"><script src="/own.js" nonce="{{ nonce }}"></script>{{ speculation }}</head>
<body class="{{ look }}"><a href="/other/" id="first">Another page</a><div class="{{ before }}"></div>
<main>{{ blocks }}</main><div class="{{ after }}"></div>{{ banner }}
{% personalization_script %}</body></html>"""
BANNER = """<section id="pz-consent" data-pz-consent data-pz-answer="/personalization/consent/answer/" hidden>
<p>May we?</p><label><input type="checkbox" data-pz-purpose="analytics">Counting</label>
<label><input type="checkbox" data-pz-purpose="personalization">Fitting</label>
<button type="button" data-pz-agree="analytics personalization">Yes</button>
<button type="button" data-pz-agree="">No</button>
<button type="button" data-pz-agree="chosen">These</button></section>"""
MENU = """<article class="pz-card" data-pz-product="77"><a class="pz-card__link" href="/other/">oat milk</a>
<details data-pz-menu><summary>More</summary>
<form data-pz-feedback method="post" action="/personalization/taste/feedback/">
<input type="hidden" name="product" value="77"><input type="hidden" name="action" value="x">
<button name="what" value="not_interested">Not interested</button><button name="what" value="owned">Own it</button>
</form></details></article>"""
SPECULATION = '<script type="speculationrules" nonce="{}">{{"prerender": [{{"urls": ["{}"]}}]}}</script>'


def block(
    shown_id: str, *, slot: str = "home-1", block_id: int | None = 5, products: int = 3, menu: bool = False
) -> Any:
    """A block as the app draws it."""
    cards = [_card(number) for number in (11, 12, 13)]
    shown = Shown(
        title="For you", slug=f"pz-{shown_id}", cards=cards, shown_id=shown_id, slot=slot, strategy="for_you",
        block_id=block_id,
    )  # fmt: skip
    html = render_to_string("personalization/block.html", {"block": shown, "request": None})
    return html.replace('<ul class="pz-row" role="list">', f'<ul class="pz-row" role="list"><li>{MENU}</li>', int(menu))


def page(request: HttpRequest) -> HttpResponse:
    """A page; its address says what is on it."""
    asked, nonce = request.GET, str(request.csp_nonce)  # type: ignore[attr-defined]
    shown = [shown_id(number) for number in range(int(asked.get("blocks", 1)))]
    blocks = "".join(block(one, menu="menu" in asked) for one in shown)
    ahead = SPECULATION.format(nonce, asked["ahead"]) if "ahead" in asked else ""
    told = {
        "nonce": nonce, "look": asked.get("look", ""), "before": asked.get("before", ""), "speculation": _safe(ahead),
        "after": asked.get("after", "far"), "blocks": _safe(blocks), "banner": _safe(BANNER),
        "request": request,
    }  # fmt: skip
    return HttpResponse(engines["django"].from_string(PAGE).render(told, request))


def part(request: HttpRequest) -> HttpResponse:
    """A block to be put into a page later."""
    return HttpResponse(block(shown_id(9), slot="", block_id=None))


def own_script(request: HttpRequest) -> HttpResponse:
    """What a shop's own script does before ours is there."""
    return HttpResponse(own.text, content_type="text/javascript")


def look(request: HttpRequest) -> HttpResponse:
    """The style of the pages."""
    return HttpResponse(LOOK, content_type="text/css")


def agreed_elsewhere(request: HttpRequest) -> list[str]:
    """A shop that asks by itself."""
    return ["analytics"]


def refused_elsewhere(request: HttpRequest) -> bool:
    """Likewise."""
    return False


class Own:
    """The shop's own script, in the head."""

    text = ""


own = Own()


def shown_id(number: int) -> str:
    """The id of a showing."""
    return str(uuid.UUID(int=(0x0190 << 112) | (7 << 76) | (2 << 62) | number))


def _card(number: int) -> ProductCard:
    return ProductCard(
        id=number, title=f"goods {number}", url="/other/", add_url="", picture=None, price=Decimal("1.99"),
        currency="USD", has_variants=True, low_stock=None,
    )  # fmt: skip


def _safe(text: str) -> SafeString:
    return mark_safe(text)  # noqa: S308 - written above


def _view(function: Any) -> Any:
    def answer(request: HttpRequest) -> HttpResponse:
        if not recorder.address.endswith(request.get_host()):
            # The last word of a page of the test before.
            return HttpResponse(status=204)
        if "prerender" in request.headers.get("Sec-Purpose", ""):
            recorder.note_ahead(request)
        return function(request)

    # There is no database here.
    return transaction.non_atomic_requests(answer)


doors = [
    path("events/", _view(recorder.take), name="events"),
    path("consent/answer/", _view(recorder.answer), name="answer"),
    path("taste/feedback/", _view(recorder.hear), name="feedback"),
]
urlpatterns = [
    path("personalization/", include((doors, "personalization"))),
    path("look.css", _view(look)),
    path("own.js", _view(own_script)),
    path("part/", _view(part)),
    path("", _view(page)),
    path("other/", _view(page)),
]
