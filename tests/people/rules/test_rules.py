"""Each rule on people with names: whom it means, worked out by hand."""

import uuid
from datetime import timedelta

import pytest
from django.utils import translation

from personalization.events.models import AccountConsent
from personalization.people.rules.rule import Visit, rules
from personalization.people.segments.members import recount
from personalization.people.segments.models import Segment
from personalization.people.segments.sentence import leaf_told
from personalization.people.segments.tree import Leaf
from tests import people
from tests.people import NOW, know_goods
from tests.people.folk import DAY, happened, known, meant, rule, stranger

HOUR = timedelta(hours=1)


class TestBuying:
    """Anna bought muesli 40 days ago, and muesli with candles 5 days ago; Boris bought candles 20 days ago."""

    @pytest.fixture(autouse=True)
    def orders(self, shop, anna, boris):
        know_goods(shop)
        people.bought(anna, {shop["muesli"]: 1}, at=NOW - 40 * DAY)
        people.bought(anna, {shop["muesli"]: 2, shop["candles"]: 1}, at=NOW - 5 * DAY)
        people.bought(boris, {shop["candles"]: 3}, at=NOW - 20 * DAY)
        known("Anna", anna, orders=2, units=4, revenue="16.46", average_order="8.23", last_order_at=NOW - 5 * DAY)
        known("Boris", boris, orders=1, units=3, revenue="17.97", average_order="17.97", last_order_at=NOW - 20 * DAY)
        known("Clara")

    @pytest.mark.parametrize(
        ("params", "who"),
        [
            ({"least": 1}, {"Anna", "Boris"}),
            ({"least": 2}, {"Anna"}),
            ({"most": 0}, {"Clara"}),
            ({"most": 1}, {"Boris", "Clara"}),
            ({"least": 1, "most": 1}, {"Boris"}),
            ({"least": 1, "days": 20}, {"Anna", "Boris"}),
            ({"least": 1, "days": 19}, {"Anna"}),
            ({"least": 2, "days": 30}, set()),
            ({"most": 0, "days": 10}, {"Boris", "Clara"}),
            ({"least": 1, "most": 1, "days": 60}, {"Boris"}),
            ({"least": 1, "brands": ["Acme"]}, set()),
        ],
    )
    def test_so_many_times(self, params, who):
        assert meant(rule("orders", **params)) == who

    def test_so_many_times_of_certain_goods(self, shop):
        muesli, candles = shop.ids("muesli", "candles")
        assert meant(rule("orders", least=2, products=[muesli])) == {"Anna"}
        assert meant(rule("orders", least=1, products=[candles])) == {"Anna", "Boris"}
        assert meant(rule("orders", least=2, products=[muesli, candles])) == {"Anna"}, "a basket is one order"
        assert meant(rule("orders", most=0, products=[muesli])) == {"Boris", "Clara"}
        assert meant(rule("orders", least=1, products=[muesli], days=4)) == set()

    def test_a_category_means_what_stands_below_it_too(self, shop):
        breakfast, everything = (shop.categories[name].pk for name in ("Breakfast", "Everything"))
        assert meant(rule("orders", least=1, categories=[breakfast])) == {"Anna"}
        assert meant(rule("orders", least=1, categories=[everything])) == {"Anna", "Boris"}

    def test_a_brand_is_the_same_however_it_is_written(self, shop):
        from personalization.recommend.facts.models import ProductFact

        ProductFact.objects.filter(product_id=shop["candles"].pk).update(brand="Lumen")
        assert meant(rule("orders", least=1, brands=["LUMEN"])) == {"Anna", "Boris"}

    @pytest.mark.parametrize(
        ("params", "who"),
        [
            # Muesli costs 3.49, candles 5.99.
            ({"measure": "sum", "least": "16.46"}, {"Anna", "Boris"}),
            ({"measure": "sum", "least": "16.47"}, {"Boris"}),
            ({"measure": "sum", "most": "17"}, {"Anna", "Clara"}),
            ({"measure": "sum", "least": "12.97", "days": 10}, {"Anna"}),
            ({"measure": "sum", "least": "12.98", "days": 10}, set()),
            ({"measure": "sum", "most": "5", "days": 10}, {"Boris", "Clara"}),
            ({"measure": "average", "least": "8.23"}, {"Anna", "Boris"}),
            ({"measure": "average", "most": "10"}, {"Anna"}),
            ({"measure": "average", "most": "20", "days": 30}, {"Anna", "Boris"}),
            ({"measure": "average", "least": "13", "days": 30}, {"Boris"}),
            ({"measure": "units", "least": 4}, {"Anna"}),
            ({"measure": "units", "least": 3, "days": 30}, {"Anna", "Boris"}),
            ({"measure": "units", "most": 0, "days": 10}, {"Boris", "Clara"}),
        ],
    )
    def test_for_so_much(self, params, who):
        assert meant(rule("spent", **params)) == who

    def test_for_so_much_of_certain_goods(self, shop):
        (muesli,) = shop.ids("muesli")
        assert meant(rule("spent", measure="sum", least="10.47", products=[muesli])) == {"Anna"}
        assert meant(rule("spent", measure="sum", least="10.48", products=[muesli])) == set()
        assert meant(rule("spent", measure="average", least="5.23", products=[muesli])) == {"Anna"}, "10.47 over two"
        assert meant(rule("spent", measure="average", least="5.24", products=[muesli])) == set()

    @pytest.mark.parametrize(
        ("params", "who"),
        [
            ({"most": 5}, set()),
            ({"most": 6}, {"Anna"}),
            ({"least": 5}, {"Anna", "Boris"}),
            ({"least": 6}, {"Boris"}),
            ({"least": 6, "most": 20}, set()),
            ({"least": 6, "most": 21}, {"Boris"}),
        ],
    )
    def test_so_long_ago(self, params, who):
        assert meant(rule("recency", **params)) == who

    def test_so_long_ago_of_certain_goods(self, shop):
        muesli, candles = shop.ids("muesli", "candles")
        assert meant(rule("recency", least=10, products=[candles])) == {"Boris"}
        assert meant(rule("recency", most=10, products=[candles])) == {"Anna"}
        assert meant(rule("recency", least=10, most=30, products=[candles])) == {"Boris"}
        assert meant(rule("recency", least=10, products=[muesli])) == set(), "her last muesli is newer"


