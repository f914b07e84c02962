"""The doctor says of how many goods rules know nothing, or nothing new."""

from datetime import timedelta

import pytest
from oscar.core.loading import get_model

from personalization.insight.doctor import examine
from personalization.insight.finding import Level, examinations
from personalization.recommend.facts.models import ProductFact
from personalization.recommend.facts.refresh import refresh_all
from tests.people import NOW

DAY = timedelta(days=1)


@pytest.fixture
def shop(shop):
    """All goods were listed a week ago."""
    get_model("catalogue", "Product").objects.update(date_created=NOW - 7 * DAY)
    return shop


def told(*, now=NOW) -> list[tuple[str, str]]:
    return [(one.level, one.told) for one in examinations.get("facts").findings(now)]


def test_all_is_well_after_a_look(shop):
    refresh_all(now=NOW - timedelta(hours=3))
    assert told() == [(Level.FINE, "Every listed product was looked at: the oldest look was 3 hours ago.")]


def test_goods_without_facts_are_counted_with_the_fix(shop):
    refresh_all(now=NOW)
    ProductFact.objects.filter(product_id__in=shop.ids("honey", "butter")).delete()
    assert told() == [
        (Level.WARNING, "2 listed products have no facts: rules about price, brand or stock pass them by.")
    ]
    (finding,) = examinations.get("facts").findings(NOW)
    assert finding.fix
    assert finding.command == "manage.py personalization_bootstrap --no-import"


def test_a_product_that_is_new_has_time(shop):
    refresh_all(now=NOW)
    ProductFact.objects.filter(product_id=shop["honey"].pk).delete()
    products = get_model("catalogue", "Product").objects.filter(pk=shop["honey"].pk)
    products.update(date_created=NOW - timedelta(minutes=14))
    assert told()[0][0] == Level.FINE
    products.update(date_created=NOW - timedelta(minutes=16))
    assert told()[0][0] == Level.WARNING


def test_facts_older_than_a_day_are_counted(shop):
    refresh_all(now=NOW)
    assert told(now=NOW + timedelta(hours=26))[0][0] == Level.FINE
    late = NOW + timedelta(hours=27)
    assert told(now=late) == [
        (Level.WARNING, "The facts of 12 products are older than a day, the oldest from 1 day ago.")
    ]
    ProductFact.objects.exclude(product_id=shop["honey"].pk).update(looked_at=late)
    assert told(now=late) == [
        (Level.WARNING, "The facts of 1 product are older than a day, the oldest from 1 day ago.")
    ]


def test_a_shop_without_goods_has_nothing_to_look_at(db):
    assert [level for level, _ in told()] == [Level.NOTE]


def test_it_costs_three_queries(shop, django_assert_num_queries):
    refresh_all(now=NOW)
    with django_assert_num_queries(3):
        told()


def test_it_is_one_of_the_doctor_s(shop):
    assert "facts" in [part.name for part in examine(now=NOW).parts]
