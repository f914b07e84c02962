"""A shop on its first day: a home with a place for a banner and for a block, pages of goods, and the scripts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from personalization.events.record import record
from tests.urls import urlpatterns as oscar

PAGE = """{% load personalization static %}<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="{% static "personalization/blocks.css" %}">
<link rel="stylesheet" href="{% static "personalization/banners.css" %}"></head><body>
<main><h1>Goods</h1>{% content_slot "home-hero" %}<p>The shop's own words</p>{% endcontent_slot %}
{% block_at "home-2" %}
{% for one in rows %}<p>A row of the page, and then another one of it.</p>{% endfor %}</main>
{% personalization_script %}{% personalization_popups kind="home" %}</body></html>"""


def home(request: HttpRequest, **about: Any) -> HttpResponse:
    """A page that counts."""
    record("page_viewed", payload={"name": "home"})
    return HttpResponse(engines["django"].from_string(PAGE).render({"rows": range(80)}, request))


urlpatterns = [path("first-day/<int:number>/", home, name="home"), *oscar]