class TestDoing:
    """Anna looked at muesli three times and at honey once; Boris put honey into the basket before he signed in."""

    @pytest.fixture(autouse=True)
    def deeds(self, shop, anna, boris):
        known("Anna", anna)
        known("Boris", boris)
        phone = stranger("a phone of Boris", linked_to=boris)
        guest = stranger("Guest")
        for days in (2, 3, 20):
            happened("product_viewed", user=anna, product=shop["muesli"], days_ago=days)
        happened("product_viewed", user=anna, product=shop["honey"], days_ago=4)
        happened("basket_added", visitor=phone, product=shop["honey"], days_ago=6)
        happened("wishlist_added", visitor=guest, product=shop["honey"], days_ago=8)
        happened("product_viewed", user=boris, product=shop["muesli"], traffic="staff")
        self.anna, self.boris, self.shop = anna, boris, shop

    @pytest.mark.parametrize(
        ("params", "who"),
        [
            ({"deed": "product_viewed", "least": 1}, {"Anna"}),
            ({"deed": "product_viewed", "least": 4}, {"Anna"}),
            ({"deed": "product_viewed", "least": 4, "days": 10}, set()),
            ({"deed": "product_viewed", "least": 3, "days": 10}, {"Anna"}),
            ({"deed": "product_viewed", "most": 0, "days": 10}, {"Boris", "Guest"}),
            ({"deed": "basket_added", "least": 1}, {"Boris"}),
            ({"deed": "wishlist_added", "least": 1}, {"Guest"}),
            ({"deed": "wishlist_added", "least": 1, "days": 7}, set()),
        ],
    )
    def test_so_many_times(self, params, who):
        assert meant(rule("behaviour", **params)) == who

    def test_with_certain_goods(self):
        muesli, honey = self.shop.ids("muesli", "honey")
        assert meant(rule("behaviour", deed="product_viewed", least=3, products=[muesli])) == {"Anna"}
        assert meant(rule("behaviour", deed="product_viewed", least=2, products=[honey])) == set()

    def test_what_was_bought_afterwards_does_not_count(self):
        viewed = rule("behaviour", deed="product_viewed", least=1, is_unbought=True)
        three = rule("behaviour", deed="product_viewed", least=3, is_unbought=True)
        assert meant(three) == {"Anna"}
        people.bought(self.anna, {self.shop["muesli"]: 1}, at=NOW - 10 * DAY)
        assert meant(three) == {"Anna"}, "she looked again after she bought"
        people.bought(self.anna, {self.shop["muesli"]: 1}, at=NOW - DAY)
        assert meant(three) == set()
        assert meant(viewed) == {"Anna"}, "the honey is left"
        assert meant({"not": viewed}) == {"Boris", "Guest"}
        assert meant(rule("behaviour", deed="product_viewed", most=0, is_unbought=True)) == {"Boris", "Guest"}
        assert meant(rule("behaviour", deed="product_viewed", least=1, most=1, is_unbought=True)) == {"Anna"}

    def test_words_are_found_within_a_search_however_written(self):
        happened("searched", user=self.anna, payload={"query": "Oat MILK barista"}, days_ago=3)
        happened("searched", user=self.boris, payload={"query": "100% honey"}, days_ago=30)
        assert meant(rule("searched", words=["milk"], least=1)) == {"Anna"}
        assert meant(rule("searched", words=["milk", "honey"], least=1)) == {"Anna", "Boris"}
        assert meant(rule("searched", words=["100%"], least=1)) == {"Boris"}
        assert meant(rule("searched", words=["0%h", "m_lk"], least=1)) == set(), "signs are no wildcards"
        assert meant(rule("searched", least=1, days=7)) == {"Anna"}
        assert meant(rule("searched", most=0, days=7)) == {"Boris", "Guest"}

    def test_blocks_seen_and_clicked(self):
        for days in (1, 2):
            happened("block_seen", user=self.anna, payload={"block": 7}, days_ago=days)
        happened("block_clicked", user=self.boris, payload={"block": "8"}, days_ago=9)
        assert meant(rule("contact", contact="block_seen", blocks=[7], least=2)) == {"Anna"}
        assert meant(rule("contact", contact="block_clicked", blocks=[7], least=1)) == set()
        assert meant(rule("contact", contact="block_clicked", blocks=[7, 8], least=1)) == {"Boris"}
        assert meant(rule("contact", contact="block_clicked", least=1, days=7)) == set()
        assert meant(rule("contact", contact="block_seen", most=0)) == {"Boris", "Guest"}

    def test_banners_seen_and_clicked(self):
        happened("banner_seen", user=self.anna, payload={"banner": 7})
        happened("banner_clicked", user=self.boris, payload={"banner": 8}, days_ago=9)
        assert meant(rule("banner", contact="banner_seen", banners=[7], least=1)) == {"Anna"}
        assert meant(rule("banner", contact="banner_clicked", least=1)) == {"Boris"}
        assert meant(rule("banner", contact="banner_clicked", least=1, days=7)) == set()
        assert meant(rule("banner", contact="banner_seen", most=0)) == {"Boris", "Guest"}

    def test_visits_and_what_brought_them(self):
        happened("visit_started", user=self.anna, payload={"source": "google", "medium": "cpc", "campaign": "Spring"})
        happened("visit_started", user=self.anna, payload={"source": "mail.ru", "medium": "email"}, days_ago=40)
        happened("visit_started", user=self.boris, payload={"source": "Google"}, days_ago=40)
        assert meant(rule("arrived", sources=["google"])) == {"Anna", "Boris"}
        assert meant(rule("arrived", sources=["google"], days=7)) == {"Anna"}
        assert meant(rule("arrived", sources=["google"], mediums=["email"])) == set(), "on one and the same visit"
        assert meant(rule("arrived", mediums=["cpc"], campaigns=["spring"])) == {"Anna"}
        assert meant(rule("visits", least=2, days=60)) == {"Anna"}
        assert meant(rule("visits", most=0, days=7)) == {"Boris", "Guest"}


