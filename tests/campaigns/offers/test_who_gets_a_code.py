"""H1 and H3: codes go to all whom a trigger means, once for each occasion, however often and by whomever it is run."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from oscar.core.loading import get_model

from personalization.campaigns.offers import issue as issuing
from personalization.campaigns.offers.issue import issue_all, issue_due
from personalization.campaigns.offers.keep import keep
from personalization.campaigns.offers.models import OfferUse, PersonalCode, PersonalOffer
from personalization.campaigns.offers.owned import expiring, owned_by, reminded
from personalization.campaigns.offers.trigger import triggers
from personalization.events.erase import erase
from personalization.events.export import exported
from personalization.events.person import Person
from personalization.events.personal import whole_account
from personalization.people.profiles.models import Profile
from personalization.people.segments.models import Membership, MembershipChange, Segment
from tests.campaigns.offers.folk import browser_of, given, known, many, offered
from tests.journeys_of_oscar import buy, enter_voucher, put_into_basket
from tests.people import NOW, did

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _then(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def _given_to(offer: PersonalOffer, *, now: datetime = NOW) -> list[int]:
    issue_due(offer, now=now)
    return sorted(one.person.int for one in PersonalCode.objects.filter(offer=offer))


def test_everybody_in_the_audience_gets_one_and_nobody_else(shop, anna, boris):
    segment = Segment.objects.create(name="Loyal")
    Membership.objects.create(segment=segment, person=known(anna).person, since=NOW)
    known(boris)
    assert _given_to(offered(trigger="segment", audience={"in": [segment.pk]})) == [anna.pk]
    assert _given_to(offered(trigger="segment", audience={"not_in": [segment.pk]})) == [boris.pk]


def test_a_second_run_gives_nothing_and_costs_little(shop, anna, django_assert_max_num_queries):
    known(anna)
    offer = offered(trigger="segment")
    assert issue_due(offer, now=NOW) == 1
    with django_assert_max_num_queries(3):
        assert issue_due(offer, now=NOW) == 0
    assert get_model("voucher", "Voucher").objects.count() == 1


def test_who_looked_three_times_and_did_not_buy(shop, anna, boris):
    known(anna)
    known(boris)
    for hour in range(3):
        did("product_viewed", shop["coffee"], user=anna, at=NOW - timedelta(hours=9 - hour))
        did("product_viewed", shop["coffee"], user=boris, at=NOW - timedelta(hours=9 - hour))
    did("product_viewed", shop["honey"], user=boris, at=NOW - timedelta(hours=2))
    did("purchased", shop["coffee"], user=boris, at=NOW - timedelta(hours=1))
    assert _given_to(offered(trigger="viewed", parameters={"times": 3, "days": 14})) == [anna.pk]


def test_who_ordered_nothing_for_long_and_again_after_the_next_pause(shop, anna, boris):
    hers = known(anna, last_order_at=NOW - 61 * DAY, orders=1)
    known(boris, last_order_at=NOW - 59 * DAY, orders=1)
    offer = offered(trigger="lapsed", parameters={"days": 60}, days_valid=5)
    assert _given_to(offer) == [anna.pk]
    assert _given_to(offer, now=NOW + 10 * DAY - DAY * 9) == [anna.pk, boris.pk]
    assert _given_to(offer, now=NOW + 20 * DAY) == [anna.pk, boris.pk]
    Profile.objects.filter(pk=hers.pk).update(last_order_at=NOW + 10 * DAY)
    assert _given_to(offer, now=NOW + 80 * DAY) == [anna.pk, anna.pk, boris.pk]


def test_on_a_birthday_once_a_year(shop, anna, boris):
    known(anna, demographics={"birthday": "1980-03-12"})
    known(boris, demographics={"birthday": "1980-04-12"})
    offer = offered(trigger="birthday", parameters={"days": 3}, days_valid=7)
    assert _given_to(offer) == [anna.pk]
    assert _given_to(offer, now=NOW + DAY) == [anna.pk]
    assert _given_to(offer, now=NOW + 364 * DAY) == [anna.pk, anna.pk]


def test_a_birthday_at_the_turn_of_the_year_counts_once(shop, anna):
    known(anna, demographics={"birthday": "01-02"})
    offer = offered(trigger="birthday", parameters={"days": 7}, days_valid=1)
    for day in range(1, 9):
        issue_due(offer, now=datetime(2026, 12, 26, 12, tzinfo=NOW.tzinfo) + day * DAY)
    assert PersonalCode.objects.get().occasion == "2027"


def test_the_fifth_order_and_each_fifth(shop, anna, boris):
    hers = known(anna, orders=5, last_order_at=NOW)
    known(boris, orders=10, last_order_at=NOW)
    assert _given_to(offered(trigger="nth_order", parameters={"number": 5, "is_each": False})) == [anna.pk]
    each = offered(trigger="nth_order", parameters={"number": 5, "is_each": True}, days_valid=1)
    assert _given_to(each) == [anna.pk, boris.pk]
    Profile.objects.filter(pk=hers.pk).update(orders=10, last_order_at=NOW + 9 * DAY)
    assert _given_to(each, now=NOW + 10 * DAY) == [anna.pk, anna.pk, boris.pk]


def test_an_order_from_before_the_offer_is_rewarded_to_nobody(shop, anna):
    known(anna, orders=5, last_order_at=NOW - DAY)
    assert _given_to(offered(trigger="nth_order", parameters={"number": 5, "is_each": False})) == []


def test_a_tier_of_prices(shop, anna, boris):
    known(anna, price_tier=1)
    known(boris, price_tier=3)
    assert _given_to(offered(trigger="price_tier", parameters={"tiers": [3]})) == [boris.pk]


def test_who_comes_into_a_segment_while_it_is_live(shop, anna, boris):
    segment = Segment.objects.create(name="At risk")
    offer = offered(trigger="entered", parameters={"segments": [segment.pk]})
    for user, at in ((anna, NOW + DAY), (boris, NOW - DAY)):
        person = known(user).person
        MembershipChange.objects.create(segment=segment, person=person, is_entry=True, happened_at=at)
    assert _given_to(offer, now=NOW + 2 * DAY) == [anna.pk]


@pytest.mark.parametrize("trigger", [one.name for one in triggers])
def test_every_trigger_is_calm_in_an_empty_shop_and_says_what_it_does(shop, trigger):
    one = triggers.get(trigger)
    params = dict(one.defaults()) | {"tiers": [1], "segments": [1]}
    values = one.values(params)
    assert values is not None
    assert one.describe(values)
    assert str(one.label)
    assert issue_due(offered(trigger=trigger, parameters=params), now=NOW) == 0
    one.needs(values)


def test_a_pool_of_codes_ends_and_says_so(shop, anna, boris):
    known(anna)
    known(boris)
    offer = offered(trigger="segment", most_codes=1, days_valid=1)
    assert issue_due(offer, now=NOW) == 1
    assert keep(now=NOW).switched_off == 0
    assert keep(now=NOW + 2 * DAY).switched_off == 1
    offer.refresh_from_db()
    assert (offer.status, offer.off_reason) == ("paused", "no_codes")


def test_a_run_that_was_killed_goes_on_where_it_stopped(open_shop, monkeypatch):
    monkeypatch.setattr(issuing, "BATCH", 10)
    for user in many(35):
        known(user)
    offer, make = offered(trigger="segment"), issuing.codes.make_vouchers
    calls = []

    def dying(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return make(*args)

    monkeypatch.setattr(issuing.codes, "make_vouchers", dying)
    with pytest.raises(KeyboardInterrupt):
        issue_due(offer, now=NOW)
    assert PersonalCode.objects.count() == 20
    monkeypatch.setattr(issuing.codes, "make_vouchers", make)
    assert issue_due(offer, now=NOW) == 15
    assert PersonalCode.objects.filter(voucher_id=None).count() == 0
    assert get_model("voucher", "Voucher").objects.count() == PersonalCode.objects.count() == 35


def test_runs_at_once_give_each_person_one(open_shop):
    for user in many(60):
        known(user)
    offered(trigger="segment")

    def run(_: int) -> int:
        try:
            return issue_all(now=NOW).codes
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    # Whom another one had in hand comes with the next run.
    issue_all(now=NOW)
    people = PersonalCode.objects.values_list("person", flat=True)
    assert len(people) == len(set(people)) == 60


def test_what_runs_out_soon_is_told_once(shop, anna):
    code = given(offered(days_valid=3), anna, now=NOW)
    assert list(expiring(within=2 * DAY, now=NOW)) == []
    assert list(expiring(within=4 * DAY, now=NOW)) == [code]
    assert (reminded([code.pk], now=NOW), reminded([code.pk], now=NOW)) == (1, 0)
    assert list(expiring(within=4 * DAY, now=NOW)) == []


def test_a_shopper_sees_their_own_codes_and_no_others(shop, anna, boris):
    code = given(offered(), anna)
    assert owned_by(Person(user_id=anna.pk), now=NOW) == [code]
    assert owned_by(Person(user_id=boris.pk), now=NOW) == []
    assert owned_by(Person(), now=NOW) == []


def test_an_order_that_was_not_written_down_is_found(shop, anna, monkeypatch):
    code, browser = given(offered(most_uses=5), anna), browser_of(anna)
    put_into_basket(browser, shop["coffee"])
    enter_voucher(browser, code.code)

    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("of ours")

    with monkeypatch.context() as broken:
        broken.setattr("personalization.campaigns.offers.places.settle", fail)
        order = buy(browser)
    assert order.discounts.exists()
    assert not OfferUse.objects.exclude(order_id=None).exists()
    assert keep(now=NOW).settled == 1
    assert keep(now=NOW).settled == 0
    code.refresh_from_db()
    assert code.order_number == order.number
    assert OfferUse.objects.count() == 5


def test_an_erasure_takes_codes_along_and_a_download_tells_them(shop, anna):
    code = given(offered(), anna)
    told = "".join(exported(whole_account(anna.pk), now=NOW))
    assert code.code in told
    erase(whole_account(anna.pk), asked_by="shopper", now=NOW)
    assert not PersonalCode.objects.exists()
    assert get_model("voucher", "Voucher").objects.get().end_datetime <= NOW
