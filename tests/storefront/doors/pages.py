"""A page with a door and a row of products."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from tests.urls import urlpatterns as oscar

PAGE = """{% load personalization static %}<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="{% static "personalization/blocks.css" %}">
<link rel="stylesheet" href="{% static "personalization/doors.css" %}"></head><body>
<main>{% interest_door "home" %}{% bestsellers limit=12 minimum=1 %}</main></body></html>"""


def home(request: HttpRequest) -> HttpResponse:
    """Drawn for whoever looks."""
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


urlpatterns = [path("a-door/", home), *oscar]
