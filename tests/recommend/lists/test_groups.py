"""Shoppers who are alike: by how dear they buy and where; small groups and people who said no are in none."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from personalization.events.erase import erase
from personalization.events.erasures import account_subject
from personalization.events.models import AccountConsent, Erasure
from personalization.events.personal import forget_derived, whole_account
from personalization.people.profiles.refresh import refresh
from personalization.people.segments.models import Segment
from personalization.people.segments.refresh import refresh_segments
from personalization.recommend.groupings.grouping import group_shoppers, group_told, scope_of
from personalization.recommend.lists.models import ShopperGroup
from personalization.recommend.models import RankedList
from personalization.recommend.rank import refresh_rankings
from tests import people
from tests.people import NOW
from tests.recommend.lists.history import ranked

MANY = 60


@pytest.fixture
def regulars(known_shop):
    """Sixty people with three orders each at breakfast: the first twenty buy cheap, the last twenty dear."""
    users = [people.person(f"Shopper{number}") for number in range(MANY)]
    for number, user in enumerate(users):
        title = ("oat milk", "honey", "coffee")[number // 20]
        for order in range(3):
            people.bought(user, {known_shop[title]: 1}, at=NOW - timedelta(days=3 + order, minutes=number))
    return users


def groups() -> dict[int, tuple[str, int]]:
    found = ShopperGroup.objects.filter(grouping="price_and_department")
    return {one.user_id: (one.parts["tier"], one.parts["department"]) for one in found}


def test_are_those_who_pay_alike_in_the_same_department(known_shop, regulars):
    assert group_shoppers(now=NOW) == {"grouped": MANY}
    breakfast = known_shop.categories["Breakfast"].pk
    tiers = ("low", "middle", "high")
    assert groups() == {user.pk: (tiers[number // 20], breakfast) for number, user in enumerate(regulars)}


def test_a_shop_made_ready_need_not_wait_for_the_night(known_shop, regulars):
    for user in regulars[:20]:
        goods = {known_shop[title]: 1 for title in ("oat milk", "muesli", "butter")}
        people.bought(user, goods, at=NOW - timedelta(days=2))
    with time_machine.travel(NOW, tick=False):
        call_command("personalization_bootstrap", no_import=True, stdout=StringIO())
    assert len(groups()) == MANY
    scope = scope_of("price_and_department", ShopperGroup.objects.get(user_id=regulars[0].pk).key)
    assert RankedList.objects.filter(scope=scope).exists()


def test_a_group_of_a_few_is_none(known_shop, regulars):
    for user in regulars[:5]:
        for order in range(4):
            people.bought(user, {known_shop["sponge"]: 1}, at=NOW - timedelta(days=1 + order))
    group_shoppers(now=NOW)
    assert known_shop.categories["Household"].pk not in {department for _, department in groups().values()}


def test_somebody_with_two_orders_is_in_none(known_shop, regulars, anna):
    for days in (1, 2):
        people.bought(anna, {known_shop["honey"]: 1}, at=NOW - timedelta(days=days))
    group_shoppers(now=NOW)
    assert anna.pk not in groups()


def test_working_it_out_again_changes_what_changed_and_leaves_no_one_behind(known_shop, regulars):
    group_shoppers(now=NOW)
    before = groups()
    assert group_shoppers(now=NOW + timedelta(days=1)) == {"grouped": MANY}
    assert groups() == before
    assert group_shoppers(now=NOW + timedelta(days=500)) == {"grouped": 0}
    assert groups() == {}


def test_who_said_no_is_in_none(known_shop, regulars):
    AccountConsent.objects.create(user_id=regulars[0].pk, purposes=["analytics"], changed_at=NOW)
    group_shoppers(now=NOW)
    assert regulars[0].pk not in groups()


def test_it_goes_with_the_person_and_with_their_consent(known_shop, regulars):
    group_shoppers(now=NOW)
    erase(whole_account(regulars[0].pk), asked_by="test", now=NOW)
    assert forget_derived(regulars[1].pk) == 1
    assert not groups().keys() & {regulars[0].pk, regulars[1].pk}


def test_who_is_erased_while_it_is_worked_out_is_in_none(known_shop, regulars):
    Erasure.objects.create(subject=account_subject(regulars[0].pk), erased_at=NOW + timedelta(seconds=1))
    group_shoppers(now=NOW)
    assert regulars[0].pk not in groups()


def test_a_group_has_best_sellers_of_its_own_from_the_next_refreshment_on(known_shop, regulars):
    refresh_rankings(now=NOW)
    group_shoppers(now=NOW)
    for title, user in (("butter", regulars[0]), ("muesli", regulars[1])):
        people.bought(user, {known_shop[title]: 2}, at=NOW - timedelta(hours=1))
    refresh_rankings(now=NOW + timedelta(minutes=10))
    scope = f"group:price_and_department:low-{known_shop.categories['Breakfast'].pk}"
    found = ranked("units", "month", scope=scope)
    assert known_shop.titles(one for one, _ in found) == ["oat milk", "muesli", "butter"]
    # Of the middle ones only honey was bought: one product is no list.
    assert not ranked("units", "month", scope=scope.replace("low", "middle"))


def test_it_is_a_few_statements_however_many_shoppers(known_shop, regulars, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        group_shoppers(now=NOW)


class TestTheOwnersSegments:
    @pytest.fixture
    def everybody(self, regulars):
        """A segment that holds all sixty, after the night."""
        return self.segment("Regulars", at_least=1)

    @staticmethod
    def segment(name, *, at_least, **more):
        tree = {"rule": "orders", "params": {"least": at_least}}
        return Segment.objects.create(name=name, tree=tree, **more)

    @staticmethod
    def night():
        refresh(now=NOW)
        refresh_segments(now=NOW)
        group_shoppers(now=NOW)
        return dict(ShopperGroup.objects.filter(grouping="segment").values_list("user_id", "key"))

    def test_the_smallest_that_holds_somebody_is_theirs(self, known_shop, regulars, everybody):
        for user in regulars[:25]:
            people.bought(user, {known_shop["butter"]: 1}, at=NOW - timedelta(days=1))
        keen = self.segment("Keen", at_least=4)
        found = self.night()
        assert found == {user.pk: str((keen if number < 25 else everybody).pk) for number, user in enumerate(regulars)}

    def test_one_of_a_few_is_nobody_s(self, known_shop, regulars, everybody):
        for user in regulars[:5]:
            people.bought(user, {known_shop["butter"]: 1}, at=NOW - timedelta(days=1))
        self.segment("Few", at_least=4)
        assert set(self.night().values()) == {str(everybody.pk)}

    def test_one_that_is_put_away_is_left(self, known_shop, regulars, everybody):
        assert len(self.night()) == MANY
        Segment.objects.update(is_active=False)
        group_shoppers(now=NOW)
        assert not ShopperGroup.objects.filter(grouping="segment").exists()

    def test_it_has_best_sellers_of_its_own(self, known_shop, regulars, everybody):
        refresh_rankings(now=NOW)
        self.night()
        for title, user in (("butter", regulars[0]), ("muesli", regulars[1])):
            people.bought(user, {known_shop[title]: 2}, at=NOW - timedelta(hours=1))
        refresh_rankings(now=NOW + timedelta(minutes=10))
        assert len(ranked("units", "month", scope=f"group:segment:{everybody.pk}")) == 5

    def test_the_owner_reads_its_name(self, known_shop, regulars, everybody):
        self.night()
        assert group_told("segment", str(everybody.pk)) == "people in “Regulars”"
        Segment.objects.all().delete()
        assert group_told("segment", str(everybody.pk)) == "people in “Regulars”"
