"""The checklist of the first days is ticked off by facts, can be put away, and ends."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client, RequestFactory
from django.urls import reverse

from personalization.campaigns.offers.models import PersonalOffer
from personalization.events.identifiers import event_id
from personalization.events.models import Visitor
from personalization.events.write import NewEvent, write
from personalization.storefront.checklist import checklist
from personalization.storefront.launch import launch_steps
from personalization.storefront.popups.models import Popup, PopupShowing
from personalization.storefront.slots.models import Banner
from tests.admin.stories import ANNAS_PHONE, address, job
from tests.people import NOW, Shop

INDEX = "/admin/personalization/"
GLANCE = address("block", "first_steps")


def states() -> list[str]:
    return [one.state for one in launch_steps(now=NOW)]


def test_each_step_is_done_once_somebody_met_it(db: None) -> None:
    assert states() == ["todo"] * 4
    Visitor.objects.create(pk=ANNAS_PHONE, first_seen_at=NOW, last_seen_at=NOW, script_seen_at=NOW)
    assert states() == ["done", "todo", "todo", "todo"]
    banner = Banner.objects.create(slot="home-hero", texts={"en": {"title": "Hello"}})
    popup = Popup.objects.create(texts={"en": {"title": "Hello"}})
    offer = PersonalOffer.objects.create(title="Ten per cent", value=10)
    assert states() == ["done", "wait", "wait", "wait"]
    payload = {"banner": banner.pk, "slot": "home-hero"}
    write([NewEvent(event_id(NOW), "banner_shown", NOW, visitor_id=ANNAS_PHONE, payload=payload)])
    PopupShowing.objects.create(popup=popup, visitor_id=ANNAS_PHONE, shown_at=NOW)
    PersonalOffer.objects.filter(pk=offer.pk).update(way="open")
    assert states() == ["done"] * 4
    for one in (banner, popup):
        type(one).objects.update(ends_at=NOW - timedelta(hours=1))
    assert states() == ["done", "todo", "todo", "done"], "what is over is live no more"


def test_a_draft_is_no_step(db: None) -> None:
    PersonalOffer.objects.create(title="Ten per cent", value=10, way="open", status="draft")
    assert states()[-1] == "todo"


def test_it_is_put_away_in_this_browser_and_brought_back(owner: Client) -> None:
    page = owner.get(INDEX).content.decode()
    assert "0 of 10" in page
    assert 'class="pz-step ' in page
    away = owner.post(reverse("admin:personalization_block_put_away"), {"next": INDEX})
    assert (away.status_code, away["Location"]) == (302, INDEX)
    for where in (INDEX, GLANCE):
        page = owner.get(where).content.decode()
        assert 'class="pz-step ' not in page
        assert "Bring the list back" in page
    assert "What comes next" not in owner.get(address("block")).content.decode()
    owner.post(reverse("admin:personalization_block_put_away"), {"back": "1"})
    assert 'class="pz-step ' in owner.get(INDEX).content.decode()
    assert "What comes next" in owner.get(address("block")).content.decode()


def test_another_site_is_no_way_back(owner: Client) -> None:
    away = owner.post(reverse("admin:personalization_block_put_away"), {"next": "https://elsewhere.example/"})
    assert away["Location"] == GLANCE


def test_it_ends_when_all_is_done(owner: Client, filled_shop: Shop) -> None:
    job("refresh rankings")
    Visitor.objects.filter(pk=ANNAS_PHONE).update(script_seen_at=NOW)
    banner = Banner.objects.create(slot="home-hero", texts={"en": {"title": "Hello"}})
    payload = {"banner": banner.pk, "slot": "home-hero"}
    write([NewEvent(event_id(NOW), "banner_shown", NOW, visitor_id=ANNAS_PHONE, payload=payload)])
    popup = Popup.objects.create(texts={"en": {"title": "Hello"}})
    PopupShowing.objects.create(popup=popup, visitor_id=ANNAS_PHONE, shown_at=NOW)
    PersonalOffer.objects.create(title="Ten per cent", value=10, way="open")
    page = owner.get(INDEX).content.decode()
    assert "all done" in page
    assert "Put the list away" not in page


def test_a_button_is_for_whoever_may_follow_it(db: None, rf: RequestFactory) -> None:
    emil = get_user_model().objects.create_user("emil", "emil@example.com", "secret", is_staff=True)
    emil.user_permissions.set(Permission.objects.filter(codename__in=["view_block", "view_banner"]))
    request: Any = rf.get(INDEX)
    request.user = emil
    may = {row.step.right: row.may_follow for row in checklist(request, now=NOW).rows}
    assert may["view_banner"]
    assert not may["view_popup"]
    assert not may["change_trainingrun"]


def test_whoever_may_see_no_block_sees_no_list(clerk: Client, db: None) -> None:
    carl = get_user_model().objects.get(username="carl")
    carl.user_permissions.add(Permission.objects.get(codename="view_event"))
    page = clerk.get(INDEX)
    assert page.status_code == 200
    assert "pz-checklist" not in page.content.decode()


def test_ready_made_ones_open_as_filled_forms(owner: Client) -> None:
    from personalization.storefront.ready_blocks import ready_blocks
    from personalization.storefront.slots.ready import ready_banners

    for one in (*ready_blocks(), *ready_banners()):
        page = owner.get(one.url)
        assert page.status_code == 200, one.url
        form = page.context["adminform"].form
        assert form["name"].value() == str(one.label)
        assert form["slot"].value()
    assert len(ready_blocks()) >= 4
