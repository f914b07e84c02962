"""The owner's way with pop-ups: made in a form that tells what it does, put in order, and explained."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from personalization.people.segments.models import Segment
from personalization.storefront.popups.models import Popup, PopupShowing
from personalization.storefront.popups.ready import ready
from tests.people.folk import rule
from tests.storefront.popups.conftest import WORDS, popup

pytestmark = pytest.mark.django_db
PLAIN = {
    "design": "message", "trigger": "visit_number", "trigger_visit_number_visit": "2", "look": "dialog",
    "words_en_title": "Welcome", "status": "live", "priority": "100", "where": "", "goal": "", "often_visit": "1",
    "often_gap": "24", "share": "100",
}  # fmt: skip


def at(name: str, *about: Any) -> str:
    return reverse(f"admin:personalization_popup_{name}", args=about)


@pytest.fixture
def owner(full_shop: Any) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    olga = get_user_model().objects.create_superuser("olga", "olga@example.com", "secret")
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    return client


def saved(owner: Client, **sent: str) -> Popup:
    answer = owner.post(at("add"), PLAIN | sent)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return Popup.objects.latest("pk")


def errors(owner: Client, **sent: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = owner.post(at("add"), PLAIN | sent).context["adminform"].form.errors
    return found


def test_what_is_written_stands_where_it_is_read(owner: Client) -> None:
    made = saved(owner, words_en_text="Good to see you", link="/catalogue/", often_week="2", share="10")
    assert made.texts == {"en": {"title": "Welcome", "text": "Good to see you"}}
    assert made.trigger_parameters == {"visit": 2}
    assert made.how_often.stored() == {"visit": 1, "week": 2, "gap": 24}
    assert made.in_arm.share == 10


@pytest.mark.parametrize(
    "link", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", "catalogue", "/a\nb"]
)
def test_its_button_leads_nowhere_but_into_this_shop(owner: Client, link: str) -> None:
    assert "link" in errors(owner, link=link)


def test_a_heading_it_must_have_and_unknown_places_are_named(owner: Client) -> None:
    assert "words_en_title" in errors(owner, words_en_title="")
    assert "{first_name} is not known" in errors(owner, words_en_text="Hi {first_name}")["words_en_text"][0]


def test_what_does_not_fit_the_moment_is_said_beside_it(owner: Client) -> None:
    assert "trigger_visit_number_visit" in errors(owner, trigger_visit_number_visit="0")


def test_the_sentence_follows_the_form(owner: Client) -> None:
    told = owner.post(at("sentence"), PLAIN).json()["sentence"]
    assert told == (
        "Shows a message: from visit number 2 on, on any page. To one person it comes at most once a visit, no sooner "
        "than 24 hours later, and never again once it was closed."
    )
    assert (
        "Only 10 of a hundred people may get it."
        in owner.post(at("sentence"), PLAIN | {"share": "10"}).json()["sentence"]
    )


def test_the_preview_shows_the_form_and_notes_nothing(owner: Client) -> None:
    page = owner.post(at("preview"), PLAIN | {"words_en_text": "<b>Good</b><script>alert(1)</script>"})
    told = page.content.decode()
    assert "<b>Good</b>" in told
    assert "alert" not in told
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert PopupShowing.objects.count() == 0


@pytest.mark.parametrize("begun", [one.name for one in ready() if one.fields["design"] != "discount"])
def test_each_ready_made_one_is_saved_as_it_stands(owner: Client, begun: str) -> None:
    form = owner.get(at("add"), {"start": begun}).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", [], False)}
    dates = {f"{name}_{part}": "" for name in ("starts_at", "ends_at") for part in (0, 1)}
    answer = owner.post(at("add"), sent | dates)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made = Popup.objects.get()
    assert made.texts["en"]["title"]
    assert made.state(timezone.now()) == "live"


def test_the_list_says_how_each_does(owner: Client) -> None:
    one, now = popup("hello"), timezone.now()
    for outcome in ("closed", "closed", "clicked", ""):
        PopupShowing.objects.create(popup=one, shown_at=now, outcome=outcome)
    PopupShowing.objects.create(popup=one, shown_at=now, is_counted=False)
    told = " ".join(owner.get(at("changelist")).content.decode().split())
    assert ">4 <" in told
    assert "25.0 %" in told
    assert "50.0 %" in told
    assert "Shows a message: from visit number 1 on" in told


def test_one_that_most_people_close_is_a_problem(owner: Client) -> None:
    one, now = popup("hello"), timezone.now()
    PopupShowing.objects.bulk_create(PopupShowing(popup=one, shown_at=now, outcome="closed") for _ in range(30))
    assert "Most people close it" in owner.get(at("changelist")).content.decode()


def test_the_list_costs_no_more_for_more_of_them(owner: Client, django_assert_max_num_queries: Any) -> None:
    popup("first")
    owner.get(at("changelist"))
    for number in range(20):
        popup(f"number {number}")
    with django_assert_max_num_queries(14):
        owner.get(at("changelist"))


def test_one_is_moved_up_and_down(owner: Client) -> None:
    names = lambda: list(Popup.objects.values_list("name", flat=True))  # noqa: E731
    first, _second, third = popup("first"), popup("second"), popup("third")
    owner.post(at("move", third.pk, "up"))
    assert names() == ["first", "third", "second"]
    owner.post(at("move", first.pk, "up"))
    owner.post(at("move", first.pk, "down"))
    assert names() == ["third", "first", "second"]


def test_which_one_would_come_and_why_not_the_others(owner: Client, anna: Any) -> None:
    popup("for products", where="product", texts={"en": {"title": "A"}}, priority=1)
    popup("much later", trigger_parameters={"visit": 9}, texts={"en": {"title": "B"}}, priority=2)
    popup("paused", status="paused", texts={"en": {"title": "C"}}, priority=3)
    closed = popup("closed once", texts={"en": {"title": "D"}}, priority=4)
    popup("the one", texts=WORDS, priority=5)
    popup("behind it", texts={"en": {"title": "F"}}, priority=6)
    PopupShowing.objects.create(
        popup=closed, user_id=anna.pk, shown_at=timezone.now() - timedelta(days=3), outcome="closed"
    )
    page = owner.get(at("which"), {"shopper_id": anna.pk})
    told = {one.popup.name: one.why_not for one in page.context["answers"]}
    assert told == {
        "for products": "It is for other pages.",
        "much later": "Its moment is not now: see when it comes.",
        "paused": "It is not live now: its state, its dates or its hours say so.",
        "closed once": "They closed it, so it does not come again.",
        "the one": "",
        "behind it": "It may come too, but one above it comes first.",
    }
    first = owner.get(at("which"), {"page": 1}).context["answers"]
    assert not any(one.wins for one in first)


def test_a_change_can_be_taken_back(owner: Client) -> None:
    made = saved(owner)
    assert owner.post(at("change", made.pk), PLAIN | {"words_en_title": "Hello again"}).status_code == 302
    page = owner.get(at("history", made.pk)).content.decode()
    assert "Back to what was before" in page or "Back to this" in page


def test_a_segment_that_is_deleted_says_which_pop_ups_hang_on_it(owner: Client) -> None:
    segment = Segment.objects.create(name="VIP", tree={"all": [rule("orders", least=9)]})
    popup(audience={"in": [segment.pk]})
    page = owner.get(reverse("admin:personalization_segment_delete", args=[segment.pk])).content.decode()
    assert "The pop-up “Welcome back” is only for these people; then nobody will see it." in page
