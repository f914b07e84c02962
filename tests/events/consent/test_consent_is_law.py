"""Each way of not agreeing, crossed with each way of leaving something: nothing that names anybody is kept.

The same ways with an agreement are the control: there they do write, so the emptiness above means something.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from oscar.core.loading import get_model

from personalization.events.models import AccountConsent, ConsentRecord, Event, Visitor
from personalization.people.models import Preference
from tests import people
from tests.events.consent import paths
from tests.events.consent.browsers import BOTH, answer, answered_at, browser, cookies
from tests.journeys_of_oscar import look_at

HOOKS = "tests.events.consent.hooks."
Browser = Callable[[people.Shop], Client]


def known_before(shop: people.Shop) -> Client:
    """A browser that agreed, and looked at something under its id."""
    client = browser()
    answer(client, BOTH)
    look_at(client, shop["butter"])
    assert {"pz_vid", "pz_visit", "pz_consent"} <= cookies(client)
    return client


def with_signal(name: str) -> Browser:
    def made(shop: people.Shop) -> Client:
        client = browser(**{name: "1"})
        client.cookies = known_before(shop).cookies
        return client

    return made


def withdrawn(shop: people.Shop) -> Client:
    client = known_before(shop)
    answer(client, ())
    return client


def refused(shop: people.Shop) -> Client:
    client = browser()
    answer(client, ())
    return client


def asked_by_other_words(shop: people.Shop) -> Client:
    client = browser()
    answered_at(client, BOTH, timezone.now())
    client.cookies["pz_consent"] = client.cookies["pz_consent"].value.replace("ap.1.", "ap.2.")
    return client


def not_asked(shop: people.Shop) -> Client:
    return browser()


def agreed_to(*purposes: str) -> Browser:
    def made(shop: people.Shop) -> Client:
        client = browser()
        answer(client, purposes)
        return client

    return made


NO = {
    "Global Privacy Control": (with_signal("GPC"), None),
    "Do Not Track": (with_signal("DNT"), None),
    "refused": (refused, None),
    "withdrawn": (withdrawn, None),
    "not asked": (not_asked, None),
    "a cookie nobody signed": (asked_by_other_words, None),
    "only e-mails": (agreed_to("email", "sms", "push"), None),
    "the shop's hook says no": (not_asked, "no"),
    "the shop's hook has not asked": (not_asked, "nothing_yet"),
    "the shop's hook fails": (not_asked, "broken"),
    "the shop's hook gives nonsense": (not_asked, "nonsense"),
}
YES = {
    "everything": (agreed_to(*BOTH), None),
    "analytics only": (agreed_to("analytics"), None),
    "personalization only": (agreed_to("personalization"), None),
    "the shop's hook says yes": (not_asked, "yes"),
    "the shop's hook names purposes": (not_asked, "only_counting"),
}


@pytest.fixture
def by_hook(settings: Any, request: pytest.FixtureRequest) -> Browser:
    """Makes the browser of one state, under the shop's own hook if the state has one."""
    made, hook = request.param
    if hook:
        settings.PERSONALIZATION_CONSENT = HOOKS + hook
    return made


def rows() -> dict[str, int]:
    """Everything of ours that could name somebody, but for a no: an account's counts on all of its devices."""
    agreed = {"purposes__overlap": list(BOTH)}
    return {
        "events": Event.objects.exclude(visitor_id=None, user_id=None, visit_id=None).count(),
        "visitors": Visitor.objects.count(),
        "preferences": Preference.objects.count(),
        "ledger": ConsentRecord.objects.filter(**agreed).count(),
        "accounts": AccountConsent.objects.filter(**agreed).count(),
    }


@pytest.mark.parametrize("by_hook", NO.values(), ids=NO.keys(), indirect=True)
def test_without_an_agreement_nothing_names_anybody(open_shop: people.Shop, by_hook: Browser) -> None:
    for path in paths.WITHOUT_TRACE:
        client = by_hook(open_shop)
        before, events = rows(), Event.objects.count()
        path(client, open_shop)
        assert rows() == before, path.__name__
        assert Event.objects.count() == events, path.__name__
        assert cookies(client) <= {"pz_consent"}, path.__name__


@pytest.mark.parametrize("by_hook", NO.values(), ids=NO.keys(), indirect=True)
def test_without_an_agreement_a_purchase_is_kept_without_a_name(open_shop: people.Shop, by_hook: Browser) -> None:
    client = by_hook(open_shop)
    before, events = rows(), Event.objects.count()
    paths.orders(client, open_shop)
    assert rows() == before
    assert Event.objects.count() == events + 1
    bought = Event.objects.get(kind="purchased")
    assert bought.payload["order"] == get_model("order", "Order").objects.get().pk
    assert cookies(client) <= {"pz_consent"}


@pytest.mark.parametrize("by_hook", YES.values(), ids=YES.keys(), indirect=True)
def test_with_an_agreement_the_same_ways_do_write(open_shop: people.Shop, by_hook: Browser) -> None:
    for path in (paths.looks_at_a_product, paths.fills_the_basket, paths.searches, paths.logs_in, paths.orders):
        client = by_hook(open_shop)
        before = rows()["events"]
        path(client, open_shop)
        assert rows()["events"] > before, path.__name__
        assert "pz_vid" in cookies(client), path.__name__


def test_a_signal_outweighs_a_stored_yes_until_somebody_is_asked_again(open_shop: people.Shop) -> None:
    client = with_signal("GPC")(open_shop)
    known = Event.objects.count()
    look_at(client, open_shop["honey"])
    assert Event.objects.count() == known
    answer(client, BOTH)
    look_at(client, open_shop["honey"])
    assert Event.objects.filter(kind="product_viewed", product_id=open_shop["honey"].pk).count() == 1


def test_a_signal_may_be_left_unheard_where_the_law_allows_it(open_shop: people.Shop, settings: Any) -> None:
    settings.PERSONALIZATION_OBEY_PRIVACY_SIGNALS = False
    client = with_signal("GPC")(open_shop)
    look_at(client, open_shop["honey"])
    assert Event.objects.filter(product_id=open_shop["honey"].pk).exists()


def test_a_withdrawal_counts_on_the_other_devices_of_the_account_with_their_next_request(
    open_shop: people.Shop, anna: Any
) -> None:
    laptop, phone = browser(), browser()
    for device in (laptop, phone):
        answer(device, BOTH)
        people.log_in(device, anna)
        look_at(device, open_shop["butter"])
    answer(laptop, ())
    before = rows()
    for device in (laptop, phone):
        look_at(device, open_shop["honey"])
        assert cookies(device) == {"pz_consent"}
        assert device.cookies["pz_consent"].value.startswith("-.")
    assert rows() == before


def test_a_forged_answer_is_none(open_shop: people.Shop) -> None:
    client = browser()
    client.cookies["pz_consent"] = f"ap.1.{int(timezone.now().timestamp())}.1:forged"
    look_at(client, open_shop["honey"])
    assert Event.objects.count() == 0


def test_an_old_no_is_not_outlived_by_a_yes_that_is_older_still(open_shop: people.Shop, anna: Any) -> None:
    now = timezone.now().replace(microsecond=0)
    AccountConsent.objects.create(user_id=anna.pk, purposes=[], changed_at=now - timedelta(days=1))
    client = browser()
    answered_at(client, BOTH, now - timedelta(days=2))
    people.log_in(client, anna)
    look_at(client, open_shop["honey"])
    assert not Event.objects.filter(user_id=anna.pk).exists()
    assert client.cookies["pz_consent"].value.startswith("-.")
