"""A shop begins with a rule that gives no reason for what nobody wants to read about themselves."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.recommend.choose import choose
from personalization.recommend.facts.refresh import refresh_all
from personalization.recommend.rules.models import ShopRule, shop_rules
from personalization.recommend.rules.rule import Rules
from personalization.recommend.rules.sensitive import is_sensitive, make_rule, sensitive_categories
from tests.people import NOW


@pytest.mark.parametrize(
    "name",
    ["Health", "Baby & health", "Beer & wine", "Pregnancy tests", "Аптека", "Товары для здоровья", "Пиво",
     "Засоби контрацепції", "Тютюн", "Інтимні товари", "Adult incontinence", "Vodka", "Sanitary pads", "Горілка",
     "Прокладки", "Halal meat", "Vitamins", "Hearing aids"],
)  # fmt: skip
def test_such_names_are_known_in_three_languages(name):
    assert is_sensitive(name)


@pytest.mark.parametrize(
    "name",
    [
        "Milk & cream",
        "Winter tyres",
        "Household",
        "Молоко",
        "Чай",
        "Хліб",
        "Sweets",
        "",
        "Healthy snacks",
        "Sextants",
        "Adult cat food",
        "Ліквідація",
        "Painting",
    ],
)
def test_others_are_not(name):
    assert not is_sensitive(name)


class TestTheRule:
    @pytest.fixture
    def pharmacy(self, shop):
        """With a category below it, into which the sponge goes."""
        made = shop.categories["Household"].get_parent().add_child(name="Pharmacy")
        below = made.add_child(name="Medicine chest")
        shop["sponge"].categories.set([below])
        return made

    def test_is_made_of_the_uppermost_of_them(self, pharmacy):
        assert sensitive_categories() == [pharmacy.pk]
        assert make_rule() == 1
        assert ShopRule.objects.get().values == {"categories": [pharmacy.pk]}

    def test_takes_the_reason_away_and_not_the_goods(self, pharmacy, shop, context, listed):
        make_rule()
        refresh_all(now=NOW)
        listed("sponge", "coffee")
        told = {one.title: one.reason for one in choose(context, "bestsellers", rules=Rules(shop_rules())).cards}
        assert told["sponge"] == ""
        assert told["coffee"]

    def test_costs_one_look_up_however_many_goods(self, pharmacy, context, listed):
        make_rule()
        refresh_all(now=NOW)
        listed("sponge", "coffee", "honey", "muesli")
        costs = []
        for rules in (Rules(), Rules(shop_rules())):
            with CaptureQueriesContext(connection) as asked:
                choose(context, "bestsellers", rules=rules)
            costs.append(len(asked))
        assert costs[1] - costs[0] <= 1

    def test_is_not_made_where_the_owner_has_rules_or_nothing_is_sensitive(self, shop):
        assert make_rule() == 0
        shop.categories["Household"].add_child(name="Wine")
        ShopRule.objects.create(name="mine", action="never", condition="soldout")
        assert make_rule() == 0
