"""A pop-up comes seldom: never at once, never in the checkout, never more often than its caps and one budget allow."""

import pytest
from django.test import Client

from personalization.events.models import AccountConsent
from personalization.storefront.popups.models import Popup, PopupShowing
from tests.people import NOW, log_in
from tests.storefront.popups.conftest import BY_SCRIPT, URL, Walker, popup

FREE: dict[str, int] = {}


def names(armed):
    return [Popup.objects.get(pk=one["id"]).name for one in armed]


def test_never_on_the_first_page_of_a_visit(walker):
    popup()
    assert walker.opens().asks() == []
    assert names(walker.opens().asks()) == ["hello"]
    assert walker.later(hours=1).opens().asks() == []


@pytest.mark.parametrize(
    "page", ["/checkout/", "/checkout/preview/", "/admin/", "/dashboard/", "/personalization/taste/", "/no-such-page/"]
)
def test_never_in_the_checkout_nor_where_nobody_is_to_be_disturbed(walker, page):
    one = popup()
    walker.opens().opens()
    assert walker.asks(page=page) == []
    assert walker.meets(one, page=page) is None
    assert walker.meets(one) is not None


def test_a_shop_names_its_own_pages_of_peace(walker, settings):
    popup()
    settings.PERSONALIZATION_POPUP_FREE_PAGES = ("checkout", "catalogue")
    assert walker.opens().opens().asks() == []


def test_the_checkout_can_t_be_taken_off_the_list(settings):
    from personalization.conf import conf

    settings.PERSONALIZATION_POPUP_FREE_PAGES = ("admin",)
    assert any("POPUP_FREE_PAGES" in one for one in conf.faults())


def test_one_a_session(walker, shown):
    first, second = popup("first", frequency=FREE), popup("second", frequency=FREE)
    walker.opens().opens()
    assert walker.meets(first)
    assert walker.asks() == []
    assert walker.meets(first, second) is None
    assert shown() == 1


def test_the_budget_is_one_for_all_pop_ups_over_days_and_weeks(walker, settings):
    settings.PERSONALIZATION_POPUP_BUDGET = {"visit": 1, "day": 2, "week": 3, "gap": 1}
    met = []
    for number in range(8):
        one = popup(f"number {number}", frequency=FREE)
        walker.later(hours=3).opens().opens()
        met.append(bool(walker.meets(one)))
    assert met == [True, True, False, False, False, False, False, False]
    walker.later(hours=24).opens().opens()
    assert walker.meets(popup("the third of the week", frequency=FREE))
    walker.later(hours=25).opens().opens()
    assert walker.meets(popup("the fourth", frequency=FREE)) is None
    walker.later(days=6).opens().opens()
    assert walker.meets(popup("of another week", frequency=FREE))


@pytest.mark.parametrize(
    ("caps", "passed", "again"),
    [
        ({"visit": 1}, {"hours": 1}, True),
        ({"day": 1}, {"hours": 23}, False),
        ({"day": 1}, {"hours": 25}, True),
        ({"week": 1}, {"days": 6}, False),
        ({"week": 1}, {"days": 8}, True),
        ({"total": 1}, {"days": 300}, False),
        ({"gap": 48}, {"hours": 47}, False),
        ({"gap": 48}, {"hours": 49}, True),
    ],
    ids=lambda one: str(one),
)
def test_each_cap_of_its_own_holds_to_the_hour(walker, settings, caps, passed, again):
    settings.PERSONALIZATION_POPUP_BUDGET = {}
    one = popup(frequency=caps)
    walker.opens().opens()
    assert walker.meets(one)
    walker.later(**passed).opens().opens()
    assert bool(walker.asks()) is again
    assert bool(walker.meets(one)) is again


@pytest.mark.parametrize("what", ["closed", "clicked"])
def test_whoever_closed_it_or_pressed_its_button_is_left_alone_for_good(walker, what):
    one = popup(frequency=FREE)
    met = walker.opens().opens().meets(one)
    assert met
    walker.ends(met, what)
    walker.later(days=60).opens().opens()
    assert walker.asks() == []
    assert walker.meets(one) is None
    assert PopupShowing.objects.get().outcome == what


