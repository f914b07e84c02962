"""Visits of the households, whose till knows none: believable, always the same, and nobody's whom a looker may be."""

from collections import Counter
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from personalization.events.imports.columns import Recipe
from personalization.events.imports.read_file import import_file
from personalization.people.journeys.follow import follow_visits
from personalization.people.journeys.models import Journey
from personalization.people.journeys.steps import Step
from shop_demo.data.visits import write_visits
from shop_demo.models import LoadedShop
from shop_demo.personas import PERSONAS, email_of
from tests.demo.conftest import NOW

pytestmark = [pytest.mark.data, pytest.mark.django_db]


def test_visits_are_made_up_around_the_orders_and_the_same_each_time(
    journey_market: LoadedShop, tmp_path: Path
) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    assert write_visits(first, now=NOW) == write_visits(second, now=NOW) > 500
    assert first.read_bytes() == second.read_bytes()
    personas = {email_of(one.household_id) for one in PERSONAS}
    done = import_file(first, Recipe(source="web shop"), now=NOW)
    assert done.rejected == 0
    follow_visits(now=NOW)
    depths = Counter(Journey.objects.values_list("deepest", flat=True))
    assert all(depths[step] for step in Step), "some went each part of the way"
    assert sum(depths[step] for step in Step if step >= Step.BASKET) < 0.6 * depths.total()
    owners = set(Journey.objects.filter(user_id__isnull=False).values_list("user_id", flat=True))
    assert not get_user_model().objects.filter(pk__in=owners, email__in=personas).exists()
    assert set(Journey.objects.values_list("device", flat=True)) == {"phone", "desktop", "tablet"}