FOLK = {
    "Anna": {
        "categories": {"12": 0.6, "7": 0.2}, "brands": {"Acme": 0.3}, "price_tier": 1, "price_tiers": {"12": 3},
        "recency_score": 5, "frequency_score": 4, "monetary_score": 5, "discount_share": 0.07, "returns": 2,
        "visits": 9, "churn_risk": 0.1, "expected_orders": 3.0, "expected_revenue": 90.0,
        "next_order_at": NOW + 5 * DAY, "device": "phone", "language": "en-gb", "region": "Kyiv",
        "store": "Podil", "source": "news.google.com",
        "demographics": {"age": 34, "household": "family", "birthday": "1990-03-15", "diet": ["vegan", "no nuts"]},
        "last_seen_at": NOW - 2 * DAY, "left_in_basket_at": NOW - 5 * HOUR,
    },
    "Boris": {
        "categories": {"7": 0.9}, "price_tier": 3, "price_tiers": {"12": 1}, "recency_score": 1, "frequency_score": 1,
        "monetary_score": 2, "discount_share": 0.9, "churn_risk": 0.5, "expected_orders": 0.4, "expected_revenue": 5.5,
        "next_order_at": NOW - 3 * DAY, "device": "desktop", "language": "ru", "region": "Lviv", "source": "bing.com",
        "store": "Center",
        "demographics": {"age": "61", "household": "single", "birthday": "02-29"}, "visits": 1,
        "last_seen_at": NOW - 60 * DAY, "left_in_basket_at": NOW - 20 * DAY,
    },
    "Clara": {"demographics": {"age": "unknown"}, "language": "end"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "params", "who"),
    [
        ("taste", {"categories": [12], "least": 60}, {"Anna"}),
        ("taste", {"categories": [12], "least": 61}, set()),
        ("taste", {"categories": [7, 12], "least": 50}, {"Anna", "Boris"}),
        ("taste", {"brands": ["Acme"], "least": 30}, {"Anna"}),
        ("price_tier", {"tiers": [1]}, {"Anna"}),
        ("price_tier", {"tiers": [1, 3]}, {"Anna", "Boris"}),
        ("price_tier", {"tiers": [3], "categories": [12]}, {"Anna"}),
        ("price_tier", {"tiers": [3], "categories": [7]}, set()),
        ("rfm", {"recency_least": 4, "monetary_least": 5}, {"Anna"}),
        ("rfm", {"recency_most": 2}, {"Boris"}),
        ("rfm", {"frequency_least": 1, "frequency_most": 5}, {"Anna", "Boris"}),
        ("discount_share", {"least": 7}, {"Anna", "Boris"}),
        ("discount_share", {"least": 8}, {"Boris"}),
        ("discount_share", {"most": 50}, {"Anna"}),
        ("returns", {"least": 1}, {"Anna"}),
        ("returns", {"most": 0}, {"Boris", "Clara"}),
        ("visits", {"least": 2}, {"Anna"}),
        ("visits", {"most": 1}, {"Boris", "Clara"}),
        ("prediction", {"measure": "churn_risk", "least": 50}, {"Boris"}),
        ("prediction", {"measure": "churn_risk", "most": 49}, {"Anna"}),
        ("prediction", {"measure": "expected_orders", "least": "0.4", "most": 1}, {"Boris"}),
        ("prediction", {"measure": "expected_revenue", "least": "5.5"}, {"Anna", "Boris"}),
        ("next_order", {"days": 5}, {"Anna", "Boris"}),
        ("next_order", {"days": 4}, {"Boris"}),
        ("device", {"devices": ["phone", "tablet"]}, {"Anna"}),
        ("language", {"languages": ["en"]}, {"Anna"}),
        ("language", {"languages": ["EN-GB", "ru"]}, {"Anna", "Boris"}),
        ("region", {"regions": ["kyiv"]}, {"Anna"}),
        ("store", {"stores": ["podil"]}, {"Anna"}),
        ("store", {"stores": ["Podil", "Center"]}, {"Anna", "Boris"}),
        ("first_source", {"sources": ["google", "t.me"]}, {"Anna"}),
        ("demographics", {"key": "age", "least": 34, "most": 60}, {"Anna"}),
        ("demographics", {"key": "age", "least": 35}, {"Boris"}),
        ("demographics", {"key": "household", "values": ["Family", "couple"]}, {"Anna"}),
        ("demographics", {"key": "diet", "values": ["vegan"]}, {"Anna"}),
        ("demographics", {"key": "age", "values": ["34", "61"], "most": 40}, {"Anna"}),
        ("birthday", {"days": 5}, {"Anna"}),
        ("birthday", {"days": 4}, set()),
        ("last_seen", {"most": 7}, {"Anna", "Clara"}),
        ("last_seen", {"least": 60}, {"Boris"}),
        ("basket_left", {"hours": 5, "days": 7}, {"Anna"}),
        ("basket_left", {"hours": 6, "days": 30}, {"Boris"}),
    ],
)
def test_by_what_the_profile_says(db, name, params, who):
    for person, columns in FOLK.items():
        known(person, **columns)
    assert meant(rule(name, **params)) == who
    assert meant({"not": rule(name, **params)}) == {"Anna", "Boris", "Clara"} - who, "everybody is one or the other"


