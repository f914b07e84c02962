"""A bare shop under a strict policy: pages of goods that are long, a field to type in, and a checkout."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from personalization.events.record import record
from tests.urls import urlpatterns as oscar

PAGE = """{% load personalization static %}<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="{% static "personalization/blocks.css" %}"></head><body>
<main><h1>Goods</h1><p><a href="/shop/goods/2/" id="link">Another page</a> <button id="first">A button</button></p>
<label>Search <input id="field"></label>{% popup_without_script "hello" %}
{% for one in rows %}<p class="row">A row of the page, and then another one of it.</p>{% endfor %}</main>
{% personalization_script %}{% personalization_popups kind="product" %}</body></html>"""


def goods(request: HttpRequest, number: int) -> HttpResponse:
    """A page of the shop that counts."""
    record("product_viewed", product_id=number)
    return HttpResponse(engines["django"].from_string(PAGE).render({"rows": range(80)}, request))


def step(request: HttpRequest) -> HttpResponse:
    """A step of the checkout."""
    return HttpResponse(engines["django"].from_string(PAGE).render({"rows": range(3)}, request))


urlpatterns = [
    path("shop/goods/<int:number>/", goods, name="goods"),
    path("pay/", step, name="payment"),
    *oscar,
]
