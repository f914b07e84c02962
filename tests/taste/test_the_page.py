"""My recommendations: what is known, in words; what was said, with a way back; and wishes that are kept."""

import pytest
from django.test import Client
from django.utils import translation

from personalization.people.models import Preference
from tests import people
from tests.journeys_of_oscar import look_at

TASTE = "/personalization/taste/"


def told(*columns: str) -> list[tuple]:
    return sorted(Preference.objects.values_list(*columns))


@pytest.fixture
def anna_s(full_shop, anna, client) -> Client:
    people.log_in(client, anna)
    look_at(client, full_shop["honey"])
    return client


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


class TestWhatItSays:
    def test_what_is_known(self, full_shop, anna_s, anna):
        people.bought(anna, {full_shop["sponge"]: 1})
        page = words(anna_s.get(TASTE))
        assert "You looked at 1 product. You bought 1 product." in page
        assert "Mostly from: Household, Breakfast." in page

    def test_what_was_said_with_a_way_back(self, full_shop, anna_s, say):
        say(anna_s, "owned", full_shop["oat milk"])
        page = words(anna_s.get(TASTE))
        assert "Already own it</h3>" in page
        assert 'value="undo" aria-label="Undo: oat milk"' in page

    def test_a_stranger_who_agreed_has_one_too(self, full_shop, client):
        page = words(client.get(TASTE))
        assert "Nothing yet." in page
        assert "Breakfast" in page

    def test_without_consent_it_explains(self, full_shop, client, settings):
        settings.PERSONALIZATION_CONSENT = "personalization.events.consent.answered"
        page = words(client.get(TASTE))
        assert "You have not agreed to be remembered" in page
        assert 'href="/personalization/consent/"' in page
        assert "<fieldset" not in page

    def test_it_is_never_kept_by_a_cache(self, full_shop, anna_s):
        assert "no-store" in anna_s.get(TASTE)["Cache-Control"]

    def test_a_title_can_t_run_a_script(self, full_shop, anna_s, say):
        full_shop["oat milk"].title = "<script>alert(1)</script>"
        full_shop["oat milk"].save()
        say(anna_s, "owned", full_shop["oat milk"])
        assert "<script>alert(1)" not in words(anna_s.get(TASTE))

    @pytest.mark.parametrize("language", ["ru", "uk"])
    def test_in_other_languages_it_opens(self, full_shop, anna_s, language):
        with translation.override(language):
            anna_s.cookies["django_language"] = language
            assert anna_s.get(TASTE).status_code == 200


class TestWishes:
    def wish(self, client, shop, **more):
        breakfast, household = (shop.categories[name].pk for name in ("Breakfast", "Household"))
        form = {f"department_{breakfast}": "liked", f"department_{household}": "muted", "region": "Berlin",
                "channel": "email", "hour": "18"}  # fmt: skip
        return client.post(TASTE, form | more)

    def test_they_are_kept_and_shown(self, full_shop, anna_s, anna):
        assert self.wish(anna_s, full_shop)["Location"] == TASTE
        breakfast, household = (full_shop.categories[name].pk for name in ("Breakfast", "Household"))
        assert told("what", "subject_id", "value", "user_id", "visitor_id") == [
            ("channel", 0, "email", anna.pk, None), ("hour", 0, "18", anna.pk, None),
            ("liked_category", breakfast, "", anna.pk, None), ("muted_category", household, "", anna.pk, None),
            ("region", 0, "Berlin", anna.pk, None),
        ]  # fmt: skip
        page = words(anna_s.get(TASTE))
        assert 'value="Berlin"' in page
        assert page.count(" checked") == 2

    def test_the_next_block_obeys(self, full_shop, anna_s):
        assert "oat milk" in words(anna_s.get("/best-sellers/"))
        anna_s.post(TASTE, {f"department_{full_shop.categories['Breakfast'].pk}": "muted"})
        page = words(anna_s.get("/best-sellers/"))
        assert "oat milk" not in page
        assert "sponge" in page

    def test_changing_one_s_mind_replaces_them_and_leaves_the_answers(self, full_shop, anna_s, say):
        say(anna_s, "owned", full_shop["oat milk"])
        self.wish(anna_s, full_shop)
        anna_s.post(TASTE, {})
        assert told("what") == [("owned",)]

    def test_of_a_stranger_they_are_the_visitor_s(self, full_shop, client):
        self.wish(client, full_shop)
        assert all(user is None and visitor for user, visitor in told("user_id", "visitor_id"))
        assert 'value="Berlin"' in words(client.get(TASTE))

    @pytest.mark.parametrize(
        "nonsense", [{"hour": "25"}, {"channel": "pigeon"}, {"region": "x" * 101}, {"region": "\0"}]
    )
    def test_nonsense_is_marked_and_not_kept(self, full_shop, anna_s, nonsense):
        answer = self.wish(anna_s, full_shop, **nonsense)
        assert answer.status_code == 200
        assert "pz-error" in words(answer)
        assert not told("what")

    def test_a_department_that_there_is_not_is_left_out(self, full_shop, anna_s):
        anna_s.post(TASTE, {"department_99999": "muted", "brand_xyz": "liked"})
        assert not told("what")

    def test_not_by_another_site(self, full_shop, anna):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(anna)
        assert self.wish(strict, full_shop).status_code == 403
        assert not told("what")

    def test_not_without_consent(self, full_shop, settings, client):
        settings.PERSONALIZATION_CONSENT = "personalization.events.consent.answered"
        assert self.wish(client, full_shop).status_code == 403
        assert not told("what")


def test_switched_off_there_is_no_such_page(full_shop, client, settings):
    settings.PERSONALIZATION_ENABLED = False
    assert client.get(TASTE).status_code == 404