def test_who_was_born_on_29_february_has_it_on_the_28th_of_other_years(db):
    known("Boris", demographics={"birthday": "1992-02-29"})
    for year, day, is_meant in ((2026, 28, True), (2026, 27, False), (2028, 28, False), (2028, 29, True)):
        now = NOW.replace(year=year, month=2, day=day)
        assert meant(rule("birthday", days=0), now=now) == ({"Boris"} if is_meant else set())


class TestLifecycle:
    """Of a weekly shopper two weeks are twice the rhythm; of somebody who comes each quarter they are nothing."""

    @pytest.mark.parametrize(
        ("columns", "stage"),
        [
            ({"first_seen_at": NOW - 29 * DAY}, "new"),
            ({"first_seen_at": NOW - 30 * DAY}, "looking"),
            ({"orders": 1, "last_order_at": NOW - 89 * DAY}, "first"),
            ({"orders": 1, "last_order_at": NOW - 91 * DAY}, "at_risk"),
            ({"orders": 1, "last_order_at": NOW - 181 * DAY}, "lost"),
            ({"orders": 2, "order_gap_days": 10, "last_order_at": NOW - 19 * DAY}, "active"),
            ({"orders": 5, "order_gap_days": 10, "last_order_at": NOW - 19 * DAY}, "loyal"),
            ({"orders": 5, "order_gap_days": 10, "last_order_at": NOW - 21 * DAY}, "at_risk"),
            ({"orders": 5, "order_gap_days": 10, "last_order_at": NOW - 41 * DAY}, "lost"),
            ({"orders": 5, "order_gap_days": 90, "last_order_at": NOW - 170 * DAY}, "loyal"),
            ({"orders": 9, "order_gap_days": 1, "last_order_at": NOW - 13 * DAY}, "loyal"),
            ({"orders": 9, "order_gap_days": 1, "last_order_at": NOW - 15 * DAY}, "at_risk"),
        ],
    )
    def test_everybody_is_at_one_stage(self, db, columns, stage):
        known("Anna", **columns)
        stages = ["new", "looking", "first", "active", "loyal", "at_risk", "lost"]
        assert [one for one in stages if meant(rule("lifecycle", stages=[one]))] == [stage]
        assert meant(rule("lifecycle", stages=stages)) == {"Anna"}

    def test_whose_rhythm_is_not_known_is_measured_by_the_shop_s(self, db):
        """Twenty customers come every ten days, so who bought once 30 days ago is late; nineteen are not enough."""
        known("Anna", orders=1, last_order_at=NOW - 30 * DAY)
        for turn in range(19):
            known(f"Guest {turn}", orders=3, order_gap_days=10, last_order_at=NOW - DAY)
        late = rule("lifecycle", stages=["at_risk"])
        assert meant(late) == set()
        known("Guest 19", orders=3, order_gap_days=10, last_order_at=NOW - DAY)
        assert meant(late) == {"Anna"}


