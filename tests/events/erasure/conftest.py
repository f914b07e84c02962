"""Anna, whom every table knows: three browsers, two logins; and Boris beside her."""

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from personalization.campaigns.offers.models import PersonalCode, PersonalOffer
from personalization.events.consent import STORING, Consent
from personalization.events.ledger import note
from personalization.events.models import QuarantinedPayload, Visitor
from personalization.events.person import Person
from personalization.insight.people.models import CustomerLook
from personalization.people.clusters.models import ClusterMember
from personalization.people.journeys.follow import follow_visits
from personalization.people.models import Preference
from personalization.people.predict.models import PredictionRun
from personalization.people.profiles.models import Profile, ProfileNote
from personalization.people.segments.models import Membership, MembershipChange, Segment
from personalization.recommend.lists.models import ShopperGroup
from personalization.recommend.models import ServedModel, ShopperList, TrainingRun
from personalization.recommend.scorecards.models import Scorecard
from personalization.recommend.searches.models import SearchDeed
from personalization.storefront.leads.models import Lead
from personalization.storefront.popups.models import Popup, PopupShowing
from personalization.storefront.popups.replay.models import PopupReplay
from tests import people
from tests.journeys_of_oscar import look_at, put_into_basket
from tests.people import Shop
from tests.safety.conftest import fill_tables


@pytest.fixture(autouse=True)
def _with_blocks(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.storefront.pages"


@pytest.fixture
def full_shop(open_shop: Shop) -> Shop:
    """The tiny shop, in which everything sells."""
    fill_tables(open_shop)
    return open_shop


@dataclass
class Known:
    """A person with a browser."""

    user: Any
    client: Client
    phone: Client

    def ids(self) -> set[str]:
        """Every name under which our tables may know them."""
        return {str(one) for one in Visitor.objects.filter(user=self.user).values_list("pk", flat=True)}


def make_known(shop: Shop, user: Any) -> Known:
    """Two browsers, three visitor ids, and a row in every table that may hold one."""
    known = Known(user, Client(), Client())
    for browser in (known.client, known.phone):
        look_at(browser, shop["honey"])
        people.log_in(browser, user)
        look_at(browser, shop["muesli"])
        put_into_basket(browser, shop["butter"])
        browser.get("/best-sellers/")
    people.bought(user, {shop["oat milk"]: 2, shop["apron small"]: 1}, at=timezone.now() - timedelta(days=2))
    visitor_id = Visitor.objects.filter(user=user).earliest("first_seen_at").pk
    now = timezone.now()
    consent = Consent(STORING, is_asked=True, given_at=now)
    note(consent, person=Person(visitor_id=visitor_id, user_id=user.pk), text="words", source="banner")
    asked, _ = Popup.objects.get_or_create(name="asked about")
    PopupReplay.objects.create(popup=asked, asked_by=user.get_username(), asked_at=now, status="failed")
    for whose in ({"user_id": user.pk}, {"visitor_id": visitor_id}):
        Preference.objects.create(what="owned", subject_id=shop["candles"].pk, told_at=now, **whose)
    ShopperList.objects.create(
        run_id=ServedModel.objects.get().run_id, user_id=user.pk, product_ids=shop.ids("muesli", "honey"),
        scores=[0.9, 0.8], reasons=[2, 4], because_ids=[shop["oat milk"].pk, 0],
    )  # fmt: skip
    ShopperGroup.objects.create(user_id=user.pk, grouping="price_and_department", key="1:2", grouped_at=now)
    for account in (user.pk, None):
        SearchDeed.objects.create(
            visit_id=uuid.uuid4(), visitor_id=visitor_id, user_id=account, words="milk", single=["milk"],
            product_id=shop["oat milk"].pk, weight=1, done_at=now,
        )  # fmt: skip
    # A stranger's rows stay for some minutes after the login.
    segment, _ = Segment.objects.get_or_create(name="Everybody")
    for person in (uuid.UUID(int=user.pk), visitor_id):
        account = user.pk if person != visitor_id else None
        Profile.objects.create(
            person=person, user_id=account, first_seen_at=now, last_seen_at=now, changed_at=now, region="Kyiv"
        )
        Membership.objects.create(segment=segment, person=person, since=now)
        ClusterMember.objects.create(person=person, number=1, since=now)
        MembershipChange.objects.create(segment=segment, person=person, is_entry=True, happened_at=now)
        ProfileNote.objects.create(user_id=account, visitor_id=visitor_id)
        offer, _ = PersonalOffer.objects.get_or_create(title="10 % off")
        PersonalCode.objects.create(
            offer=offer, person=person, code=f"CODE-{person.hex[-12:]}", reason="by hand",
            asked_by=user.get_username(), issued_at=now, expires_at=now,
        )  # fmt: skip
    named = {"rule": "named", "params": {"accounts": [user.pk]}}
    Segment.objects.create(name=f"Asked on the phone {user.pk}", tree={"all": [named]}, counted_tree=named)
    LogEntry.objects.create(
        user=user, content_type=ContentType.objects.get_for_model(Segment), object_id="1", action_flag=2,
        change_message=json.dumps([{"changed": {}, "segment": {"before": None, "after": {"tree": {"all": [named]}}}}]),
    )  # fmt: skip
    for job in (TrainingRun, Scorecard, PredictionRun):
        job.objects.create(asked_by=user.get_username(), asked_at=now, status="failed")
    for whose in ({"user_id": user.pk}, {"visitor_id": visitor_id}):
        CustomerLook.objects.create(looked_at=now, reader_id=0, **whose)
        popup, _ = Popup.objects.get_or_create(name="hello")
        PopupShowing.objects.create(popup=popup, shown_at=now, **whose)
        Lead.objects.create(email=user.email, address=user.email, text="words", language="en", asked_at=now, **whose)
    for name in (str(visitor_id), user.email):
        body = json.dumps({"v": 1, "page": f"/?me={name}"}).encode()
        QuarantinedPayload.objects.create(received_at=now, reason="unreadable", body=body)
    follow_visits(now=timezone.now())
    return known


@pytest.fixture
def anna_known(full_shop: Shop, anna: Any) -> Known:
    """Anna, whom every table knows."""
    return make_known(full_shop, anna)


@pytest.fixture
def boris_known(full_shop: Shop, boris: Any) -> Known:
    """Boris, whom every table knows as well."""
    return make_known(full_shop, boris)


@pytest.fixture
def someone() -> uuid.UUID:
    """The id of a stranger."""
    return uuid.uuid4()
