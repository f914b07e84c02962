"""Why a block shows what it shows."""

from datetime import timedelta

import pytest

from personalization.events.models import Event
from personalization.people.models import Preference
from personalization.recommend.models import NeighbourList, RankedList, ServedModel, TrainingRun
from personalization.recommend.rules.models import ShopRule
from personalization.storefront.explain import explain
from personalization.storefront.models import Block
from tests import people
from tests.people import NOW


@pytest.fixture
def best(shop) -> Block:
    """Two best sellers out of five."""
    people.know_goods(shop)
    titles = ("coffee", "honey", "butter", "muesli", "advent calendar")
    RankedList.objects.create(
        measure="units", period="month", product_ids=shop.ids(*titles), scores=[5.0, 4.0, 3.0, 2.0, 1.0],
        refreshed_at=NOW,
    )  # fmt: skip
    return Block.objects.create(slot="home-1", strategy="bestsellers", limit=2, minimum=1)


def fates(explanation) -> dict[str, str]:
    return {line.title: line.fate for line in explanation.lines}


class TestTheLines:
    def test_show_each_candidate_in_its_place_or_with_its_fate(self, best):
        told = explain(best, now=NOW)
        assert [(line.title, line.place) for line in told.lines[:2]] == [("coffee", 1), ("honey", 2)]
        assert fates(told)["muesli"] == "enough others came first"
        assert fates(told)["advent calendar"] == "it can't be bought now: it is hidden, sold out or has no price"

    def test_name_the_rule_that_took_it_out(self, best, shop):
        ShopRule.objects.create(
            name="No coffee here", action="never", condition="product", values={"products": shop.ids("coffee")}
        )
        assert fates(explain(best, now=NOW))["coffee"] == "the rule “No coffee here” takes it out"

    def test_tell_a_block_s_own_rule_by_what_it_says(self, best, shop):
        best.rules = [{"action": "never", "condition": "product", "values": {"products": shop.ids("coffee")}}]
        assert fates(explain(best, now=NOW))["coffee"] == "the rule “never show coffee” takes it out"

    def test_say_what_moved_it(self, best, shop):
        best.rules = [
            {"action": "boost", "condition": "product", "values": {"products": shop.ids("muesli")}, "strength": 9}
        ]
        lines = {line.title: line for line in explain(best, now=NOW).lines}
        assert lines["muesli"].place == 1
        assert lines["muesli"].moves == ("moved up by “move up muesli”",)

    def test_say_that_the_shopper_asked_not_to_see_it(self, best, shop, anna):
        Preference.objects.create(user_id=anna.pk, what="not_interested", subject_id=shop["coffee"].pk, told_at=NOW)
        told = fates(explain(best, now=NOW, user=anna))
        assert told["coffee"] == "this shopper asked not to see it, or says that it was a gift"

    def test_say_that_it_was_just_bought(self, best, shop, anna):
        people.bought(anna, {shop["coffee"]: 1}, at=NOW - timedelta(days=1))
        assert fates(explain(best, now=NOW, user=anna))["coffee"] == "it was bought a few days ago"

    def test_tell_the_page_s_own_product(self, best, shop):
        told = fates(explain(best, now=NOW, product_id=shop["coffee"].pk))
        assert told["coffee"] == "it is the product of the page itself"

    def test_hold_the_parts_of_a_score(self, shop, anna):
        run = TrainingRun.objects.create(status="published", asked_by="test", asked_at=NOW, published_at=NOW)
        ServedModel.objects.create(run=run, flipped_at=NOW)
        NeighbourList.objects.create(
            run=run, relation="also", product_id=shop["honey"].pk, neighbour_ids=shop.ids("coffee"), scores=[1.0],
            supports=[5],
        )  # fmt: skip
        people.did("product_viewed", shop["honey"], user=anna, at=NOW)
        block = Block.objects.create(slot="home-1", strategy="for_you", limit=2, minimum=1)
        line = explain(block, now=NOW, user=anna).lines[0]
        assert (line.title, line.parts) == ("coffee", (("worked out overnight", 0.0), ("what they did last", 1.0)))
        assert line.reason == "Because you looked at honey"


