"""The owner writes rules into the form of a block: with a script or without, and sees before saving what they do."""

from typing import Any

import pytest
from django.test import Client

from personalization.recommend.models import RankedList
from personalization.recommend.rules.models import ShopRule
from personalization.storefront.health import health, surroundings
from personalization.storefront.models import Block
from personalization.storefront.sentence import sentence
from tests.admin.stories import address
from tests.admin.test_the_form_of_a_block import FORM
from tests.people import NOW, Shop
from tests.recommend.rules.goods import rule, write_facts

LIST = ("oat milk", "muesli", "rye bread", "dish soap")


@pytest.fixture
def known(shop: Shop) -> Shop:
    """The shop with the facts of its goods and a list of best sellers."""
    write_facts(shop, oat_milk={"brand": "Oatly", "attributes": {"diet": "vegan"}})
    RankedList.objects.create(measure="units", period="month", product_ids=shop.ids(*LIST), scores=[4, 3, 2, 1],
                              refreshed_at=NOW)  # fmt: skip
    return shop


@pytest.fixture
def block(db: None) -> Block:
    """A block of best sellers that keeps to one rule."""
    return Block.objects.create(
        slot="home-9", strategy="bestsellers", rules=[rule("never", "price", most="1").stored()]
    )


def rows(*of: dict[str, Any]) -> dict[str, Any]:
    """Rows as the browser sends them."""
    sent = {f"rules-{n}-{name}": value for n, row in enumerate(of) for name, value in row.items()}
    return {"rules-count": len(of), **sent}


def row(action: str, condition: str, **more: Any) -> dict[str, Any]:
    return {"action": action, "condition": condition, **more}


def save(owner: Client, block: Block, sent: dict[str, Any], **more: Any) -> str:
    page = owner.post(address("block", "change", block.pk), FORM | sent | more, follow=True).content.decode()
    block.refresh_from_db()
    return page


def kept(block: Block) -> list[tuple[str, str, Any]]:
    return [(one["action"], one["condition"], one["values"]) for one in block.rules]


def test_rows_are_kept_in_their_order_with_their_settings(owner: Client, known: Shop, block: Block) -> None:
    breakfast = known.categories["Breakfast"].pk
    save(owner, block, rows(
        row("boost", "brand", **{"brand-brands": ["Oatly", "Alma"], "strength": "5.0", "order": 2}),
        row("never", "category", **{"category-categories": [breakfast], "where": [breakfast], "order": 1}),
        row("pin", "product", **{"product-products": known.ids("honey"), "place": 3, "order": 3}),
        row("only", "price", **{"price-least": "1.50", "price-most": "", "regions": ["Kyiv"]}),
    ))  # fmt: skip
    assert kept(block) == [
        ("never", "category", {"categories": [breakfast]}), ("boost", "brand", {"brands": ["Oatly", "Alma"]}),
        ("pin", "product", {"products": known.ids("honey")}), ("only", "price", {"least": "1.50", "most": None}),
    ]  # fmt: skip
    never, boost, pin, only = block.rules
    assert (never["where"], boost["strength"], pin["place"], only["regions"]) == ([breakfast], 5.0, 3, ["Kyiv"])


def test_what_is_kept_is_shown_again(owner: Client, known: Shop, block: Block) -> None:
    block.rules = [rule("never", "category", categories=[known.categories["Breakfast"].pk]).stored()]
    block.save()
    page = owner.get(address("block", "change", block.pk)).content.decode()
    assert "Never show goods from Breakfast." in page
    assert f'name="rules-0-category-categories" value="{known.categories["Breakfast"].pk}" checked' in page
    # Seven kinds of breakfast of twelve goods.
    assert "5 of 12 products may be shown." in page


def test_a_form_without_rows_leaves_the_rules_as_they_are(owner: Client, block: Block) -> None:
    save(owner, block, {}, title_en="Hot now")
    assert kept(block) == [("never", "price", {"most": "1"})]


@pytest.mark.parametrize(
    "sent",
    [rows(), rows(row("never", "")), rows(row("never", "price", **{"price-most": "1", "remove": "on"}))],
    ids=["none", "blank", "taken out"],
)
def test_the_last_rule_can_be_taken_out(owner: Client, block: Block, sent: dict[str, Any]) -> None:
    save(owner, block, sent)
    assert block.rules == []


