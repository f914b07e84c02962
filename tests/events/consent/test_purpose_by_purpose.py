"""Each purpose by itself: what only counts needs a yes to being counted, what decides about lists one to that."""

import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from personalization.events.bots import mark_bots
from personalization.events.consent import Purpose
from personalization.events.daily import figures, sum_days
from personalization.events.days import DAY, day_of
from personalization.events.kinds import COUNTING, kinds
from personalization.events.models import AccountConsent, Event, Visitor
from tests import people
from tests.events.beacon.conftest import counted, event, send
from tests.events.consent.browsers import BOTH, answer, browser
from tests.journeys_of_oscar import buy, look_at, put_into_basket

SCRIPT = Path(django_settings.BASE_DIR) / "static/personalization/personalization.js"
LEFT = {"data": {"path": "/", "seconds": 3, "scrolled": 50}}


def agreed_to(*purposes: str) -> Client:
    client = browser()
    answer(client, purposes)
    return client


def kept() -> set[str]:
    return set(Event.objects.values_list("kind", flat=True))


def figures_today(*names: str) -> dict[str, int]:
    now = timezone.now()
    sum_days(now)
    today = day_of(now)
    return {one.kind: one.events for one in figures(*names, since=today, until=today + DAY)}


def checks_out(client: Client, shop: people.Shop) -> None:
    look_at(client, shop["butter"])
    put_into_basket(client, shop["honey"])
    client.get("/checkout/")


def test_what_only_counts_is_not_taken_of_who_agreed_to_personalization_alone(open_shop: people.Shop) -> None:
    checks_out(agreed_to("personalization"), open_shop)
    assert kept() == {"visit_started", "product_viewed", "basket_added"}
    checks_out(agreed_to(*BOTH), open_shop)
    assert "checkout_step" in kept()


def test_where_such_a_visit_came_from_is_not_kept(open_shop: people.Shop) -> None:
    agreed_to("personalization").get("/catalogue/?utm_source=paper")
    assert Event.objects.get(kind="visit_started").payload.keys() <= {"number", "region", "uncounted"}


def test_what_is_kept_for_personalization_alone_is_in_no_figure(open_shop: people.Shop) -> None:
    checks_out(agreed_to("personalization"), open_shop)
    assert figures_today("product_viewed", "visit_started", "basket_added") == {}
    checks_out(agreed_to("analytics"), open_shop)
    assert figures_today("product_viewed", "visit_started", "basket_added") == {
        "product_viewed": 1, "visit_started": 1, "basket_added": 1,
    }  # fmt: skip


def test_an_order_is_counted_whoever_placed_it(open_shop: people.Shop, anna: Any) -> None:
    client = agreed_to("personalization")
    people.log_in(client, anna)
    put_into_basket(client, open_shop["honey"])
    buy(client)
    assert figures_today("purchased") == {"purchased": 1}


def test_an_account_that_took_counting_back_elsewhere_is_counted_no_more(open_shop: people.Shop, anna: Any) -> None:
    client = agreed_to(*BOTH)
    people.log_in(client, anna)
    look_at(client, open_shop["butter"])
    now = timezone.now()
    AccountConsent.objects.update_or_create(
        user_id=anna.pk, defaults={"purposes": ["personalization"], "changed_at": now}
    )
    look_at(client, open_shop["honey"])
    assert kept() >= {"product_viewed"}
    assert figures_today("product_viewed") == {"product_viewed": 1}


def test_the_door_of_browsers_refuses_it_and_counts_why(db: None) -> None:
    client = agreed_to("personalization")
    seen = event("block_seen", data={"shown": str(uuid.uuid4()), "slot": "home-1"})
    sent = send(client, event(), event("page_left", **LEFT), seen)
    assert sent.status_code == 204
    assert counted() == {"received": 3, "stored": 1, "not_for_this": 2}
    assert kept() == {"visit_started", "block_seen"}
    assert figures_today("visit_started", "block_seen") == {}


@pytest.mark.parametrize("purposes", [BOTH, ("analytics",)], ids=["both", "analytics"])
def test_who_agreed_to_being_counted_is_counted(db: None, purposes: tuple[str, ...]) -> None:
    send(agreed_to(*purposes), event(), event("page_left", **LEFT))
    assert counted() == {"received": 2, "stored": 2}
    assert figures_today("custom", "page_left") == {"custom": 1, "page_left": 1}


def test_the_script_knows_the_same_kinds() -> None:
    told = re.search(r"const COUNTING = \[(.*?)\]", SCRIPT.read_text())
    assert told is not None
    counting = {kind.name for kind in kinds if kind.from_browser and kind.serves == COUNTING}
    assert set(re.findall(r'"(\w+)"', told[1])) == counting


def test_every_kind_serves_something_that_may_be_agreed_to() -> None:
    assert all(kind.serves and kind.serves <= {Purpose.ANALYTICS, Purpose.PERSONALIZATION} for kind in kinds)


def test_who_tells_little_is_no_robot_for_it(open_shop: people.Shop) -> None:
    for number in range(3):
        people.log_in(client := agreed_to(*BOTH), people.person(f"shopper{number}"))
        send(client, event())
    quiet, reader = agreed_to("personalization"), agreed_to("analytics")
    for _ in range(5):
        look_at(quiet, open_shop["honey"])
        look_at(reader, open_shop["honey"])
    mark_bots(now=timezone.now() + timedelta(hours=2))
    robots = Visitor.objects.filter(traffic="bot").values_list("pk", flat=True)
    assert [str(one) for one in robots] == [reader.cookies["pz_vid"].value.split(":")[0]]