class TestLists:
    def test_a_member_of_another_segment(self, db):
        known("Anna", orders=5)
        known("Boris", orders=1)
        often = Segment.objects.create(name="often", tree=rule("orders", least=5))
        recount(often, now=NOW)
        assert meant(rule("segment", segments=[often.pk])) == {"Anna"}
        assert meant({"not": rule("segment", segments=[often.pk])}) == {"Boris"}

    def test_people_named_one_by_one(self, anna, boris):
        known("Anna", anna)
        known("Boris", boris)
        field = rules.get("named").Form.base_fields["accounts"]
        assert field.clean(f" ANNA@example.com;\n{boris.pk}, anna@example.com") == sorted([anna.pk, boris.pk])
        assert meant(rule("named", accounts=[anna.pk])) == {"Anna"}

    @pytest.mark.parametrize("written", ["nobody@example.com", "anna@example.com Anna", "12x"])
    def test_who_is_not_known_is_refused_by_name(self, anna, written):
        form = rules.get("named").Form({"accounts": written})
        assert not form.is_valid()
        assert written.split()[-1] in str(form.errors)

    def test_e_mails_are_looked_up_with_one_query(self, anna, boris, django_assert_num_queries):
        with django_assert_num_queries(1):
            rules.get("named").Form.base_fields["accounts"].clean("anna@example.com boris@example.com")

    def test_a_share_is_the_same_people_each_time_and_others_for_another_rule(self, db):
        everybody = {f"Guest {turn}" for turn in range(400)}
        for name in everybody:
            known(name)
        first, second = (meant(rule("share", percent="50", salt=salt)) for salt in ("a", "b"))
        assert meant(rule("share", percent="50", salt="a")) == first
        assert 160 < len(first) < 240
        assert 60 < len(first & second) < 140, "two halves share a quarter"
        assert meant({"not": rule("share", percent="50", salt="a")}) == everybody - first
        assert meant(rule("share", percent="20", salt="a")) < first, "a smaller share is a part of a larger one"
        assert meant(rule("share", percent="100")) == everybody
        assert meant(rule("share", percent="0")) == set()

    def test_a_new_share_has_a_word_of_its_own(self):
        salts = {rules.get("share").Form()["salt"].initial for _ in range(3)}
        assert len(salts) == 3

    def test_who_agreed_to_e_mails(self, anna, boris):
        known("Anna", anna)
        known("Boris", boris)
        known("Clara")
        AccountConsent.objects.create(user_id=anna.pk, purposes=["email", "personalization"], changed_at=NOW)
        AccountConsent.objects.create(user_id=boris.pk, purposes=["personalization"], changed_at=NOW)
        assert meant(rule("consent", purpose="email")) == {"Anna"}
        assert meant({"not": rule("consent", purpose="email")}) == {"Boris", "Clara"}