class TestWithoutAScript:
    def test_goods_chosen_a_moment_ago_bring_their_settings(self, owner: Client, known: Shop, block: Block) -> None:
        page = save(owner, block, rows(row("never", "category")), _continue="1")
        assert "Choose at least one." in page
        assert 'name="rules-0-category-categories-typed"' in page
        assert kept(block) == [("never", "price", {"most": "1"})], "nothing is saved yet"

    def test_usual_settings_are_taken_where_there_are_any(self, owner: Client, known: Shop, block: Block) -> None:
        save(owner, block, rows(row("first", "age")))
        assert kept(block) == [("first", "age", {"age": "new", "days": 30})]

    @pytest.mark.parametrize(
        ("typed", "title"), [("oat milk", "oat milk"), ("OAT", "oat milk"), ("rye-bread", "rye bread")]
    )
    def test_a_name_that_was_written_is_found(
        self, owner: Client, known: Shop, block: Block, typed: str, title: str
    ) -> None:
        save(owner, block, rows(row("never", "product", **{"product-products-typed": typed})))
        assert kept(block) == [("never", "product", {"products": known.ids(title)})]

    def test_a_name_that_may_be_several_asks_which(self, owner: Client, known: Shop, block: Block) -> None:
        page = save(owner, block, rows(row("never", "product", **{"product-products-typed": "o"})))
        assert "write more of the name" in page
        page = save(owner, block, rows(row("never", "category", **{"category-categories-typed": "Unicorns"})))
        assert "Nothing is called “Unicorns”" in page

    def test_any_word_will_do_for_a_brand(self, owner: Client, known: Shop, block: Block) -> None:
        save(owner, block, rows(row("never", "brand", **{"brand-brands": ["Oatly"], "brand-brands-typed": "Alma"})))
        assert kept(block) == [("never", "brand", {"brands": ["Oatly", "Alma"]})]

    def test_there_is_always_a_blank_row(self, owner: Client, block: Block) -> None:
        page = owner.get(address("block", "change", block.pk)).content.decode()
        assert 'name="rules-count" value="2"' in page
        assert 'name="rules-1-action"' in page


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (row("never", "price", **{"price-least": "", "price-most": ""}), "Fill in at least one of the two."),
        (row("never", "price", **{"price-least": "5", "price-most": "2"}), "This is less than the first"),
        (row("pin", "brand", **{"brand-brands": ["Oatly"]}), "Only certain products can be put in a fixed place"),
        (row("never", "stock", **{"stock-left": "few", "stock-pieces": "0"}), "greater than or equal to 1"),
        (row("never", "brand", **{"brand-brands": []}), "Choose at least one."),
        (row("dance", "price", **{"price-most": "2"}), "Select a valid choice."),
    ],
)
def test_what_a_rule_lacks_is_said_and_nothing_is_lost(
    owner: Client, known: Shop, block: Block, sent: dict[str, Any], told: str
) -> None:
    page = save(owner, block, rows(sent), title_en="Keep this")
    assert told in page
    assert "A rule lacks something" in page
    assert 'value="Keep this"' in page
    assert kept(block) == [("never", "price", {"most": "1"})]


@pytest.mark.parametrize("count", ["", "-1", "many", "99999999999", "60"])
def test_a_count_that_is_none_breaks_nothing(owner: Client, block: Block, count: str) -> None:
    assert owner.post(address("block", "change", block.pk), FORM | {"rules-count": count}).status_code == 302


