"""Everything a shopper can do that could leave something with us, by name."""

import json
import time
import uuid
from typing import Any

from django.test import Client

from tests import people
from tests.events.consent.browsers import PAGE, answer
from tests.journeys_of_oscar import buy, look_at, put_into_basket, search

EVENTS, FEEDBACK, TASTE = "/personalization/events/", "/personalization/taste/feedback/", "/personalization/taste/"


def looks_at_a_product(client: Client, shop: people.Shop) -> None:
    look_at(client, shop["honey"])


def fills_the_basket(client: Client, shop: people.Shop) -> None:
    put_into_basket(client, shop["honey"])


def searches(client: Client, shop: people.Shop) -> None:
    search(client, "honey")


def logs_in(client: Client, shop: people.Shop) -> Any:
    account = people.person(f"shopper{uuid.uuid4().hex[:8]}")
    people.log_in(client, account)
    return account


def keeps_for_later(client: Client, shop: people.Shop) -> None:
    logs_in(client, shop)
    client.post(f"/accounts/wishlists/add/{shop['honey'].pk}/")


def orders(client: Client, shop: people.Shop) -> None:
    logs_in(client, shop)
    put_into_basket(client, shop["honey"])
    buy(client)


def lets_the_script_report(client: Client, shop: people.Shop) -> None:
    event = {"id": str(uuid.uuid4()), "kind": "page_left", "at": int(time.time() * 1000), "data": {"path": "/"}}
    client.post(EVENTS, json.dumps({"v": 1, "page": "/", "events": [event]}), "text/plain")


def says_not_interested(client: Client, shop: people.Shop) -> None:
    told = {"product": shop["honey"].pk, "what": "not_interested"}
    client.post(FEEDBACK, told, headers={"X-Requested-With": "XMLHttpRequest"})


def looks_at_the_own_taste(client: Client, shop: people.Shop) -> None:
    client.get(TASTE)


def looks_at_the_settings(client: Client, shop: people.Shop) -> None:
    client.get(PAGE)


def refuses_once_more(client: Client, shop: people.Shop) -> None:
    answer(client, ())


WITHOUT_TRACE = (
    looks_at_a_product, fills_the_basket, searches, logs_in, keeps_for_later, lets_the_script_report,
    says_not_interested, looks_at_the_own_taste, looks_at_the_settings, refuses_once_more,
)  # fmt: skip
