"""A small shop in which a few goods are bought together, and offers as owners make them."""

from collections.abc import Callable
from typing import Any

import pytest
from oscar.core.loading import get_model

from personalization.recommend.bundles.models import Bundle
from personalization.recommend.models import TrainingRun
from tests.people import NOW, Shop, know_goods

Maker = Callable[..., Any]


@pytest.fixture
def known(shop: Shop) -> Shop:
    """The shop, all of whose goods the facts know."""
    know_goods(shop)
    return shop


@pytest.fixture
def composed(shop: Shop, run: TrainingRun) -> Maker:
    """Writes the bundle of one product, companions best first."""

    def write(of: str, *titles: str, **more: Any) -> Bundle:
        ids = shop.ids(*titles)
        scores = [1.0 / place for place in range(1, len(ids) + 1)]
        return Bundle.objects.create(
            product_id=shop[of].pk, run_id=run.pk, composed_at=NOW, companion_ids=ids, scores=scores, **more
        )

    return write


@pytest.fixture
def offer(db: None) -> Maker:
    """An offer that Oscar gives everybody: so much off as soon as so many of these goods are in the basket."""

    def write(*products: Any, value: int = 10, count: int = 2, benefit: str = "Percentage", **more: Any) -> Any:
        chosen = get_model("offer", "Range").objects.create(
            name=f"Range {get_model('offer', 'Range').objects.count()}", includes_all_products=not products
        )
        for one in products:
            chosen.add_product(one)
        return get_model("offer", "ConditionalOffer").objects.create(
            name=f"Offer {chosen.pk}",
            condition=get_model("offer", "Condition").objects.create(range=chosen, type="Count", value=count),
            benefit=get_model("offer", "Benefit").objects.create(range=chosen, type=benefit, value=value),
            **{"offer_type": "Site", **more},
        )  # fmt: skip

    return write
