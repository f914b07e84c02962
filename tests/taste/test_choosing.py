"""What is muted is never offered, by any strategy; what is liked moves up by a bounded step."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.template import engines
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oscar.core.loading import get_model

from personalization import shop as door
from personalization.events import record
from personalization.events.consent import STORING, Consent
from personalization.events.history import Happening, History
from personalization.events.person import Person
from personalization.people.models import Preference
from personalization.people.preferences import Preferences, read
from personalization.recommend.choose import choose
from personalization.recommend.context import Context
from personalization.recommend.models import RankedList
from personalization.recommend.obey import LIKED_BOOST
from personalization.recommend.strategies.strategy import strategies
from tests.people import NOW, bought
from tests.regular import regular

EVERY_STRATEGY = [one.name for one in strategies]


@pytest.fixture
def branded(full_shop):
    """Oat milk and muesli are of one brand, butter of another; an apron says its sizes by its variants."""
    attribute_model, value_model = (
        get_model("catalogue", name) for name in ("ProductAttribute", "ProductAttributeValue")
    )
    goods = get_model("catalogue", "ProductClass").objects.get(name="Goods")
    brand, size = (
        attribute_model.objects.create(product_class=goods, name=code.capitalize(), code=code, type="text")
        for code in ("brand", "size")
    )
    for title, word in (("oat milk", "Meadow"), ("muesli", "Meadow"), ("butter", "Alp")):
        value_model.objects.create(attribute=brand, product=full_shop[title], value_text=word)
    for title, word in (("apron small", "S"), ("apron large", "L")):
        value_model.objects.create(attribute=size, product=full_shop[title], value_text=word)
    return full_shop


@pytest.fixture
def somebody(branded) -> Context:
    seen = Happening("product_viewed", branded["honey"].pk, NOW, 1)
    return Context(
        buying=door.buying(), now=NOW, history=History((seen,)), basket_ids=(branded["coffee"].pk,),
        product_id=branded["green tea"].pk,
    )  # fmt: skip


@pytest.fixture
def a_regular(branded) -> Context:
    return regular(branded)


def titles(shop, context, strategy, **more) -> list[str]:
    return [card.title for card in choose(context, strategy, limit=48, **more).cards]


def wishing(context, **wishes) -> Context:
    return replace(context, preferences=Preferences(**{name: frozenset(one) for name, one in wishes.items()}))


class TestMuted:
    @pytest.mark.parametrize("strategy", EVERY_STRATEGY)
    def test_a_product_is_in_no_list(self, branded, a_regular, strategy):
        before = titles(branded, a_regular, strategy)
        assert before
        hidden = wishing(a_regular, hidden_ids=[branded[before[0]].pk])
        assert before[0] not in titles(branded, hidden, strategy)

    @pytest.mark.parametrize("strategy", EVERY_STRATEGY)
    def test_a_department_is_in_no_list(self, branded, a_regular, strategy):
        muted = wishing(a_regular, muted_categories=[branded.categories["Breakfast"].pk])
        assert not {"oat milk", "muesli", "rye bread", "butter", "honey"} & set(titles(branded, muted, strategy))

    def test_a_department_takes_all_below_it_along(self, branded, somebody):
        everything = wishing(somebody, muted_categories=[branded.categories["Everything"].pk])
        assert titles(branded, everything, "bestsellers") == []

    @pytest.mark.parametrize("strategy", EVERY_STRATEGY)
    def test_a_brand_is_in_no_list(self, branded, a_regular, strategy):
        muted = wishing(a_regular, muted_brands=["Meadow"])
        assert not {"oat milk", "muesli"} & set(titles(branded, muted, strategy))

    def test_a_brand_that_is_chosen_from_a_list_counts_too(self, branded, somebody):
        groups, options = (get_model("catalogue", name) for name in ("AttributeOptionGroup", "AttributeOption"))
        option = options.objects.create(group=groups.objects.create(name="Brands"), option="Hive")
        value_model = get_model("catalogue", "ProductAttributeValue")
        brand = get_model("catalogue", "ProductAttribute").objects.get(code="brand")
        value_model.objects.create(attribute=brand, product=branded["honey"], value_option=option)
        assert "honey" not in titles(branded, wishing(somebody, muted_brands=["Hive"]), "bestsellers")

    def test_the_others_fill_the_block(self, branded, somebody):
        muted = wishing(somebody, muted_brands=["Meadow"])
        assert len(choose(muted, "bestsellers", limit=6).cards) == 6


class TestLiked:
    @pytest.fixture
    def ranked(self, branded, somebody) -> Context:
        RankedList.objects.filter(measure="units", period="month").update(
            product_ids=branded.ids("sponge", "honey", "candles", "oat milk", "dish soap", "butter")
        )
        return somebody

    def test_a_brand_moves_up(self, branded, ranked):
        # Fourth of 1, 1/2, 1/3, 1/4: twice a quarter is a half, so it passes candles and stays behind honey.
        assert LIKED_BOOST == 2.0
        liked = wishing(ranked, liked_brands=["Meadow"])
        assert titles(branded, liked, "bestsellers") == [
            "sponge",
            "honey",
            "oat milk",
            "candles",
            "dish soap",
            "butter",
        ]

    def test_a_department_moves_up(self, branded, ranked):
        liked = wishing(ranked, liked_categories=[branded.categories["Breakfast"].pk])
        assert titles(branded, liked, "bestsellers") == [
            "sponge",
            "honey",
            "oat milk",
            "candles",
            "butter",
            "dish soap",
        ]

    def test_a_size_moves_up_and_the_card_opens_on_it(self, branded, ranked):
        RankedList.objects.filter(measure="units").update(
            product_ids=branded.ids("sponge", "honey", "candles", "apron")
        )
        assert titles(branded, wishing(ranked, sizes=["L"]), "bestsellers") == [
            "sponge", "honey", "apron large", "candles",
        ]  # fmt: skip

    def test_liked_in_two_ways_it_moves_up_once(self, branded, ranked):
        both = wishing(ranked, liked_brands=["Meadow"], liked_categories=[branded.categories["Breakfast"].pk])
        assert titles(branded, both, "bestsellers")[:3] == ["sponge", "honey", "oat milk"]

    def test_muted_beats_liked(self, branded, ranked):
        wishes = wishing(ranked, liked_brands=["Meadow"], muted_categories=[branded.categories["Breakfast"].pk])
        assert "oat milk" not in titles(branded, wishes, "bestsellers")


class TestAGift:
    def test_it_is_no_reason(self, branded, somebody):
        reasons = {card.reason for card in choose(somebody, "for_you").cards}
        assert reasons == {"Because you looked at honey"}
        given = wishing(somebody, gift_ids=[branded["honey"].pk])
        assert {card.reason for card in choose(given, "for_you").cards} <= {"", "Selling better than usual"}

    def test_nor_in_what_was_thought_out_overnight(self, branded, somebody, anna):
        from personalization.recommend.models import ServedModel, ShopperList

        ShopperList.objects.create(
            run_id=ServedModel.objects.get().run_id, user_id=anna.pk, product_ids=branded.ids("muesli", "butter"),
            scores=[0.9, 0.8], reasons=[2, 4], because_ids=[branded["sponge"].pk, 0],
        )  # fmt: skip
        anna_s = replace(somebody, person=Person(user_id=anna.pk), history=History())
        assert titles(branded, anna_s, "for_you", stand_ins=()) == ["muesli", "butter"]
        given = wishing(anna_s, gift_ids=[branded["sponge"].pk])
        assert titles(branded, given, "for_you", stand_ins=()) == ["butter"]

    def test_in_the_basket_it_speaks_for_itself(self, branded, somebody):
        given = wishing(somebody, gift_ids=[branded["coffee"].pk])
        assert titles(branded, given, "goes_with_basket", stand_ins=())

    def test_just_bought_it_is_still_not_offered_again(self, branded, somebody, anna):
        bought(anna, {branded["butter"]: 1})
        history = History((Happening("purchased", branded["butter"].pk, NOW, 1),))
        given = wishing(replace(somebody, history=history), gift_ids=[branded["butter"].pk])
        assert "butter" not in titles(branded, given, "bestsellers")


class TestReading:
    def test_a_stranger_without_an_id_costs_nothing(self, db):
        with CaptureQueriesContext(connection) as sent:
            assert read(Person()) == Preferences()
        assert len(sent) == 0

    def test_a_refusal_on_another_device_counts(self, db, anna):
        from personalization.events.models import AccountConsent

        Preference.objects.create(user_id=anna.pk, what="owned", subject_id=1, told_at=NOW)
        assert read(Person(user_id=anna.pk)).hidden_ids == {1}
        AccountConsent.objects.create(user_id=anna.pk, purposes=["analytics"], changed_at=NOW)
        assert read(Person(user_id=anna.pk)) == Preferences()

    def test_where_it_can_t_be_read_the_block_is_there(self, branded, anna, caplog):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE personalization_preference RENAME TO elsewhere")
        try:
            assert "<article" in rendered(branded, anna)[0]
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE elsewhere RENAME TO personalization_preference")
        assert "reading preferences" in caplog.text


def rendered(shop, user, *, blocks: int = 1) -> tuple[str, list[str]]:
    """The HTML of a page with so many blocks, and what it asked the database."""
    request = RequestFactory().get("/")
    request.user = user
    template = engines["django"].from_string("{% load personalization %}" + blocks * "{% bestsellers limit=2 %}")
    gathered = record.Gathered(person=Person(user_id=user.pk), consent=Consent(STORING, is_asked=True))
    token = record.gathering(gathered)
    try:
        with CaptureQueriesContext(connection) as sent:
            html = template.render({"user": user}, request)
    finally:
        record.stop_gathering(token)
    return html, [one["sql"] for one in sent if "SAVEPOINT" not in one["sql"]]


class TestWhatItCosts:
    def test_preferences_are_one_query_for_all_blocks_of_a_page(self, branded, anna):
        for blocks in (1, 3):
            assert sum("personalization_preference" in one for one in rendered(branded, anna, blocks=blocks)[1]) == 1

    def test_hidden_goods_cost_nothing_more(self, branded, anna):
        without = len(rendered(branded, anna)[1])
        Preference.objects.create(
            user_id=anna.pk, what="owned", subject_id=branded["butter"].pk, told_at=timezone.now()
        )
        _, sent = rendered(branded, anna)
        assert len(sent) == without

    def test_departments_and_brands_cost_one_look_up_for_all_blocks_of_the_same_goods(self, branded, anna):
        without = len(rendered(branded, anna, blocks=3)[1])
        for what, value in (("muted_brand", "Meadow"), ("liked_brand", "Alp")):
            Preference.objects.create(user_id=anna.pk, what=what, value=value, told_at=timezone.now())
        html, sent = rendered(branded, anna, blocks=3)
        assert len(sent) == without + 1
        assert "oat milk" not in html


def test_prices_are_left_alone(branded, somebody):
    liked = wishing(somebody, liked_brands=["Meadow"])
    assert {card.price for card in choose(liked, "bestsellers", limit=48).cards if card.title == "oat milk"} == {
        Decimal("1.99")
    }
