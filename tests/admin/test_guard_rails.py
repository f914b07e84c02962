"""Whoever publishes a campaign hears how many people it reaches, and what is wrong with it; nothing of it hinders."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personalization.campaigns import lint
from personalization.campaigns.offers.models import PersonalOffer
from personalization.people.segments.members import recount
from personalization.people.segments.models import Segment
from personalization.storefront.models import Block
from personalization.storefront.popups.models import Popup
from personalization.storefront.slots.models import Banner
from tests.admin.stories import address
from tests.people import NOW
from tests.people.folk import DAY, known, rule

WORDS = {"en": {"title": "Hello"}, "ru": {"title": "Привет"}, "uk": {"title": "Вітаю"}}
MAKE: dict[str, Any] = {
    "block": lambda **more: Block.objects.create(slot="home-1", strategy="bestsellers", **more),
    "banner": lambda **more: Banner.objects.create(slot="home-hero", texts=WORDS, **more),
    "popup": lambda **more: Popup.objects.create(texts=WORDS, **more),
    "personaloffer": lambda **more: PersonalOffer.objects.create(title="Hello", value=Decimal(10), way="open", **more),
}
KINDS = pytest.mark.parametrize("kind", list(MAKE))


def segment(name: str, *trees: dict[str, Any]) -> Segment:
    made = Segment.objects.create(name=name, tree={"all": list(trees)})
    recount(made, now=NOW)
    made.refresh_from_db()
    return made


@pytest.fixture
def folk(db: None) -> None:
    """Ten people, of whom three ordered twice or more and one five times."""
    for number, orders in enumerate([5, 3, 2, 1, 1, 1, 0, 0, 0, 0]):
        known(f"person {number}", orders=orders)


@pytest.fixture
def regulars(folk: None) -> Segment:
    return segment("Regulars", rule("orders", least=2))


def published(owner: Client, kind: str, campaign: Any) -> list[str]:
    """What the owner is told on putting it live from the list."""
    sent = {"action": "go_live", "_selected_action": [campaign.pk]}
    answer = owner.post(address(kind), sent, follow=True)
    return [str(one) for one in answer.context["messages"]]


def wrong(kind: str, campaign: Any) -> str:
    from django.contrib import admin

    owners: Any = admin.site._registry[type(campaign)]
    owners.learn([campaign], now=NOW)
    return " ".join(owners.problems_of(campaign))


@KINDS
def test_publishing_says_how_many_people_it_reaches(owner: Client, regulars: Segment, kind: str) -> None:
    told = published(owner, kind, MAKE[kind](status="draft", audience={"in": [regulars.pk]}))
    assert any("Live now. It reaches about 3 people (30 %)." in one for one in told), told


@KINDS
def test_whoever_is_left_out_is_not_counted(owner: Client, regulars: Segment, kind: str) -> None:
    best = segment("Best", rule("orders", least=5))
    told = published(owner, kind, MAKE[kind](status="draft", audience={"in": [regulars.pk], "not_in": [best.pk]}))
    assert any("It reaches about 2 people (20 %)." in one for one in told), told


@KINDS
def test_everybody_is_called_so(owner: Client, folk: None, kind: str) -> None:
    told = published(owner, kind, MAKE[kind](status="draft"))
    assert any("It reaches everybody: 10 people whom the shop knows, and whoever is new." in one for one in told), told


def test_what_a_visit_decides_is_said_to_be_at_most(owner: Client, folk: None) -> None:
    live = segment("Second visit", rule("visit_number", least=2), rule("orders", least=1))
    told = published(owner, "popup", MAKE["popup"](status="draft", audience={"in": [live.pk]}))
    assert any("at most about 6 people (60 %)" in one for one in told), told


def test_a_share_of_all_is_a_share_of_the_number(owner: Client, regulars: Segment) -> None:
    half = {"experiment": "", "since": 0, "until": 50}
    told = published(owner, "banner", MAKE["banner"](status="draft", arm=half))
    assert any("It reaches about 5 people (50 %)." in one for one in told), told


def test_what_begins_later_says_when(owner: Client, regulars: Segment) -> None:
    later = MAKE["banner"](status="draft", starts_at=NOW + DAY)
    assert any("Live from " in one for one in published(owner, "banner", later))


def test_a_code_given_by_hand_reaches_nobody_by_itself(owner: Client, folk: None) -> None:
    offer = PersonalOffer.objects.create(title="Sorry", value=10, trigger="by_hand", status="draft")
    assert any("Nobody gets a code by itself" in one for one in published(owner, "personaloffer", offer))


def test_saving_a_form_says_it_too_and_warns_without_hindering(owner: Client, regulars: Segment) -> None:
    best = segment("Best", rule("orders", least=90))
    sent = {
        "slot": "home-hero", "priority": "100", "words_en_title": "Spring", "focus_x": "50", "focus_y": "50",
        "status": "live", "share": "100", "audience_in": [best.pk],
    }  # fmt: skip
    answer = owner.post(address("banner", "add"), sent, follow=True)
    told = [(one.level_tag, str(one)) for one in answer.context["messages"]]
    assert Banner.objects.get().status == "live"
    assert any(tag == "success" and "It reaches nobody just now." in one for tag, one in told), told
    assert ("warning", "Nobody is in “Best”.") in told


def test_a_draft_reaches_nobody_and_nothing_is_said(owner: Client, regulars: Segment) -> None:
    sent = {
        "slot": "home-hero", "priority": "100", "words_en_title": "Spring", "focus_x": "50", "focus_y": "50",
        "status": "draft", "share": "100",
    }  # fmt: skip
    answer = owner.post(address("banner", "add"), sent, follow=True)
    assert not any("reaches" in str(one) for one in answer.context["messages"])


# --- what is wrong ----------------------------------------------------------------------------------------------------


@KINDS
def test_dates_that_are_over(folk: None, kind: str) -> None:
    assert "Its time is over" in wrong(kind, MAKE[kind](ends_at=NOW - DAY))


@KINDS
def test_hours_that_never_come(folk: None, kind: str) -> None:
    other_day = (NOW + 3 * DAY).weekday()
    never = MAKE[kind](starts_at=NOW - DAY, ends_at=NOW + DAY, hours={"days": [other_day]})
    assert "None of its hours comes before it ends" in wrong(kind, never)
    sometime = MAKE[kind](starts_at=NOW - DAY, ends_at=NOW + DAY, hours={"days": [(NOW + DAY).weekday()]})
    assert "None of its hours" not in wrong(kind, sometime)


@KINDS
def test_an_audience_that_leaves_itself_out(regulars: Segment, kind: str) -> None:
    same = MAKE[kind](audience={"in": [regulars.pk], "not_in": [regulars.pk]})
    assert "the very people whom it leaves out" in wrong(kind, same)
    buyers = segment("Buyers", rule("orders", least=1))
    within = MAKE[kind](audience={"in": [regulars.pk], "not_in": [buyers.pk]})
    assert "is left out on the other side" in wrong(kind, within)
    around = MAKE[kind](audience={"in": [buyers.pk], "not_in": [regulars.pk]})
    assert "left out" not in wrong(kind, around)


@KINDS
def test_a_segment_without_people(folk: None, regulars: Segment, kind: str) -> None:
    nobody = segment("Nobody yet", rule("orders", least=90))
    assert "Nobody is in “Nobody yet”." in wrong(kind, MAKE[kind](audience={"in": [nobody.pk]}))
    either = MAKE[kind](audience={"in": [nobody.pk, regulars.pk]})
    assert "Nobody is in" not in wrong(kind, either), "the other segment has people"


def test_one_in_front_for_everybody(folk: None) -> None:
    above = MAKE["banner"](name="Above", priority=1)
    assert "“Above” comes before it" in wrong("banner", MAKE["banner"](priority=2))
    first = MAKE["popup"](name="First", priority=1)
    second = MAKE["popup"](priority=2)
    assert "“First” comes at the same moment" in wrong("popup", second)
    Popup.objects.filter(pk=second.pk).update(trigger="scrolled", trigger_parameters={"percent": 50})
    assert "at the same moment" not in wrong("popup", Popup.objects.get(pk=second.pk)), "another moment"
    Popup.objects.filter(pk=second.pk).update(trigger=first.trigger, trigger_parameters={})
    Popup.objects.filter(pk=first.pk).update(where="basket")
    assert "at the same moment" not in wrong("popup", Popup.objects.get(pk=second.pk)), "another page"
    assert above.state(NOW) == "live"


def test_headings_in_some_languages_only(folk: None) -> None:
    block = Block.objects.create(slot="home-1", strategy="bestsellers", titles={"en": "Loved"})
    assert "no heading in Russian, Ukrainian" in wrong("block", block)
    assert "heading" not in wrong("block", Block.objects.create(slot="home-1", strategy="bestsellers"))


def test_many_of_them_are_asked_about_in_two_queries(regulars: Segment) -> None:
    buyers = segment("Buyers", rule("orders", least=1))
    some = [Banner(audience={"in": [regulars.pk], "not_in": [buyers.pk]}) for _ in range(3)]
    many = [*some, *(Banner(audience={"in": [buyers.pk], "not_in": [one]}) for one in range(900, 950))]
    for rows in (some, many):
        with CaptureQueriesContext(connection) as sent:
            about = lint.around(rows)
        assert len([one for one in sent if "personalization_" in one["sql"]]) == 2
        assert about.nobody == {some[0].for_whom}


def test_hours_are_looked_through_to_the_end() -> None:
    def never(**more: Any) -> bool:
        return bool(lint.problems(Banner(**more), lint.Around(), now=NOW))

    noon = datetime.fromisoformat(NOW.isoformat())
    evening = {"since": "23:30", "until": "23:50"}
    assert never(ends_at=noon + timedelta(hours=1), hours=evening)
    assert not never(ends_at=noon + timedelta(hours=23), hours=evening)
    assert not never(hours=evening), "without an end every hour comes"
