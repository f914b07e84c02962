"""A shop with pop-ups, and somebody who walks through it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from personalization.storefront.popups import sight
from personalization.storefront.popups.models import Popup, PopupShowing
from tests.people import NOW, Shop

URL = "/personalization/popups/"
BY_SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
WORDS = {"en": {"title": "Welcome back", "text": "Good to see you.", "button": "Have a look"}}


def popup(name: str = "hello", **more: Any) -> Popup:
    """One that comes from the first visit on, to whoever looks at a second page."""
    told = {"trigger": "visit_number", "trigger_parameters": {"visit": 1}, "texts": WORDS, "link": "/catalogue/"}
    return Popup.objects.create(name=name, **told | more)


@dataclass
class Walker:
    """Somebody with a browser, at a moment of their own."""

    shop: Shop
    now: datetime = NOW
    client: Client = field(default_factory=Client)

    def later(self, **passed: float) -> "Walker":
        """Time goes on."""
        self.now += timedelta(**passed)
        return self

    def opens(self, *titles: str) -> "Walker":
        """Looks at the pages of these products."""
        for title in titles or ("oat milk",):
            with time_machine.travel(self.now, tick=False):
                self.client.get(self.shop[title].get_absolute_url())
        return self

    def asks(self, **about: Any) -> list[dict[str, Any]]:
        """What the script of the page is told."""
        with time_machine.travel(self.now, tick=False):
            answer = self.client.get(URL, {"page": "/catalogue/"} | about, headers=BY_SCRIPT)
        return answer.json()["armed"] if answer.status_code == 200 else []

    def meets(self, *popups: Popup, **about: Any) -> dict[str, Any] | None:
        """The moment of these has come: what is drawn, if anything."""
        sent = {"popups": [one.pk for one in popups], "page": "/catalogue/"} | about
        return self.says("show/", sent)

    def ends(self, met: dict[str, Any], what: str, **more: Any) -> dict[str, Any] | None:
        """What they do with it."""
        return self.says("answer/", {"showing": met["id"], "what": what} | more)

    def says(self, where: str, sent: Any, **headers: str) -> dict[str, Any] | None:
        """By the script of the page."""
        with time_machine.travel(self.now, tick=False):
            answer = self.client.post(
                URL + where, json.dumps(sent), content_type="text/plain", headers=BY_SCRIPT | headers
            )
        assert answer.status_code in (200, 204, 400, 403), answer.content
        return answer.json() if answer.status_code == 200 else None


@pytest.fixture(autouse=True)
def _nothing_is_known_yet() -> None:
    sight.kept.__init__()  # type: ignore[misc]


@pytest.fixture
def walker(open_shop: Shop) -> Walker:
    """Somebody new, in a shop that takes real commits."""
    return Walker(open_shop)


@pytest.fixture
def shown() -> Callable[[], int]:
    """How many lines the ledger has."""
    return PopupShowing.objects.count


def only_counted(request: Any) -> list[str]:
    """Consent of somebody who agreed to be counted, and not to be known."""
    return ["analytics"]