AD = Visit(number=3, pages=4, source="google", medium="cpc", campaign="spring-sale", device="phone", language="en-gb",
           region="Kyiv", basket_total=None)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "params", "is_meant"),
    [
        ("visit_number", {"least": 3, "most": 3}, True),
        ("visit_number", {"least": 4}, False),
        ("visit_pages", {"most": 4}, True),
        ("visit_pages", {"most": 3}, False),
        ("visit_source", {"mediums": ["cpc"]}, True),
        ("visit_source", {"sources": ["Google", "bing"], "campaigns": ["SPRING"]}, True),
        ("visit_source", {"sources": ["google"], "mediums": ["email"]}, False),
        ("visit_device", {"devices": ["phone"]}, True),
        ("visit_device", {"devices": ["tablet"]}, False),
        ("visit_language", {"languages": ["en"]}, True),
        ("visit_language", {"languages": ["en-us", "ru"]}, False),
        ("visit_region", {"regions": ["kyiv"]}, True),
        ("basket_total", {"most": 50}, False),
    ],
)
def test_by_what_the_visit_says(name, params, is_meant):
    one = rules.get(name)
    assert one.holds(one.values(params), AD) is is_meant


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        ("orders", {"most": 0}, "bought nothing"),
        ("orders", {"most": 0, "days": 90}, "bought nothing in the last 90 days"),
        ("orders", {"least": 1, "most": 1}, "bought exactly 1 time"),
        ("orders", {"least": 2, "most": 4, "days": 1}, "bought 2 to 4 times in the last day"),
        ("spent", {"measure": "sum", "least": "1000.50"}, "spent at least 1,000.5"),
        ("spent", {"measure": "average", "most": "20"}, "spent at most 20 an order on average"),
        ("spent", {"measure": "units", "least": 3, "days": 7}, "bought at least 3 pieces in the last 7 days"),
        ("recency", {"least": 30, "most": 60}, "last bought 30 to 60 days ago"),
        ("recency", {"least": 30}, "last bought 30 days ago or longer"),
        ("searched", {"words": ["tea"], "least": 2}, "searched for “tea” at least 2 times"),
        ("searched", {"most": 0, "days": 7}, "did not search in the last 7 days"),
        ("basket_left", {"hours": 4, "days": 14},
         "left something in the basket in the last 14 days, at least 4 hours ago"),
        ("rfm", {"recency_least": 4, "frequency_least": 5, "frequency_most": 5},
         "have the scores: how recently 4 to 5, how often 5 (5 is best)"),
        ("lifecycle", {"stages": ["new", "lost"]},
         "are new and have not bought yet or have not bought for so long that they are probably lost"),
        ("prediction", {"measure": "churn_risk", "least": 70}, "will leave with a risk of at least 70 %"),
        ("prediction", {"measure": "expected_orders", "least": 2}, "are expected to order at least 2 times"),
        ("demographics", {"key": "household_size", "least": 3}, "have as household size: at least 3"),
        ("birthday", {"days": 0}, "have their birthday today"),
        ("language", {"languages": ["uk"]}, "read the shop in: Ukrainian"),
        ("arrived", {"sources": ["x.com"], "mediums": ["cpc"], "days": 3},
         "came from “x.com”, by way of “cpc” in the last 3 days"),
        ("visit_number", {"least": 3, "most": 3}, "are here for visit number 3"),
        ("share", {"percent": "12.50"}, "belong to a random 12.5 % of all people"),
        ("named", {"accounts": [1, 2]}, "are on a list of 2 accounts"),
        ("discount_share", {"least": 60}, "bought at least 60 % of what they bought at a discount"),
        ("returns", {"most": 0}, "sent nothing back"),
    ],
)  # fmt: skip
def test_it_is_said_in_plain_words(db, name, params, words):
    with translation.override("en"):
        assert leaf_told(Leaf(name, params)) == words


def test_a_person_is_one_number_in_sql_and_in_python(anna):
    assert known("Anna", anna).person == uuid.UUID(int=anna.pk)