class TestBeforeSaving:
    def check(self, owner: Client, *of: dict[str, Any], **more: Any) -> Any:
        return owner.post(address("block", "rule_check"), rows(*of) | more).json()

    def test_each_row_says_what_it_does_and_what_is_wrong(self, owner: Client, known: Shop) -> None:
        told = self.check(
            owner,
            row("only", "brand", **{"brand-brands": ["Oatly"]}),
            row("", ""),
            row("never", "product", **{"product-products": known.ids("oat milk")}),
        )
        assert told["rows"]["rules-0"]["told"] == "Show only goods of the brand Oatly."
        assert told["rows"]["rules-0"]["warnings"] == [
            "Rule 2 never shows what this one alone would show, so nothing is left."
        ]
        assert "rules-1" not in told["rows"]
        assert told["rows"]["rules-2"] == {"told": "Never show oat milk.", "warnings": []}
        assert (told["left"], told["is_nothing"]) == ("0 of 12 products may be shown.", True)

    def test_the_rules_of_the_shop_are_counted_too(self, owner: Client, known: Shop) -> None:
        breakfast = known.categories["Breakfast"].pk
        ShopRule.objects.create(name="Diet", action="never", condition="category", values={"categories": [breakfast]})
        assert self.check(owner)["left"] == "5 of 12 products may be shown."
        ShopRule.objects.update(is_active=False)
        assert self.check(owner)["left"] == "12 of 12 products may be shown."

    def test_the_size_of_the_block_as_it_stands_in_the_form_counts(self, owner: Client, known: Shop) -> None:
        pin = row("pin", "product", **{"product-products": known.ids("honey"), "place": 5})
        assert "no place 5" in self.check(owner, pin, limit="4")["rows"]["rules-0"]["warnings"][0]
        assert self.check(owner, pin, limit="6")["rows"]["rules-0"]["warnings"] == []

    def test_the_preview_shows_unsaved_rules(self, owner: Client, known: Shop, block: Block) -> None:
        sent = FORM | {"block": block.pk, "minimum": 1} | rows(
            row("never", "product", **{"product-products": known.ids("muesli")}),
            row("pin", "product", **{"product-products": known.ids("coffee"), "place": 1}),
        )  # fmt: skip
        page = owner.post(address("block", "preview"), sent).content.decode()
        assert "muesli" not in page
        assert page.index("coffee") < page.index("oat milk")
        stored = owner.get(address("block", "preview"), {"block": block.pk}).content.decode()
        assert "muesli" in stored
        assert "coffee" not in stored

    def test_the_sentence_of_the_block_counts_them(self, owner: Client, known: Shop, block: Block) -> None:
        sent = FORM | {"block": block.pk, "most_of_brand": 2} | rows(row("never", "age"), row("first", "age"))
        told = owner.post(address("block", "sentence"), sent).json()["sentence"]
        assert told.endswith("It keeps to 2 rules of its own. At most 2 are of one brand.")


class TestARowDrawnAnew:
    def drawn(self, owner: Client, **fields: Any) -> str:
        sent = {f"rules-3-{name}": value for name, value in fields.items()}
        return owner.post(address("block", "rule_row"), {"row": "3", **sent}).content.decode()

    def test_begins_with_a_choice(self, owner: Client) -> None:
        page = self.drawn(owner)
        assert 'name="rules-3-condition"' in page
        assert "problem" not in page

    def test_brings_the_settings_of_its_goods_and_no_blame(self, owner: Client, known: Shop) -> None:
        page = self.drawn(owner, action="never", condition="attribute")
        assert '<option value="diet">diet</option>' in page
        assert 'name="rules-3-attribute-values-typed"' in page
        assert "pz-problem" not in page

    def test_has_a_strength_or_a_place_where_that_means_something(self, owner: Client) -> None:
        assert 'name="rules-3-strength"' in self.drawn(owner, action="boost", condition="age")
        assert 'name="rules-3-strength"' not in self.drawn(owner, action="never", condition="age")
        pin = self.drawn(owner, action="pin", condition="")
        assert 'name="rules-3-place"' in pin
        assert '<option value="product" selected>' in pin, "only certain products can be put somewhere"

    def test_keeps_what_was_filled_in(self, owner: Client) -> None:
        page = self.drawn(owner, action="boost", condition="price", **{"price-least": "2.50", "strength": "5.0"})
        assert 'value="2.50"' in page
        assert '<option value="5.0" selected>' in page

    @pytest.mark.parametrize("number", ["", "x", "-1", "50", "10000000"])
    def test_is_none_of_a_number_that_is_none(self, owner: Client, number: str) -> None:
        assert owner.post(address("block", "rule_row"), {"row": number}).status_code == 400


