"""Promise 17: three accounts and a stranger at every address of ours, each asking for what is another's."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from personalization.events.models import Visitor
from personalization.events.personal import Whole, tables, whole_account
from personalization.people.models import Preference
from personalization.storefront.doors.models import DoorChoice, InterestDoor
from personalization.urls import urlpatterns
from tests import people
from tests.journeys_of_oscar import look_at, put_into_basket

FIREFOX = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0"
NAMES = [one.name for one in urlpatterns]
STRANGER = "a stranger"
WHO = ("Anna", "Boris", "Clara", STRANGER)


@dataclass
class Somebody:
    """A person who looked at one product that nobody else has seen, has it in the basket, and said something of it."""

    name: str
    client: Client
    user: Any
    visitor_id: Any
    product: Any

    @property
    def whole(self) -> Whole:
        """All that we know them by."""
        return whole_account(self.user.pk) if self.user else Whole(visitor_ids=(self.visitor_id,))

    @property
    def words(self) -> list[str]:
        """Where one of these stands, it is about them."""
        return [self.product.title, str(self.visitor_id), *([self.user.email] if self.user else [])]

    def held(self) -> str:
        """Every row of ours, and what is in the basket."""
        lines = get_model("basket", "Line").objects.filter(product=self.product).values_list("basket_id", "quantity")
        # A message that nobody can read is about whomever it names, whoever sent it.
        rows = {table.name: list(table.rows(self.whole)) for table in tables if table.name != "unreadable_messages"}
        return json.dumps([rows, sorted(lines)], default=str, sort_keys=True)


def somebody(name: str) -> Somebody:
    """Comes, looks and puts into the basket."""
    client, user, product = Client(headers={"User-Agent": FIREFOX}), None, people.product(f"secret of {name}")
    if name != STRANGER:
        user = people.person(name)
        client.force_login(user)
    look_at(client, product)
    put_into_basket(client, product)
    (visitor,) = Visitor.objects.order_by("-first_seen_at")[:1]
    whose = {"user_id": user.pk} if user else {"visitor_id": visitor.pk}
    Preference.objects.create(what="owned", subject_id=product.pk, told_at=people.NOW, **whose)
    return Somebody(name, client, user, visitor.pk, product)


@pytest.fixture(autouse=True)
def _watched(settings: Any) -> None:
    settings.PERSONALIZATION_METRICS_TOKEN = "known to the monitoring alone"


# What each address is asked to do with what is another's; a new one is red until it says so.
def _about(other: Somebody) -> dict[str, Any]:
    named = {"user": other.user.pk, "user_id": other.user.pk, "account": other.user.pk, "email": other.user.email,
             "who": other.user.email} if other.user else {}  # fmt: skip
    return named | {"visitor": other.visitor_id, "visitor_id": other.visitor_id, "pz_vid": other.visitor_id}


FORMS: dict[str, dict[str, Any]] = {
    "events": {}, "answer": {}, "my_data": {}, "download": {}, "add_together": {}, "metrics": {},
    "popups": {}, "show_popup": {}, "answer_popup": {"what": "closed"},
    "lead": {"agree": "yes"}, "confirm_lead": {"again": "yes"}, "stop_lead": {},
    "consent": {"withdraw": "1"},
    "erase": {"sure": "yes"},
    "take_out_together": {"product": "theirs"},
    "taste": {"like": "theirs", "avoid": "theirs"},
    "feedback": {"what": "undo", "product": "theirs"},
    "toolbar": {}, "toolbar_switch": {"on": "1"},
    "door": {"choice": "a way in"},
}  # fmt: skip
# Where people do see their own: the crawl could find something.
SHOWS_OWN = {"download": "visitor_id", "taste": "title"}


def said(answer: Any) -> str:
    """All of an answer, its cookies and headers too."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace") + str(dict(answer.headers)) + str(answer.cookies)


def _named(value: Any, other: Somebody) -> Any:
    if value == "a way in":
        door, _ = InterestDoor.objects.get_or_create(slot="home")
        return DoorChoice.objects.get_or_create(door=door, categories=[1])[0].pk
    return other.product.pk if value == "theirs" else value


def asked(one: Somebody, other: Somebody, name: str) -> str:
    """What this person is answered who asks for another's, in every way."""
    address = reverse(f"personalization:{name}")
    form = {key: _named(value, other) for key, value in FORMS[name].items()}
    about, script = _about(other), {"X-Requested-With": "XMLHttpRequest"}
    message = json.dumps({"v": 1, "page": "/", "purposes": [], "events": [], **about}, default=str)
    return "".join(
        said(answer)
        for answer in (
            one.client.get(f"{address}?{urlencode(about)}"),
            one.client.post(address, form | about),
            one.client.post(f"{address}?{urlencode(about)}", form | about, headers=script),
            one.client.post(address, message, content_type="text/plain", headers=script),
            one.client.get(address, headers={"X-Visitor": str(other.visitor_id), "X-User": other.name}),
        )
    )


@pytest.mark.usefixtures("shop", "bare_oscar")
@pytest.mark.parametrize("name", NAMES)
def test_whoever_asks_gets_and_changes_what_is_theirs_alone(name):
    assert name in FORMS, "say what a new address is asked for"
    everybody = [somebody(one) for one in WHO]
    for one in everybody:
        assert str(one.visitor_id) in one.held(), "there must be something to lose"
        if name in SHOWS_OWN:
            own = {"visitor_id": str(one.visitor_id), "title": one.product.title}[SHOWS_OWN[name]]
            assert own in said(one.client.get(reverse(f"personalization:{name}"))), "there must be something to find"
    for one, asked_about in zip(everybody, everybody[1:] + everybody[:1], strict=True):
        others = [other for other in everybody if other is not one]
        before = [other.held() for other in others]
        told = asked(one, asked_about, name)
        # Whoever names a product by its number is told its title, as in the catalogue.
        public = {asked_about.product.title} if "theirs" in FORMS[name].values() else set()
        assert not [word for other in others for word in other.words if word in told and word not in public]
        assert [other.held() for other in others] == before
