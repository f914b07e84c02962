"""What goes into a bundle: goods of other needs, bought together often enough, at a sane price."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.jobs.claim import once
from personalization.recommend.bundles.compose import compose
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.bundles.refresh import JOB, refresh_bundles
from personalization.recommend.facts.models import ProductFact
from personalization.recommend.models import NeighbourList, ServedModel, TrainingRun
from tests.people import NOW, product


@pytest.fixture
def drawer(known):
    """Goods with a category each, so that all of them go together unless something else is in the way."""
    for number, title in enumerate(("oat milk", "muesli", "coffee", "sponge", "candles"), 1000):
        ProductFact.objects.filter(product_id=known[title].pk).update(category_ids=[number], price="4.00")
    return known


@pytest.fixture
def companions(run):
    def read(product) -> list[int]:
        compose(run.pk, now=NOW)
        found = Bundle.objects.filter(pk=product.pk).first()
        return found.companion_ids if found else []

    return read


def test_goods_of_other_categories_in_the_order_of_the_model(drawer, near, companions):
    near("oat milk", "coffee", "muesli", "sponge")
    assert drawer.titles(companions(drawer["oat milk"])) == ["coffee", "muesli", "sponge"]


def test_of_one_category_only_the_best(drawer, near, companions):
    near("oat milk", "coffee", "butter", "honey", "muesli")
    # Butter and honey are of the category Breakfast, the others of one of their own.
    assert drawer.titles(companions(drawer["oat milk"])) == ["coffee", "butter", "muesli"]


def test_nothing_of_the_product_s_own_category(known, near, companions):
    near("oat milk", "coffee", "sponge")
    assert known.titles(companions(known["oat milk"])) == ["sponge"]


def test_no_alternatives_of_each_other_or_of_the_product(drawer, near, companions):
    near("oat milk", "coffee", "muesli", "sponge")
    near("muesli", "coffee", relation="similar")
    near("oat milk", "sponge", relation="similar")
    for number in range(20):
        # Ten goods for each alternative that counts as one.
        extra = product(f"jam {number}")
        NeighbourList.objects.create(
            run_id=ServedModel.objects.get().run_id, relation="together", product_id=extra.pk, neighbour_ids=[],
            scores=[], supports=[],
        )  # fmt: skip
    assert drawer.titles(companions(drawer["oat milk"])) == ["coffee"]


def test_nothing_that_few_people_bought_together(drawer, near, companions):
    near("oat milk", "coffee", "muesli")
    NeighbourList.objects.update(supports=[2, 3])
    assert drawer.titles(companions(drawer["oat milk"])) == ["muesli"]


def test_nothing_much_dearer_than_the_product(drawer, near, companions):
    near("oat milk", "coffee", "muesli")
    ProductFact.objects.filter(product_id=drawer["coffee"].pk).update(price="12.01")
    ProductFact.objects.filter(product_id=drawer["muesli"].pk).update(price="12.00")
    assert drawer.titles(companions(drawer["oat milk"])) == ["muesli"]


@pytest.mark.parametrize("change", [{"is_buyable": False}, {"price": None}, {"currency": "UAH"}])
def test_nothing_that_cannot_be_added_up_or_bought(drawer, near, companions, change):
    near("oat milk", "coffee", "muesli")
    ProductFact.objects.filter(product_id=drawer["coffee"].pk).update(**change)
    assert drawer.titles(companions(drawer["oat milk"])) == ["muesli"]


def test_nothing_that_goes_into_every_basket(drawer, near, companions):
    """Butter stands beside everything; the sponge is taken with oat milk more often than with anything else."""
    titles = [
        title for title in drawer.products if drawer[title].parent_id is None and title not in ("butter", "sponge")
    ]
    for title in titles:
        near(title, "butter", "sponge")
        is_milk = title == "oat milk"
        NeighbourList.objects.filter(product_id=drawer[title].pk).update(supports=[90, 30 if is_milk else 3])
    assert drawer.titles(companions(drawer["oat milk"])) == ["sponge"]


def test_nothing_of_which_a_variant_must_be_chosen(drawer, near, companions):
    ProductFact.objects.filter(product_id=drawer["apron"].pk).update(category_ids=[2000], price="4.00")
    near("oat milk", "apron", "muesli")
    near("apron", "muesli")
    assert drawer.titles(companions(drawer["oat milk"])) == ["muesli"]
    assert companions(drawer["apron"]) == []


class TestRefreshing:
    def test_another_version_replaces_all(self, drawer, near, run):
        near("oat milk", "coffee")
        assert refresh_bundles(now=NOW)["bundles"] == 1
        newer = TrainingRun.objects.create(status="waiting", asked_by="test", asked_at=NOW)
        near("muesli", "coffee", version=newer)
        assert refresh_bundles(now=NOW)["bundles"] == 1
        ServedModel.objects.update(run=newer)
        refresh_bundles(now=NOW)
        assert drawer.titles(Bundle.objects.values_list("pk", flat=True)) == ["muesli"]

    def test_without_a_model_there_are_none(self, db):
        assert refresh_bundles(now=NOW) == {"bundles": 0, "priced": 0}

    def test_that_there_are_none_is_found_out_once_a_day_and_version(self, known, near):
        near("oat milk", "coffee")  # of its own category

        def composes(now) -> bool:
            with CaptureQueriesContext(connection) as asked:
                found = once(JOB, period=now.isoformat(), action=lambda claim: refresh_bundles(now=now), now=now)
            assert found == {"bundles": 0, "priced": 0}
            return any("personalization_neighbourlist" in one["sql"] for one in asked)

        ServedModel.objects.update(flipped_at=NOW)
        assert composes(NOW)
        assert not composes(NOW + timedelta(minutes=10))
        ServedModel.objects.update(flipped_at=NOW + timedelta(minutes=15))
        assert composes(NOW + timedelta(minutes=20))
        assert not composes(NOW + timedelta(minutes=30))
        assert composes(NOW + timedelta(days=1))

    def test_twice_is_once(self, drawer, near):
        near("oat milk", "coffee")
        refresh_bundles(now=NOW)
        before = list(Bundle.objects.values())
        refresh_bundles(now=NOW)
        assert list(Bundle.objects.values()) == before
