"""Browsers that have answered, or that answer for their owners."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client, RequestFactory

from personalization.events.consent import Consent, remember_answer

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36"
BOTH = ("analytics", "personalization")
ANSWER, PAGE = "/personalization/consent/answer/", "/personalization/consent/"
# What the shop itself sets, with or without this app.
OSCAR_S_OWN = {"csrftoken", "sessionid", "messages", "oscar_history", "oscar_open_basket"}


def browser(**headers: str) -> Client:
    """An ordinary browser; GPC="1" and DNT="1" are its owner's wish."""
    named = {"Sec-GPC" if name == "GPC" else name: value for name, value in headers.items()}
    return Client(headers={"User-Agent": CHROME} | named)


def answer(client: Client, purposes: Iterable[str], **headers: str) -> Any:
    """What our script sends when somebody presses a button of the banner."""
    sent = {"X-Requested-With": "XMLHttpRequest", "Sec-Fetch-Site": "same-origin"} | headers
    return client.post(ANSWER, json.dumps({"purposes": list(purposes)}), "application/json", headers=sent)


def answered_at(client: Client, purposes: Iterable[str], when: datetime, *, in_spite: bool = False) -> None:
    """Gives the browser the cookie of an answer of that time."""
    response, consent = HttpResponse(), Consent(frozenset(purposes), True, when, in_spite)
    remember_answer(response, RequestFactory().get("/"), consent)
    client.cookies["pz_consent"] = response.cookies["pz_consent"].value


def cookies(client: Client) -> set[str]:
    """Our cookies that the browser holds now; the test client keeps those that were taken back as empty."""
    return {name for name, morsel in client.cookies.items() if morsel.value} - OSCAR_S_OWN