class TestTheLevel:
    def test_is_its_own(self, best):
        told = explain(best, now=NOW).level
        assert told.startswith("All products come from the list that was asked for: Best sellers.")

    def test_is_that_of_a_stand_in(self, best):
        block = Block.objects.create(slot="home-1", strategy="trending", limit=3, minimum=2)
        told = "Its own list has fewer than 2 products to show. It is filled by: Best sellers."
        assert explain(block, now=NOW).level == told

    def test_of_nothing_says_so(self, shop):
        block = Block.objects.create(slot="home-1", strategy="trending", fallback="hide")
        assert explain(block, now=NOW).level == "Nothing is shown: fewer than 3 products may be shown."

    def test_of_a_block_without_code_says_what_to_do(self, shop):
        block = Block.objects.create(slot="home-1", strategy="gone")
        assert explain(block, now=NOW).level == "Its code is gone: choose another kind of list."


class TestWhyNotHere:
    @pytest.mark.parametrize(("title", "told"), [
        ("coffee", "“coffee” is shown, at place 1."),
        ("butter", "“butter” was a candidate, but: enough others came first."),
        (
            "sponge",
            "“sponge” was no candidate: other products suit this shopper and this page better, by what the lists know.",
        ),
    ])  # fmt: skip
    def test_is_answered(self, best, shop, title, told):
        assert explain(best, now=NOW, asked_id=shop[title].pk).about == told

    def test_of_what_nobody_can_buy(self, best, shop):
        shop["sponge"].stockrecords.all().delete()
        about = explain(best, now=NOW, asked_id=shop["sponge"].pk).about
        assert about == "“sponge” was no candidate: it can't be bought now: it is hidden, sold out or has no price."

    def test_of_what_the_shop_has_not(self, best):
        assert explain(best, now=NOW, asked_id=10**9).about == "The shop has no such product."


def test_nothing_is_counted_as_shown(best):
    explain(best, now=NOW)
    assert not Event.objects.filter(kind="block_shown").exists()


def test_a_reason_that_a_rule_takes_away_is_told_as_such(best, shop):
    drinks = shop["coffee"].categories.get()
    ShopRule.objects.create(name="quiet", action="silence", condition="category", values={"categories": [drinks.pk]})
    told = {line.title: line.reason for line in explain(best, now=NOW).lines}
    assert told["coffee"] == "no reason is given, for a rule takes it away (“Many people choose it”)"


class TestThePage:
    ADDRESS = "/admin/personalization/block/explain/"

    def test_opens_with_the_first_block(self, best, admin_client):
        html = admin_client.get(self.ADDRESS).content.decode()
        assert "All products come from the list that was asked for" in html
        assert html.index("coffee") < html.index("honey")

    def test_finds_by_words_what_no_script_chose(self, best, admin_client, anna):
        html = admin_client.get(self.ADDRESS, {"asked": "butt", "shopper": anna.email}).content.decode()
        assert "“butter” was a candidate, but: enough others came first." in html
        assert f'value="{anna.email}"' in html

    def test_says_when_no_product_is_called_like_that(self, best, admin_client):
        assert "No product is called “xyzzy”." in admin_client.get(self.ADDRESS, {"asked": "xyzzy"}).content.decode()

    def test_says_when_nobody_has_that_address(self, best, admin_client, anna):
        html = admin_client.get(self.ADDRESS, {"shopper": "nobody@nowhere.example"}).content.decode()
        assert "The shop knows no account by “nobody@nowhere.example”" in html
        assert "knows no account" not in admin_client.get(self.ADDRESS, {"shopper": anna.email}).content.decode()

    def test_of_a_shop_without_blocks_says_what_to_do(self, shop, admin_client):
        assert "There is no block yet" in admin_client.get(self.ADDRESS).content.decode()

    @pytest.mark.parametrize("nonsense", [{"block": "x"}, {"block": "9" * 30}, {"product_id": "-1"}, {"asked": "\x00"}])
    def test_bears_nonsense(self, best, admin_client, nonsense):
        assert admin_client.get(self.ADDRESS, nonsense).status_code == 200

    def test_is_for_those_who_may_see_blocks(self, best, client, django_user_model):
        clerk = django_user_model.objects.create_user("clerk", "clerk@example.com", "secret", is_staff=True)
        client.force_login(clerk)
        assert client.get(self.ADDRESS).status_code == 403
