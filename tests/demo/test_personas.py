"""Somebody else to be, by one click."""

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from shop_demo.models import LoadedShop
from shop_demo.personas import PERSONAS, STRANGER, personas

Line = get_model("order", "Line")


def bought_most(household: int) -> str:
    """The aisle the household buys from more than an average household does."""
    aisles = Line.objects.values_list("product__categories__name", "product__parent__categories__name")
    everyone = Counter(own or parents for own, parents in aisles)
    theirs = Counter(own or parents for own, parents in aisles.filter(order__user__household__number=household))
    return max(theirs, key=lambda aisle: theirs[aisle] ** 2 / everyone[aisle])


@pytest.mark.data
@pytest.mark.django_db
def test_personas_differ_in_what_they_buy(journey_market: LoadedShop) -> None:
    assert len({bought_most(persona.household_id) for persona in PERSONAS}) >= 4


def test_everybody_has_a_key_a_name_and_a_line_of_their_own() -> None:
    for field in ("key", "name", "line"):
        assert len({str(getattr(persona, field)) for persona in personas()}) == len(PERSONAS) + 1
    assert personas()[-1].key == STRANGER


@pytest.mark.data
@pytest.mark.django_db
def test_one_click_signs_in_and_another_one_out(journey_market: LoadedShop, client: Client) -> None:
    response = client.post(reverse("persona_switch"), {"key": "cats", "next": "/basket/"})
    assert response.url == "/basket/"
    assert client.get("/basket/").wsgi_request.user.email == "household-543@example.com"
    client.post(reverse("persona_switch"), {"key": STRANGER})
    assert not client.get("/basket/").wsgi_request.user.is_authenticated


@pytest.mark.django_db
def test_nobody_is_sent_to_another_site(client: Client) -> None:
    assert client.post(reverse("persona_switch"), {"key": STRANGER, "next": "https://elsewhere.example/"}).url == "/"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "nobody-like-that", "cats"])
def test_who_is_not_there_cannot_be_chosen(client: Client, key: str) -> None:
    assert client.post(reverse("persona_switch"), {"key": key}).status_code == 400


@pytest.mark.django_db
def test_switching_needs_a_form(client: Client) -> None:
    assert client.get(reverse("persona_switch")).status_code == 405
