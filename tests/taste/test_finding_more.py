"""What stands not on the page by itself is found there by its name: a brand, a department below the top, a region."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from oscar.core.loading import get_model

from personalization.events.identifiers import event_id
from personalization.events.write import NewEvent, write
from personalization.people.models import Preference
from tests import people
from tests.journeys_of_oscar import look_at

TASTE, CARDS = "/personalization/taste/", "/best-sellers/"


def told() -> list[tuple[str, int, str]]:
    return sorted(Preference.objects.values_list("what", "subject_id", "value"))


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def shown(client: Client, shop: people.Shop) -> set[str]:
    ids = re.findall(r'data-pz-product="(\d+)"', client.get(CARDS).content.decode())
    return set(shop.titles(int(one) for one in ids))


def visited_from(*regions: str) -> None:
    for region in regions:
        now = timezone.now()
        write([NewEvent(event_id(now), "visit_started", now, payload={"region": region})])


@pytest.fixture
def anna_s(full_shop: people.Shop, anna: Any, client: Client) -> Client:
    people.log_in(client, anna)
    look_at(client, full_shop["honey"])
    return client


@pytest.fixture
def branded(full_shop: people.Shop) -> people.Shop:
    """Oat milk and muesli are of Meadow, butter of Alp."""
    goods = get_model("catalogue", "ProductClass").objects.get(name="Goods")
    brand = get_model("catalogue", "ProductAttribute").objects.create(
        product_class=goods, name="Brand", code="brand", type="text"
    )
    for title, word in (("oat milk", "Meadow"), ("muesli", "Meadow"), ("butter", "Alp")):
        get_model("catalogue", "ProductAttributeValue").objects.create(
            attribute=brand, product=full_shop[title], value_text=word
        )
    return full_shop


@pytest.fixture
def cereals(full_shop: people.Shop) -> Any:
    """A department below one of the top, in which there is muesli."""
    breakfast = full_shop.categories["Breakfast"]
    cereals = breakfast.add_child(name="Cereals", slug="cereals")
    get_model("catalogue", "ProductCategory").objects.filter(product=full_shop["muesli"]).update(category=cereals)
    return cereals


class TestARegion:
    def test_is_chosen_among_those_that_are_known(self, anna_s: Client) -> None:
        visited_from("Lviv", "Kyiv", "kyiv", "Kyiv", "")
        field = words(anna_s.get(TASTE)).partition('name="region"')[2].partition("</select>")[0]
        assert re.findall(r'<option value="(\w*)"', field) == ["", "Kyiv", "Lviv"]
        anna_s.post(TASTE, {"region": "Lviv"})
        assert told() == [("region", 0, "Lviv")]

    def test_that_nobody_knows_is_refused(self, anna_s: Client) -> None:
        visited_from("Kyiv")
        assert "pz-error" in words(anna_s.post(TASTE, {"region": "Kiew"}))
        assert told() == []

    def test_where_the_shop_thinks_one_is_may_be_chosen(self, anna_s: Client, settings: Any) -> None:
        settings.PERSONALIZATION_REGION = "tests.taste.test_finding_more.odesa"
        anna_s.post(TASTE, {"region": "Odesa"})
        assert told() == [("region", 0, "Odesa")]

    def test_is_a_free_word_only_where_none_is_known(self, anna_s: Client) -> None:
        anna_s.post(TASTE, {"region": "Berlin"})
        assert told() == [("region", 0, "Berlin")]

    def test_that_was_told_in_other_letters_is_chosen(self, anna_s: Client, anna: Any) -> None:
        visited_from("Kyiv")
        Preference.objects.create(user_id=anna.pk, what="region", value="KYIV ", told_at=timezone.now())
        assert re.search(r'<option value="Kyiv" selected', words(anna_s.get(TASTE)))


class TestADepartmentBelowTheTop:
    def test_is_offered_by_its_whole_line(self, anna_s: Client, cereals: Any) -> None:
        page = words(anna_s.get(TASTE))
        assert f'<option value="{cereals.pk}">Breakfast › Cereals</option>' in page
        assert ">Everything</option>" not in page

    def test_is_muted_and_the_next_block_obeys(self, full_shop: people.Shop, anna_s: Client, cereals: Any) -> None:
        assert {"muesli", "oat milk"} <= shown(anna_s, full_shop)
        anna_s.post(TASTE, {"another_place": cereals.pk, "about_place": "muted"})
        assert told() == [("muted_category", cereals.pk, "")]
        assert "muesli" not in shown(anna_s, full_shop)
        assert "oat milk" in shown(anna_s, full_shop)

    def test_stands_on_the_page_from_then_on_and_can_be_taken_back(self, anna_s: Client, cereals: Any) -> None:
        anna_s.post(TASTE, {"another_place": cereals.pk, "about_place": "liked"})
        page = words(anna_s.get(TASTE))
        assert "<legend>Breakfast › Cereals</legend>" in page
        anna_s.post(TASTE, {f"department_{cereals.pk}": "liked"})
        assert told() == [("liked_category", cereals.pk, "")]
        anna_s.post(TASTE, {})
        assert told() == []

    def test_that_there_is_not_is_marked(self, anna_s: Client, cereals: Any) -> None:
        assert "pz-error" in words(anna_s.post(TASTE, {"another_place": "999999", "about_place": "muted"}))
        assert told() == []


class TestABrand:
    def test_is_found_by_its_name_in_any_case(self, branded: people.Shop, anna_s: Client) -> None:
        assert '<option value="Meadow">' in words(anna_s.get(TASTE))
        anna_s.post(TASTE, {"another_brand": " meadow", "about_brand": "muted"})
        assert told() == [("muted_brand", 0, "Meadow")]
        assert not {"oat milk", "muesli"} & shown(anna_s, branded)

    def test_that_the_shop_does_not_have_is_marked(self, branded: people.Shop, anna_s: Client) -> None:
        page = words(anna_s.post(TASTE, {"another_brand": "Meadows", "about_brand": "muted"}))
        assert "The shop has nothing of a brand of this name." in page
        assert told() == []

    def test_is_not_asked_for_in_a_shop_without_any(self, anna_s: Client) -> None:
        assert "another_brand" not in words(anna_s.get(TASTE))


class TestNothingOfThisBrand:
    def test_is_in_the_menu_of_each_card(self, branded: people.Shop, anna_s: Client, settings: Any) -> None:
        assert 'value="no_brand">Nothing of this brand</button>' in words(anna_s.get(CARDS))
        settings.PERSONALIZATION_BRAND_ATTRIBUTE = ""
        assert "no_brand" not in words(anna_s.get(CARDS))

    def test_is_obeyed_by_the_next_block_and_taken_back(self, branded: people.Shop, anna_s: Client, say: Any) -> None:
        answer = json.loads(say(anna_s, "no_brand", branded["oat milk"], script=True).content)
        assert answer == {
            "told": "You will be shown nothing of this brand again: Meadow.", "undo": "Undo", "back": "undo_brand",
        }  # fmt: skip
        assert not {"oat milk", "muesli"} & shown(anna_s, branded)
        assert "butter" in shown(anna_s, branded)
        say(anna_s, answer["back"], branded["oat milk"], script=True)
        assert {"oat milk", "muesli"} <= shown(anna_s, branded)

    def test_outweighs_that_it_was_liked(self, branded: people.Shop, anna_s: Client, anna: Any, say: Any) -> None:
        Preference.objects.create(user_id=anna.pk, what="liked_brand", value="Meadow", told_at=timezone.now())
        say(anna_s, "no_brand", branded["oat milk"])
        say(anna_s, "no_brand", branded["muesli"])
        assert told() == [("muted_brand", 0, "Meadow")]

    def test_leaves_what_was_said_about_the_product(self, branded: people.Shop, anna_s: Client, say: Any) -> None:
        say(anna_s, "gift", branded["oat milk"])
        say(anna_s, "no_brand", branded["oat milk"])
        say(anna_s, "undo_brand", branded["oat milk"])
        assert told() == [("gift", branded["oat milk"].pk, "")]

    def test_of_goods_of_no_brand_says_so(self, branded: people.Shop, anna_s: Client, say: Any) -> None:
        answer = json.loads(say(anna_s, "no_brand", branded["honey"], script=True).content)
        assert (answer["told"], answer["undo"]) == (
            "The shop does not say of which brand this is, so nothing changes: honey.", "",
        )  # fmt: skip
        assert told() == []


def test_a_product_is_muted_from_the_page(full_shop: people.Shop, anna_s: Client, say: Any) -> None:
    assert 'value="not_interested" aria-label="Never show this: honey"' in words(anna_s.get(TASTE))
    say(anna_s, "not_interested", full_shop["honey"], next=TASTE)
    assert "honey" not in shown(anna_s, full_shop)


def odesa(request: Any) -> str:
    """A shop's callable."""
    return "Odesa"