def test_whoever_reached_its_goal_is_left_alone(walker):
    from tests.journeys_of_oscar import put_into_basket

    one = popup(frequency=FREE, goal="basket_added")
    assert walker.opens().opens().meets(one)
    walker.later(days=2).opens().opens()
    assert walker.asks()
    import time_machine

    with time_machine.travel(walker.now, tick=False):
        put_into_basket(walker.client, walker.shop["oat milk"])
    walker.later(days=2).opens().opens()
    assert walker.asks() == []


def test_a_new_browser_of_the_same_account_has_the_same_budget(walker, anna):
    one = popup(frequency={"total": 1})
    log_in(walker.client, anna)
    assert walker.opens().opens().meets(one)
    phone = Walker(walker.shop, now=walker.now)
    log_in(phone.client, anna)
    phone.later(days=1).opens().opens()
    assert phone.asks() == []
    assert phone.meets(one) is None


class TestConsent:
    def test_who_said_no_is_never_interrupted_and_nothing_is_kept(self, walker, shown):
        one = popup()
        walker.client = Client(headers={"Sec-GPC": "1"})
        walker.opens().opens()
        assert walker.asks() == []
        assert walker.meets(one) is None
        assert shown() == 0
        assert not {"pz_vid", "pz_visit", "pz_popups"} & set(walker.client.cookies)

    def test_of_whom_only_the_visit_may_be_known_the_visit_s_own_cookie_carries_it(self, walker, settings, shown):
        settings.PERSONALIZATION_CONSENT = "tests.storefront.popups.conftest.only_counted"
        one = popup(trigger="scrolled", trigger_parameters={})
        walker.opens()
        assert walker.asks() == [], "the first page that asks"
        walker.opens()
        assert walker.asks()
        met = walker.meets(one)
        assert met == {"id": "", "html": met["html"]}
        assert walker.asks() == []
        assert walker.meets(one) is None, "one a visit"
        assert shown() == 0
        forged = walker.client.cookies["pz_popups"].value
        walker.client.cookies["pz_popups"] = forged.replace("@", "@1", 1)
        assert walker.meets(one) is None, "what we did not sign is a cookie of nobody: this is the first page again"

    def test_an_account_that_said_no_elsewhere_is_left_alone(self, walker, anna):
        popup()
        log_in(walker.client, anna)
        walker.opens().opens()
        assert walker.asks()
        AccountConsent.objects.create(user_id=anna.pk, purposes=["analytics"], changed_at=NOW)
        assert walker.asks() == []

    def test_a_crawler_meets_none(self, walker):
        popup()
        walker.client = Client(headers={"User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"})
        assert walker.opens().opens().asks() == []


class TestTheDoor:
    def test_another_site_gets_nothing(self, walker):
        one = popup()
        walker.opens().opens()
        assert walker.says("show/", {"popups": [one.pk], "page": "/"}, Origin="https://evil.example") is None
        plain = walker.client.get(URL, {"page": "/catalogue/"})
        assert plain.status_code == 204
        assert (
            walker.client.get(URL, {"page": "/catalogue/"}, headers=BY_SCRIPT)["Cache-Control"] == "private, no-store"
        )

    @pytest.mark.parametrize(
        "sent",
        [None, [], "x", 7, {}, {"popups": "all"}, {"popups": [{}], "page": []}, {"popups": [1] * 9, "product": "1e9"}],
    )
    def test_any_bytes_are_taken_calmly(self, walker, sent):
        popup()
        walker.opens().opens()
        assert walker.says("show/", sent) is None
        assert walker.says("answer/", sent) is None

    def test_a_showing_of_somebody_else_is_not_answered(self, walker):
        met = walker.opens().opens().meets(popup())
        other = Walker(walker.shop).opens().opens()
        other.ends(met, "clicked")
        assert PopupShowing.objects.get().outcome == ""

    def test_switched_off_there_is_nothing(self, walker, settings):
        popup()
        walker.opens().opens()
        settings.PERSONALIZATION_ENABLED = False
        assert walker.client.get(URL, {"page": "/catalogue/"}, headers=BY_SCRIPT).status_code == 404
