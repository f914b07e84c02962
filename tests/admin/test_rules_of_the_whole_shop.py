"""Named rules that hold in every block: "never beside baby food", in the list, in the form and in the shop."""

from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personalization.recommend.models import RankedList
from personalization.recommend.rules.models import ShopRule, shop_rules
from personalization.storefront.overview import needs
from tests.admin.stories import address
from tests.people import NOW, Shop
from tests.recommend.rules.goods import rule, write_facts


@pytest.fixture
def known(shop: Shop) -> Shop:
    write_facts(shop, oat_milk={"brand": "Oatly"})
    RankedList.objects.create(measure="units", period="month", scores=[3, 2, 1], refreshed_at=NOW,
                              product_ids=shop.ids("oat milk", "dish soap", "muesli"))  # fmt: skip
    return shop


def sent(action: str, condition: str, *, name: str = "Never beside breakfast", **more: Any) -> dict[str, Any]:
    row = {f"rules-0-{field}": value for field, value in {"action": action, "condition": condition, **more}.items()}
    return {"name": name, "is_active": "on", "position": 1, "rules-count": 1, **row}


def add(owner: Client, values: dict[str, Any]) -> str:
    return owner.post(address("shoprule", "add"), values, follow=True).content.decode()


def test_an_owner_keeps_goods_away_from_some_pages(owner: Client, known: Shop) -> None:
    household, breakfast = (known.categories[one].pk for one in ("Household", "Breakfast"))
    page = add(owner, sent("never", "category", **{"category-categories": [household], "where": [breakfast]}))
    made = ShopRule.objects.get()
    assert (made.name, made.action, made.values, made.where) == (
        "Never beside breakfast", "never", {"categories": [household]}, [breakfast],
    )  # fmt: skip
    assert "Never show goods from Household, on pages about Breakfast." in page
    assert "on some pages" in page
    assert shop_rules() == (
        rule("never", "category", categories=[household], where=(breakfast,), name="Never beside breakfast"),
    )

    def shown(category: str) -> str:
        line = Template("{% load personalization %}{% bestsellers category=category minimum=1 %}")
        return line.render(Context({"category": known.categories[category]}))

    assert "dish soap" in shown("Household")
    assert "oat milk" in shown("Breakfast")
    assert "dish soap" not in shown("Breakfast")


def test_it_is_changed_and_switched_off_and_on(owner: Client, known: Shop) -> None:
    made = ShopRule.objects.create(name="Cheap", action="bury", condition="price", values={"most": "2"}, strength=5.0)
    page = owner.get(address("shoprule", "change", made.pk)).content.decode()
    assert "Move down goods for 2 or less, as if they were 5 times worse." in page
    assert '<option value="5.0" selected>' in page
    owner.post(address("shoprule", "change", made.pk), sent("bury", "price", name="Cheap", **{"price-most": "3"}))
    made.refresh_from_db()
    assert made.values == {"least": None, "most": "3"}
    for action, is_on in (("switch_off", False), ("switch_on", True)):
        owner.post(address("shoprule"), {"action": action, "_selected_action": [made.pk]})
        made.refresh_from_db()
        assert made.is_active == is_on
        assert bool(shop_rules()) == is_on


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (sent("never", ""), "Say which goods the rule is about."),
        (sent("never", "brand"), "Choose at least one."),
        (sent("pin", "product"), "Select a valid choice."),
        ({"name": "Nothing", "position": 1}, "Say which goods the rule is about."),
    ],
    ids=["no goods", "nothing chosen", "a fixed place", "no row"],
)
def test_what_it_lacks_is_said(owner: Client, known: Shop, values: dict[str, Any], told: str) -> None:
    assert told in add(owner, values)
    assert not ShopRule.objects.exists()


def test_a_new_one_goes_behind_the_others(owner: Client, known: Shop) -> None:
    ShopRule.objects.create(name="First", condition="price", values={"most": "2"}, position=7)
    assert 'name="position" value="8"' in owner.get(address("shoprule", "add")).content.decode()


def test_the_list_says_what_is_wrong(owner: Client, known: Shop) -> None:
    ShopRule.objects.create(name="Gone", condition="category", values={"categories": [987]})
    ShopRule.objects.create(name="Lost", condition="horoscope", values={"categories": "x"}, where=7, regions={})
    ShopRule.objects.create(name="Odd", action="dance", condition="price", values=[])
    page = owner.get(address("shoprule")).content.decode()
    assert "gone from the shop (#987)" in page
    assert "The code for “horoscope” is gone" in page
    assert "It makes no sense any more" in page
    for one in ShopRule.objects.all():
        assert owner.get(address("shoprule", "change", one.pk)).status_code == 200
    assert shop_rules()[0].name == "Gone"


def test_what_is_wrong_needs_the_owner(owner: Client, known: Shop) -> None:
    ShopRule.objects.create(name="Gone", condition="category", values={"categories": [987]})
    ShopRule.objects.create(name="Odd", action="dance", condition="price")
    ShopRule.objects.create(name="Asleep", condition="category", values={"categories": [988]}, is_active=False)
    told = [one.told for one in needs(now=NOW)]
    assert any("Rule “Gone”: Something that was chosen here is gone from the shop (#987)" in one for one in told)
    assert any("Rule “Odd”: It makes no sense any more" in one for one in told)
    assert not any("Asleep" in one for one in told)


def test_an_empty_list_says_what_it_is_for(owner: Client) -> None:
    assert "There is no such rule yet." in owner.get(address("shoprule")).content.decode()


def test_more_rules_ask_no_more_queries(owner: Client, known: Shop) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            owner.get(address("shoprule"))
        return len(asked)

    goods = known.ids("honey", "butter", "coffee")
    ShopRule.objects.create(name="One", condition="product", values={"products": goods[:1]})
    cost()
    few = cost()
    for number in range(20):
        values = {"products": goods[number % 3 :]}
        ShopRule.objects.create(name=f"Rule {number}", condition="product", values=values)
    assert cost() == few


def test_it_is_not_held_against_itself(owner: Client, known: Shop) -> None:
    made = ShopRule.objects.create(name="Milk", condition="product", values={"products": known.ids("oat milk")})
    page = owner.get(address("shoprule", "change", made.pk)).content.decode()
    assert "says the same" not in page
    row = {"rules-count": 1, "rules-0-action": "never", "rules-0-condition": "product",
           "rules-0-product-products": known.ids("oat milk")}  # fmt: skip
    mine = owner.post(address("shoprule", "rule_check"), row | {"own": made.pk}).json()
    assert mine["rows"]["rules-0"] == {"told": "Never show oat milk.", "warnings": []}
    other = owner.post(address("shoprule", "rule_check"), row).json()
    assert other["rows"]["rules-0"]["warnings"] == ["The shop's rule “Milk” says the same: take one of them out."]


def test_whoever_may_only_look_sees_it_as_a_sentence(reader: Client, known: Shop) -> None:
    made = ShopRule.objects.create(name="Milk", condition="product", values={"products": known.ids("oat milk")})
    page = reader.get(address("shoprule", "change", made.pk)).content.decode()
    assert "Never show oat milk." in page
    assert "rules-count" not in page
    assert "Rules" in reader.get(address("shoprule")).content.decode()
