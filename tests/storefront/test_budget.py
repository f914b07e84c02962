"""What blocks cost the database: few queries, and no more for more products."""

from contextlib import contextmanager

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from personalization.events import record
from personalization.events.consent import STORING, Consent
from personalization.events.person import Person
from personalization.recommend.models import NeighbourList, ServedModel, ShopperList
from personalization.storefront.models import Block
from tests import people
from tests.safety.conftest import fill_tables

# Without it, a run of this file alone is given no database of its own.
pytestmark = pytest.mark.django_db

# The first block of a page reads what all of them share; what limits the goods of one category is one query more.
FIRST, FURTHER = 9, 4
TAGS = (
    "{% recommended_for user %}",
    "{% similar_to product %}",
    "{% bought_together product %}",
    "{% bundle_for product %}",
    '{% from_this_search "oat milk" %}',
    "{% goes_with_basket %}",
    "{% bestsellers %}",
    "{% trending %}",
    "{% recently_viewed %}",
    "{% new_arrivals %}",
)


@pytest.fixture(scope="module")
def large_shop(django_db_setup, django_db_blocker):
    """Sixty products, a third of them with variants; rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        shop = people.open_shop()
        for number in range(40):
            title = f"jam no {number}"
            shop.products[title] = people.product(title, category=shop.categories["Breakfast"])
        for number in range(20):
            variants = {f"shirt {number} {size}": ("9.00", 5) for size in "SML"}
            shop.products |= people.family(f"shirt {number}", variants, category=shop.categories["Household"])
        fill_tables(shop)
        yield shop
        transaction.set_rollback(True)
    connection.close()


@pytest.fixture
def anna_s_request(large_shop, rf, bare_oscar):
    """Anna with a nightly list, a history and a basket's cookie, as a page sees her: her user is loaded."""
    anna = people.person("Anna")
    ids = [one.pk for one in large_shop.products.values() if one.parent_id is None]
    ShopperList.objects.create(
        run_id=ServedModel.objects.get().run_id, user_id=anna.pk, product_ids=ids, scores=[1.0] * len(ids),
        reasons=[2] * len(ids), because_ids=[ids[0]] * len(ids),
    )  # fmt: skip
    people.did("product_viewed", large_shop["honey"], user=anna, at=timezone.now())
    request = rf.get("/")
    request.user = anna
    yield request
    ShopperList.objects.all().delete()
    anna.delete()


@contextmanager
def counted():
    # Outside of a transaction there are no savepoints, and so the page of a shop renders its blocks.
    with CaptureQueriesContext(connection) as captured:
        yield (sent := [])
    sent += [one["sql"] for one in captured if "SAVEPOINT" not in one["sql"]]


def cost(line: str, request, shop) -> int:
    template = engines["django"].from_string("{% load personalization %}" + line)
    token = record.gathering(record.Gathered(Person(user_id=request.user.pk), Consent(STORING, is_asked=True)))
    try:
        with counted() as sent:
            html = template.render({"product": shop["oat milk"], "user": request.user}, request)
    finally:
        record.stop_gathering(token)
    assert "pz-card" in html
    return len(sent)


def bare_cost(request) -> int:
    """What the shop's own context processors ask when any template is rendered."""
    with counted() as sent:
        engines["django"].from_string("").render({}, request)
    return len(sent)


class TestBudget:
    @pytest.mark.parametrize("line", TAGS)
    def test_the_first_block_of_a_page(self, anna_s_request, large_shop, line):
        assert cost(line, anna_s_request, large_shop) - bare_cost(anna_s_request) <= FIRST

    @pytest.mark.parametrize("line", TAGS)
    def test_each_further_block(self, anna_s_request, large_shop, line):
        first = TAGS[0] if line != TAGS[0] else TAGS[1]
        cost(first, anna_s_request, large_shop)
        assert cost(line, anna_s_request, large_shop) - bare_cost(anna_s_request) <= FURTHER

    @pytest.mark.parametrize("line", ["{% bestsellers limit=6 %}", "{% similar_to product limit=6 %}"])
    def test_twenty_four_cards_cost_what_six_do(self, rf, large_shop, bare_oscar, line):
        few, many = rf.get("/"), rf.get("/")
        few.user = many.user = AnonymousUser()
        assert cost(line, few, large_shop) == cost(line.replace("6", "24"), many, large_shop)

    def test_parents_with_variants_cost_what_stand_alones_do(self, rf, large_shop, bare_oscar):
        run = ServedModel.objects.get().run
        milk, sponge = large_shop["oat milk"].pk, large_shop["sponge"].pk
        parents = [one.pk for title, one in large_shop.products.items() if one.is_parent]
        plain = [one.pk for title, one in large_shop.products.items() if title.startswith("jam")]
        asked = []
        for product, others in ((milk, parents[:12]), (sponge, plain[:12])):
            NeighbourList.objects.filter(product_id=product, relation="similar").update(
                neighbour_ids=others, scores=[1.0] * 12, supports=[1] * 12
            )
            request = rf.get("/")
            request.user = AnonymousUser()
            template = engines["django"].from_string("{% load personalization %}{% similar_to product limit=12 %}")
            about = next(one for one in large_shop.products.values() if one.pk == product)
            with counted() as sent:
                html = template.render({"product": about}, request)
            assert html.count("<article") == 12
            asked.append(len(sent))
        assert asked[0] == asked[1]
        assert run == ServedModel.objects.get().run


@pytest.mark.parametrize(
    ("line", "queries"),
    [
        # Its companions, and the cards with the product's own among them.
        ("{% bundle_for product %}", 2),
        # The lists of the search, and the cards.
        ('{% from_this_search "oat milk" %}', 2),
        # The owner's blocks, what was ever bought, and the cards; where its goods belong, the block above has asked.
        ('{% block_at "new-1" %}', 3),
    ],
    ids=["bundle", "from_search", "discover"],
)
def test_what_a_further_block_costs_exactly(anna_s_request, large_shop, line, queries):
    Block.objects.get_or_create(slot="new-1", strategy="discover", minimum=1, fallback="hide")
    cost("{% recommended_for user %}", anna_s_request, large_shop)
    assert cost(line, anna_s_request, large_shop) - bare_cost(anna_s_request) == queries