class TestFinding:
    def found(self, owner: Client, kind: str, **asked: str) -> list[str]:
        answer = owner.get(address("block", "rule_find", kind), asked).json()["found"]
        return [f"{one['label']} {one['more']}".strip() for one in answer]

    def test_categories_by_their_line_in_the_tree(self, owner: Client, known: Shop) -> None:
        known.categories["Breakfast"].add_child(name="Tea")
        assert self.found(owner, "category") == ["Everything", "Breakfast", "Breakfast › Tea", "Household"]
        assert self.found(owner, "category", q="tea break") == ["Breakfast › Tea"]

    def test_brands_and_values_with_the_number_of_their_goods(self, owner: Client, known: Shop) -> None:
        assert self.found(owner, "brand", q="oat") == ["Oatly 1 goods"]
        assert self.found(owner, "value", of="diet") == ["vegan 1 goods"]
        assert self.found(owner, "value", of="") == []
        assert self.found(owner, "value", of="diet", q="meat") == []

    def test_products(self, owner: Client, known: Shop) -> None:
        assert self.found(owner, "product", q="oat") == ["oat milk oat-milk"]

    @pytest.mark.parametrize("junk", ["\0", "%", "'", "x" * 5000])
    @pytest.mark.parametrize("kind", ["category", "product", "brand", "value", "region"])
    def test_any_bytes_are_answered(self, owner: Client, known: Shop, kind: str, junk: str) -> None:
        assert isinstance(self.found(owner, kind, q=junk, of=junk), list)

    def test_there_are_no_other_kinds(self, owner: Client) -> None:
        assert owner.get(address("block", "rule_find", "secret")).status_code == 400


class TestWhoMayLookOnly:
    def test_sees_the_rules_as_sentences(self, reader: Client, block: Block) -> None:
        page = reader.get(address("block", "change", block.pk)).content.decode()
        assert "Never show goods for 1 or less." in page
        assert "rules-count" not in page

    @pytest.mark.parametrize(("page", "more"), [("rule_row", ()), ("rule_check", ()), ("rule_find", ("brand",))])
    def test_asks_nothing(self, reader: Client, clerk: Client, page: str, more: tuple[str, ...]) -> None:
        for client in (reader, clerk):
            where = address("block", page, *more)
            assert (client.get(where) if more else client.post(where)).status_code == 403


class TestProblems:
    def problems(self, block: Block) -> tuple[str, ...]:
        return health(block, surroundings(now=NOW), now=NOW).problems

    def test_of_rules_are_problems_of_the_block(self, owner: Client, known: Shop, block: Block) -> None:
        assert self.problems(block) == (), "a sponge costs less than 1"
        block.rules = [rule("never", "category", categories=[987]).stored(), rule("only", "age", age="new").stored()]
        block.save()
        first, second, third = self.problems(block)
        assert first.startswith("Rule 1: Something that was chosen here is gone from the shop (#987)")
        assert second.startswith("Rule 1: No goods of today's catalogue")
        assert third == "Rule 2: No goods of today's catalogue are meant, so nothing would be left."
        assert "#987" in owner.get(address("block")).content.decode()

    def test_cost_no_more_for_more_blocks(self, known: Shop, block: Block, django_assert_max_num_queries: Any) -> None:
        for number in range(10):
            rules = [rule("never", "category", categories=[900 + number]), rule("only", products=known.ids("honey"))]
            Block.objects.create(slot=f"home-{number}", strategy="trending", rules=[one.stored() for one in rules])
        with django_assert_max_num_queries(10):
            assert len(surroundings(now=NOW).rule_problems) == 11

    def test_junk_in_the_table_breaks_no_list(self, owner: Client, known: Shop) -> None:
        Block.objects.create(slot="home-1", strategy="trending", rules={"action": "never"})
        Block.objects.create(slot="home-2", strategy="trending", rules=[None, {"action": "only", "condition": "gone"}])
        assert owner.get(address("block")).status_code == 200
        for one in Block.objects.all():
            assert owner.get(address("block", "change", one.pk)).status_code == 200


def test_the_sentence_tells_caps_and_fatigue() -> None:
    def told(**values: Any) -> str:
        return sentence(Block(slot="home-3", strategy="trending", **values), now=NOW)

    assert told(most_of_category=2, most_of_brand=1).endswith("At most 2 are of one category, and 1 of one brand.")
    assert told(most_of_category=2).endswith("At most 2 are of one category.")
    assert told(tires_after=3).endswith("What somebody saw 3 times without a click moves behind others.")
    assert told(rules=[{"action": "never"}]).endswith("It keeps to 1 rule of its own.")
    assert told(most_of_category=0, tires_after=0).endswith("with fewer than 3 it is filled with best sellers.")
