"""The owner, a clerk without rights, and a shop in which something has happened."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from personalization.events.identifiers import event_id
from personalization.events.write import NewEvent, SeenVisitor, write
from personalization.recommend.models import NeighbourList, RankedList, TrainingRun
from personalization.recommend.versions import publish
from personalization.storefront.models import Block
from tests.admin.stories import ANNAS_PHONE, failed_job, run_of
from tests.people import NOW, Shop, bought, did


@pytest.fixture(autouse=True)
def _noon(bare_oscar: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def _client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def owner(db: None) -> Client:
    """The owner: may do everything."""
    return _client_of(get_user_model().objects.create_superuser("olga", "olga@example.com", "secret"))


@pytest.fixture
def clerk(db: None) -> Client:
    """A member of staff with no rights in this app."""
    return _client_of(get_user_model().objects.create_user("carl", "carl@example.com", "secret", is_staff=True))


@pytest.fixture
def reader(db: None) -> Client:
    """A member of staff who may look at everything here, and at nobody's account."""
    user = get_user_model().objects.create_user("rita", "rita@example.com", "secret", is_staff=True)
    rights = Permission.objects.filter(content_type__app_label="personalization", codename__startswith="view_")
    user.user_permissions.set(rights)
    return _client_of(user)


@pytest.fixture
def bestsellers(db: None) -> Block:
    """A block of best sellers on the home page."""
    settings = {"period": "week", "measure": "units"}
    return Block.objects.create(slot="home-3", strategy="bestsellers", parameters=settings, minimum=1)


@pytest.fixture
def filled_shop(shop: Shop, anna: Any, bestsellers: Block) -> Shop:
    """A shop with orders, a log, lists, a served model, blocks that were shown, and a job that failed."""
    bought(anna, {shop["oat milk"]: 2, shop["muesli"]: 1}, at=NOW - timedelta(hours=5))
    did("product_viewed", shop["butter"], user=anna, visitor=ANNAS_PHONE, at=NOW - timedelta(hours=2))
    payload = {
        "block": bestsellers.pk,
        "slot": "home-3",
        "strategy": "bestsellers",
        "products": [{"id": shop["honey"].pk}],
    }
    seen_at = NOW - timedelta(hours=1)
    impression = NewEvent(event_id(seen_at), "block_shown", seen_at, visitor_id=ANNAS_PHONE, payload=payload)
    write([impression], visitors=[SeenVisitor(ANNAS_PHONE, seen_at, anna.pk)])
    goods = shop.ids("oat milk", "muesli", "rye bread")
    RankedList.objects.create(measure="units", period="week", product_ids=goods, scores=[3, 2, 1], refreshed_at=NOW)
    run = run_of(TrainingRun.Status.RETIRED, lead=2.4)
    near = shop.ids("muesli", "honey", "coffee")
    for relation in NeighbourList.Relation.values:
        NeighbourList.objects.create(
            run=run,
            relation=relation,
            product_id=shop["oat milk"].pk,
            neighbour_ids=near,
            scores=[3, 2, 1],
            supports=[9, 9, 9],
        )
    publish(run, now=NOW)
    run_of(TrainingRun.Status.REFUSED, lead=0.8, verdict="The vectors have a wrong shape.")
    failed_job()
    return shop
