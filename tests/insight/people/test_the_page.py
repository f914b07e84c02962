"""The page of one customer: true, complete, dear to nobody, and the same cost for any history."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personalization.events.models import AccountConsent, Event, Visitor
from personalization.people.profiles.models import Profile
from personalization.people.segments.models import Membership, Segment
from personalization.storefront.models import Block
from tests.insight.people.conftest import page_of
from tests.people import NOW, Shop
from tests.people.folk import happened, rule


def read(client: Client, who: Any, **asked: str) -> str:
    answer = client.get(page_of(who), asked)
    assert answer.status_code == 200
    return answer.content.decode()


class TestWhatItSays:
    def test_who_and_the_story(self, seller: Client, regular: Any) -> None:
        page = read(seller, regular)
        assert "anna@example.com" in page
        assert "2 orders since 29 Jan 2026, usually one every 35 days, the last one 5 days ago." in page
        assert "Likes Breakfast." in page
        assert "Buys at high prices" in page

    def test_the_ladder_of_categories_is_said_once(self, seller: Client, shop: Shop, regular: Any) -> None:
        shares = {
            str(shop.categories[name].pk): part
            for name, part in (("Everything", 1.0), ("Breakfast", 0.6), ("Household", 0.04))
        }
        Profile.objects.update(categories=shares, brands={"Oatly": 0.5, "Rare": 0.01})
        assert "Likes Breakfast; the brands Oatly." in read(seller, regular)

    def test_what_is_not_known_is_said_in_place_of_a_number(self, seller: Client, regular: Any) -> None:
        page = read(seller, regular)
        assert page.count("not enough data yet") == 4
        assert "$12.25" in page

    def test_where_they_buy_and_come_from(self, seller: Client, regular: Any) -> None:
        Profile.objects.update(store="Podil", region="Kyiv")
        assert "Buys mostly in: Podil. Mostly from Kyiv." in read(seller, regular)

    def test_what_is_expected(self, seller: Client, regular: Any) -> None:
        Profile.objects.update(
            expected_orders=1.26, expected_revenue=30.5, churn_risk=0.42, next_order_at=NOW + timedelta(days=9)
        )
        page = read(seller, regular)
        assert "not enough data yet" not in page
        assert all(told in page for told in ("1.3", "$30.50", "42 %", "19 Mar 2026"))

    def test_what_the_shop_knows_is_called_as_people_say(self, seller: Client, regular: Any) -> None:
        Profile.objects.filter(user_id=regular.pk).update(demographics={"household_size": 3, "cat_food": "dry"})
        told = seller.get(page_of(regular)).content.decode()
        assert "<dt>Household size</dt><dd>3</dd>" in told
        assert "<dt>Cat food</dt><dd>dry</dd>" in told

    def test_the_last_answer_by_purpose(self, seller: Client, regular: Any) -> None:
        assert "not answered the question of consent" in read(seller, regular)
        AccountConsent.objects.create(user_id=regular.pk, purposes=["analytics"], changed_at=NOW)
        page = read(seller, regular)
        assert page.count("pz-chip--good") == 1
        assert "Answered on 10 Mar 2026" in page

    def test_why_there_is_no_profile(self, seller: Client, anna: Any) -> None:
        assert "Not enough is known yet" in read(seller, anna)
        AccountConsent.objects.create(user_id=anna.pk, purposes=["analytics"], changed_at=NOW)
        assert "they did not agree" in read(seller, anna)

    def test_segments_since_when_and_why(self, owner: Client, regular: Any) -> None:
        page = read(owner, regular)
        assert "Regulars" in page
        assert "since 7 Mar 2026" in page
        assert "People who" in page

    def test_a_block_leads_to_the_explanation_for_this_shopper(self, owner: Client, regular: Any) -> None:
        block = Block.objects.create(slot="home-1", strategy="bestsellers", minimum=1)
        address = f"/admin/personalization/block/explain/?block={block.pk}&amp;shopper_id={regular.pk}"
        assert address in read(owner, regular)
        assert owner.get(address.replace("&amp;", "&")).status_code == 200

    def test_the_way_to_their_data_by_right(self, owner: Client, seller: Client, regular: Any) -> None:
        assert "Erase it" in read(owner, regular)
        assert "Download it all" not in read(seller, regular)
        held = owner.post("/admin/personalization/visitor/person/", {"who": str(Visitor.objects.get().pk)})
        assert "anna@example.com" in held.content.decode()


class TestTheTimeline:
    def test_what_was_done_before_signing_in_belongs_to_it(self, seller: Client, regular: Any) -> None:
        page = read(seller, regular)
        assert "honey" in page
        assert "oat milk" in page

    def test_an_order_is_one_line(self, seller: Client, regular: Any) -> None:
        page = read(seller, regular, kind="orders")
        assert page.count("pz-line__value") == 1
        assert "$7.47" in page
        assert "honey" not in page

    def test_what_another_did_in_the_same_browser_is_not_theirs(
        self, seller: Client, shop: Shop, regular: Any, boris: Any, annas_phone: Visitor
    ) -> None:
        happened("product_viewed", user=boris, visitor=annas_phone, product=shop["candles"])
        assert "candles" not in read(seller, regular)

    def test_older_leaves_follow_without_a_gap(self, seller: Client, shop: Shop, regular: Any) -> None:
        for hour in range(130):
            happened("searched", user=regular, days_ago=hour / 24, payload={"query": f"word {hour} end"})
        first = read(seller, regular, kind="views")
        before = first.split("before=")[1].split("#")[0]
        second = read(seller, regular, kind="views", before=before)
        told = [[hour for hour in range(130) if f"word {hour} end" in page] for page in (first, second)]
        assert told == [list(range(100)), list(range(100, 130))]
        assert 'rel="next"' not in second

    def test_what_came_back(self, seller: Client, regular: Any) -> None:
        happened("order_status_changed", user=regular, payload={"order": 1, "before": "Sent", "after": "Returned"})
        happened("order_status_changed", user=regular, payload={"order": 2, "before": "Pending", "after": "Sent"})
        page = read(seller, regular, kind="returns")
        assert page.count("Came back") == 1
        assert "Sent" in page

    def test_a_visit_says_how_it_began(self, seller: Client, shop: Shop, regular: Any) -> None:
        happened("visit_started", user=regular, days_ago=2, payload={"number": 3, "source": "newsletter"})
        visit = Event.objects.get(kind="visit_started").pk
        happened("product_viewed", user=regular, product=shop["coffee"], days_ago=1.99, visit_id=visit)
        page = read(seller, regular, kind="views")
        assert "newsletter" in page
        assert "coffee" in page

    def test_a_category_by_its_name(self, seller: Client, shop: Shop, regular: Any) -> None:
        told = {"category": shop.categories["Household"].pk, "page": 1}
        happened("category_viewed", days_ago=0.1, user=regular, payload=told)
        happened("category_viewed", days_ago=0.1, user=regular, payload={"category": 10**9})
        page = read(seller, regular)
        assert "Household" in page
        assert "category no.: 1" in page

    def test_what_was_shown_by_title(self, seller: Client, shop: Shop, regular: Any) -> None:
        goods = [{"id": one} for one in shop.ids("butter", "candles", "coffee", "sponge", "apron")]
        happened("block_shown", user=regular, payload={"block": 9, "slot": "home-1", "products": goods})
        assert "butter, candles, coffee and 2 more" in read(seller, regular, kind="shown")

    def test_nonsense_in_the_address_is_the_first_leaf(self, seller: Client, regular: Any) -> None:
        assert "oat milk" in read(seller, regular, kind="../", before="nothing")

    def test_a_strange_payload_breaks_nothing(self, seller: Client, regular: Any) -> None:
        for payload in ({"products": "x"}, {"products": [1, {"id": "x"}]}, {"block": ["x"]}):
            happened("block_shown", user=regular, payload=payload)
        read(seller, regular)


class TestWhatItCosts:
    def test_as_many_queries_for_a_long_history_as_for_a_short_one(
        self, seller: Client, shop: Shop, regular: Any
    ) -> None:
        happened("block_shown", user=regular, payload={"products": [{"id": shop["butter"].pk}]})
        read(seller, regular)
        few = self._queries(seller, regular)
        for hour in range(150):
            happened("product_viewed", user=regular, product=shop["coffee"], days_ago=hour / 5)
        for name in ("One", "Two", "Three"):
            segment = Segment.objects.create(name=name, tree=rule("orders", least=2))
            Membership.objects.create(segment=segment, person=uuid.UUID(int=regular.pk), since=NOW)
            Block.objects.create(slot=name, strategy="bestsellers", minimum=1)
        assert self._queries(seller, regular) == few <= 28

    @staticmethod
    def _queries(client: Client, who: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            read(client, who)
        return len(queries)


class TestAStranger:
    def test_has_the_same_page_without_a_name(self, analyst: Client, shop: Shop, stranger_browser: Visitor) -> None:
        happened("product_viewed", visitor=stranger_browser, product=shop["honey"])
        page = read(analyst, stranger_browser)
        assert "nobody knows who it is" in page
        assert "Has not ordered yet: 2 visits, looked at 4 products." in page
        assert "honey" in page

    def test_who_signed_in_since_is_the_account(self, seller: Client, regular: Any, annas_phone: Visitor) -> None:
        assert seller.get(page_of(annas_phone))["Location"] == page_of(regular)

    def test_is_reached_from_the_visitors(self, owner: Client, stranger_browser: Visitor) -> None:
        page = owner.get(f"/admin/personalization/visitor/{stranger_browser.pk}/change/").content.decode()
        assert page_of(stranger_browser) in page


def test_a_name_is_never_markup(seller: Client, anna: Any, shop: Shop) -> None:
    anna.first_name = "<script>alert(1)</script>"
    anna.save()
    happened("searched", user=anna, payload={"query": "<img src=x onerror=alert(2)>"})
    happened("visit_started", user=anna, payload={"source": "<b>bold</b>"})
    page = read(seller, anna)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>bold" not in page


def test_nothing_in_it_needs_a_style_or_a_script_of_its_own(seller: Client, regular: Any) -> None:
    page = read(seller, regular)
    content = page.split('id="content"')[1].split('id="footer"')[0]
    assert not any(word in content for word in ("style=", "<script", "<style", "onclick", "javascript:"))
