"""Why a product is not in a block, for each way in which it may be left out."""

from datetime import timedelta
from uuid import UUID

import pytest
from oscar.core.loading import get_model

from personalization.events.identifiers import event_id
from personalization.events.models import Visitor
from personalization.events.write import NewEvent, write
from personalization.people.models import Preference
from personalization.recommend.models import RankedList
from personalization.recommend.rules.models import ShopRule
from personalization.storefront.explain import explain
from personalization.storefront.models import Block
from tests import people
from tests.people import NOW

TITLES = ("coffee", "honey", "butter", "muesli")


@pytest.fixture
def best(shop) -> Block:
    """Two best sellers out of four."""
    people.know_goods(shop)
    RankedList.objects.create(
        measure="units", period="month", product_ids=shop.ids(*TITLES), scores=[5.0, 4.0, 3.0, 2.0], refreshed_at=NOW
    )
    return Block.objects.create(slot="home-1", strategy="bestsellers", limit=2, minimum=1)


@pytest.fixture
def why(shop):
    """The answer about a product, without its name."""

    def told(block: Block, title: str, **more) -> str:
        about = explain(block, now=NOW, asked_id=shop[title].pk, **more).about
        return about.removeprefix(f"“{title}” was ")

    return told


def seen(visitor: Visitor, product_id: int, *, at) -> None:
    """A block with this product came before the eyes of somebody."""
    shown, products = event_id(at), [{"id": product_id}]
    block = NewEvent(shown, "block_shown", at, visitor_id=visitor.pk, payload={"products": products})
    look = NewEvent(event_id(at), "block_seen", at, visitor_id=visitor.pk, payload={"shown": str(shown)})
    write([block, look])


def rule(action: str, *product_ids: int, **more) -> dict:
    return {"action": action, "condition": "product", "values": {"products": list(product_ids)}, **more}


class TestACandidate:
    def test_seen_too_often_says_so(self, best, shop, anna, why):
        best.tires_after = 3
        phone = Visitor.objects.create(id=UUID(int=1), user=anna, first_seen_at=NOW, last_seen_at=NOW)
        for hour in range(4):
            seen(phone, shop["coffee"].pk, at=NOW - timedelta(hours=hour + 1))
        told = why(best, "coffee", user=anna)
        assert told == "a candidate, but: moved back: seen 4 times without a click; enough others came first."

    def test_beyond_the_cap_of_its_category_says_so(self, best, why):
        best.most_of_category = 1
        told = why(best, "butter")
        assert told == (
            "a candidate, but: moved back: there are enough of its category or brand; enough others came first."
        )

    def test_moved_down_by_a_rule_says_so(self, best, shop, why):
        best.rules = [rule("bury", *shop.ids("coffee"), strength=9)]
        assert why(best, "coffee") == "a candidate, but: moved down by “move down coffee”; enough others came first."

    def test_at_a_price_that_a_rule_forbids_names_the_rule(self, best, shop, why):
        values = {"most": "3.00"}
        ShopRule.objects.create(name="Nothing dear", action="only", condition="price", values=values)
        assert why(best, "coffee") == "a candidate, but: the rule “Nothing dear” takes it out."
        shop["butter"].stockrecords.update(price="9.00")
        assert (
            why(best, "butter")
            == "a candidate, but: at the price for this shopper the rule “Nothing dear” takes it out."
        )

    def test_of_a_block_that_hides_itself_says_so(self, best, why):
        best.minimum, best.limit, best.fallback = 5, 6, "hide"
        told = why(best, "coffee")
        assert told == "a candidate, but: fewer than 5 products may be shown, so the block hides itself."

    def test_of_a_stand_in_that_was_bought_long_ago_says_so(self, best, shop, anna, why):
        people.bought(anna, {shop["coffee"]: 1}, at=NOW - timedelta(days=200))
        new = Block.objects.create(slot="home-2", strategy="discover", limit=2, minimum=1)
        told = why(new, "coffee", user=anna)
        assert told == "a candidate, but: it was bought before, and this list holds only what is new to the shopper."


class TestNoCandidate:
    @pytest.fixture
    def best(self, best, shop) -> Block:
        RankedList.objects.update(product_ids=shop.ids("honey", "butter", "muesli", "green tea"))
        return best

    def test_that_was_just_bought(self, best, shop, anna, why):
        people.bought(anna, {shop["coffee"]: 1}, at=NOW - timedelta(days=1))
        assert why(best, "coffee", user=anna) == "no candidate: it was bought a few days ago."

    def test_that_the_shopper_muted(self, best, shop, anna, why):
        Preference.objects.create(user_id=anna.pk, what="not_interested", subject_id=shop["coffee"].pk, told_at=NOW)
        told = why(best, "coffee", user=anna)
        assert told == "no candidate: this shopper asked not to see it, or says that it was a gift."

    def test_that_a_rule_forbids(self, best, shop, why):
        best.rules = [rule("never", *shop.ids("coffee"))]
        assert why(best, "coffee") == "no candidate: the rule “never show coffee” takes it out."

    def test_that_is_none_of_those_a_rule_asks_for(self, best, shop, why):
        best.rules = [rule("only", *shop.ids("honey", "butter"))]
        assert why(best, "coffee") == "no candidate: the rule “show only honey, butter” takes it out."

    def test_that_lies_in_the_basket(self, best, shop, anna, why):
        get_model("basket", "Basket").objects.create(owner=anna).lines.create(
            product=shop["coffee"], stockrecord=shop["coffee"].stockrecords.get(), line_reference="coffee", quantity=1
        )
        assert why(best, "coffee", user=anna) == "no candidate: it is in the basket."

    def test_that_nobody_forbids(self, best, why):
        told = why(best, "coffee")
        assert told == ("no candidate: other products suit this shopper and this page better, by what the lists know.")
