"""The owner's way with banners: made in a form that tells what it does, seen as it will be, and how it does."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from personalization.events.identifiers import event_id
from personalization.events.models import DailyFigure, Event
from personalization.events.write import NewEvent, write
from personalization.people.segments.models import Segment
from personalization.storefront.slots.models import Banner
from tests.people.folk import rule
from tests.storefront.slots.conftest import banner, picture

pytestmark = pytest.mark.django_db
PLAIN = {
    "slot": "home-hero", "priority": "100", "words_en_title": "Spring", "focus_x": "50", "focus_y": "50",
    "status": "live", "share": "100", "link": "/catalogue/",
}  # fmt: skip


def at(name: str, *about: Any) -> str:
    return reverse(f"admin:personalization_banner_{name}", args=about)


@pytest.fixture
def owner(full_shop: Any) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    olga = get_user_model().objects.create_superuser("olga", "olga@example.com", "secret")
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    return client


def saved(owner: Client, **sent: Any) -> Banner:
    answer = owner.post(at("add"), PLAIN | sent)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return Banner.objects.latest("pk")


def errors(owner: Client, **sent: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = owner.post(at("add"), PLAIN | sent).context["adminform"].form.errors
    return found


def listed(owner: Client) -> str:
    return " ".join(owner.get(at("changelist")).content.decode().split())


def test_what_is_written_stands_where_it_is_read(owner: Client) -> None:
    made = saved(owner, words_en_text="It is here", picture=picture(), focus_x="20", share="10")
    assert made.texts == {"en": {"title": "Spring", "text": "It is here"}}
    assert made.picture.name.startswith("personalization/banners/spring")
    assert (made.focus_x, made.in_arm.share) == (20, 10)


def test_a_heading_in_the_shop_s_own_language_it_must_have(owner: Client) -> None:
    assert "Give it a heading in English" in errors(owner, words_en_title="")["words_en_title"][0]


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "catalogue"])
def test_it_leads_nowhere_but_into_this_shop(owner: Client, link: str) -> None:
    assert "link" in errors(owner, link=link)


def test_a_picture_is_a_picture_and_none_that_a_phone_would_wait_for(owner: Client) -> None:
    script = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    assert "picture" in errors(owner, picture=SimpleUploadedFile("x.svg", script))
    assert "picture" in errors(owner, picture=SimpleUploadedFile("x.png", script))
    large = SimpleUploadedFile("x.png", picture().read() + bytes(3_000_000))
    assert "larger than 3 MB" in errors(owner, picture=large)["picture"][0]


def test_the_sentence_follows_the_form(owner: Client) -> None:
    vip = Segment.objects.create(name="VIP", tree={"all": [rule("orders", least=9)]}, size=12)
    told = owner.post(at("sentence"), PLAIN | {"audience_in": [vip.pk]}).json()["sentence"]
    assert told == (
        "Shows “Spring” in the place home-hero and leads to /catalogue/. Only people in “VIP” (12 people) see it."
    )
    everybody = owner.post(at("sentence"), PLAIN | {"link": "", "status": "draft"}).json()["sentence"]
    assert everybody == (
        "Shows “Spring” in the place home-hero. It is for everybody for whom no banner before it is meant. "
        "It is a draft: shoppers do not see it."
    )


def test_the_preview_shows_the_form_in_each_language_and_notes_nothing(owner: Client, settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("ru", "Russian")]
    page = owner.post(at("preview"), PLAIN | {"words_en_text": "<b>Here</b><script>alert(1)</script>"})
    told = page.content.decode()
    assert "<b>Here</b>" in told
    assert "alert" not in told
    assert "Not written in this language" not in told
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    russian = owner.post(at("preview"), PLAIN | {"language": "ru"}).content.decode()
    assert "Not written in this language: its readers see it in English." in russian
    assert not Event.objects.filter(kind="banner_shown").exists()


def test_a_language_without_words_is_said_in_the_list(owner: Client, settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("ru", "Russian")]
    banner("Spring")
    assert "It has no heading in Russian: whoever reads that is shown it in English." in listed(owner)


def test_the_list_says_how_each_does(owner: Client) -> None:
    made, now = banner("Spring"), timezone.now() - timedelta(minutes=5)
    told = {"banner": made.pk, "slot": "home-hero"}
    for kind, times in (("banner_shown", 8), ("banner_seen", 5), ("banner_clicked", 2)):
        write([NewEvent(event_id(now), kind, now, payload=told) for _ in range(times)])
    text = listed(owner)
    assert '8 <span class="pz-only-phone">in 14 days</span> <span class="pz-under">seen 5 times</span>' in text
    assert '25.0 % <span class="pz-under">2 clicks</span>' in text


def test_one_that_nobody_can_come_to_see_is_a_problem(owner: Client) -> None:
    banner("For all", priority=1)
    hidden = banner("Behind it", priority=2)
    banner("Elsewhere", priority=3, slot="basket-foot")
    text = "comes before it in this place and is for everybody: nobody sees this one."
    assert listed(owner).count(text) == 1
    assert text in owner.get(at("change", hidden.pk)).content.decode()
    Banner.objects.filter(priority=1).update(hours={"since": "17:00", "until": "22:00"})
    assert text not in listed(owner)


def test_the_list_costs_no_more_for_more_of_them(owner: Client, django_assert_max_num_queries: Any) -> None:
    banner("first")
    owner.get(at("changelist"))
    for number in range(20):
        banner(f"number {number}", slot=f"place-{number}")
    with django_assert_max_num_queries(16):
        owner.get(at("changelist"))


def test_an_empty_list_says_what_to_do(owner: Client) -> None:
    assert "There is no banner yet." in listed(owner)


def test_a_change_can_be_taken_back_the_picture_too(owner: Client) -> None:
    made = saved(owner, picture=picture("spring.png"))
    first = made.picture.name
    again = PLAIN | {"words_en_title": "Summer", "picture": picture("summer.png")}
    assert owner.post(at("change", made.pk), again).status_code == 302
    made.refresh_from_db()
    assert made.picture.name != first
    history = owner.get(at("history", made.pk))
    entry = history.context["changes"][-1]
    assert owner.post(at("revert", made.pk, entry.pk, "after")).status_code == 302
    made.refresh_from_db()
    assert (made.picture.name, made.texts["en"]["title"]) == (first, "Spring")


def test_a_copy_is_a_draft_with_the_same_picture(owner: Client) -> None:
    made = saved(owner, picture=picture())
    owner.post(at("changelist"), {"action": "duplicate", "_selected_action": [made.pk]})
    copy = Banner.objects.exclude(pk=made.pk).get()
    assert (copy.status, copy.picture.name, copy.texts) == ("draft", made.picture.name, made.texts)


def test_a_segment_that_is_deleted_says_which_banners_hang_on_it(owner: Client) -> None:
    vip = Segment.objects.create(name="VIP", tree={"all": [rule("orders", least=9)]})
    banner("Spring", among=[vip])
    page = owner.get(reverse("admin:personalization_segment_delete", args=[vip.pk])).content.decode()
    assert "The banner “Spring” is only for these people; then nobody will see it." in page


def test_the_daily_figures_call_it_by_its_name(owner: Client) -> None:
    made = banner("Spring")
    DailyFigure.objects.create(
        day=timezone.now().date(), kind="banner_shown", block=f"banner:{made.pk}", events=3, people=2
    )
    page = owner.get(reverse("admin:personalization_dailyfigure_changelist"), {"about": "block"}).content.decode()
    assert "Spring (home-hero)" in page
