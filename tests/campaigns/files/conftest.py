"""A shop whose owner uses everything: segments, rules, offers, blocks, pop-ups, and a banner with its picture."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from oscar.core.loading import get_model

from personalization.campaigns.files.folder import Folder
from personalization.campaigns.files.take_in import Change, take_in
from personalization.campaigns.offers.models import PersonalOffer
from personalization.campaigns.offers.publish import publish
from personalization.people.segments.models import Segment
from personalization.recommend.rules.models import ShopRule
from personalization.storefront.models import Block
from personalization.storefront.popups.models import Popup
from personalization.storefront.slots.models import Banner
from tests.people import Shop
from tests.people.folk import rule
from tests.storefront.slots.conftest import picture

MODELS = (Banner, Popup, Block, PersonalOffer, ShopRule, Segment)
WORDS = {
    "en": {"title": "Something for you: 10 % off", "text": "Two lines\nof text."},
    "ru": {"title": "Кое-что для вас"}, "uk": {"title": "no"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def goods(shop: Shop) -> Any:
    """A category and a product that have names everywhere."""
    category = get_model("catalogue", "Category").objects.order_by("path").last()
    product = get_model("catalogue", "Product").objects.filter(parent=None).first()
    get_model("catalogue", "Product").objects.filter(pk=product.pk).update(upc="0012")
    return category, product


@pytest.fixture
def campaigns(goods: Any) -> None:
    """One and more of each kind, with all that a file can hold."""
    category, product = goods
    loyal = Segment.objects.create(name="Loyal: yes", tree={"all": [rule("orders", least=3)]}, note="since spring")
    first = Block.objects.create(
        slot="home-1", strategy="bestsellers", parameters={"period": "week", "measure": "units"}, limit=8,
        titles={"en": "What sells", "ru": "Что покупают"}, audience={"in": [loyal.pk]}, status="paused",
        rules=[{"action": "boost", "condition": "product", "values": {"products": [product.pk]}, "strength": 5.0,
                "place": 1, "where": [category.pk], "regions": ["Kyiv"]}],
    )  # fmt: skip
    Block.objects.create(slot="home-1", position=2, strategy="for_you", starts_at=datetime(2026, 5, 1, 9, tzinfo=UTC))
    fond = Segment.objects.create(
        name="Fond of it",
        tree={"any": [rule("taste", categories=[category.pk], brands=["Acme"], least=20),
                      rule("contact", contact="block_seen", blocks=[first.pk], least=1, most=None, days=30),
                      {"not": {"all": [rule("segment", segments=[loyal.pk])]}}]},
    )  # fmt: skip
    ShopRule.objects.create(
        name="No own brand", action="never", condition="category", values={"categories": [category.pk]}, position=3
    )
    welcome = PersonalOffer.objects.create(
        name="welcome", title="10 % off", value=Decimal("10.00"), trigger="by_hand", most_off=Decimal("7.50"),
        most_spent=Decimal("100.00"), goods={"categories": [category.pk], "products": [product.pk]},
        audience={"not_in": [loyal.pk]}, hours={"days": [0, 4], "since": "16:00", "until": "23:00"},
    )  # fmt: skip
    publish(welcome, now=timezone.now())
    Popup.objects.create(
        name="a code", design="discount", design_parameters={"offer": welcome.pk}, texts=WORDS, priority=20,
        link=product.get_absolute_url(), frequency={"total": 1}, arm={"experiment": "may", "since": 10, "until": 60},
        trigger="basket_over", trigger_parameters={"amount": "20.00"},
    )  # fmt: skip
    Popup.objects.create(texts=WORDS, trigger="visit_number", trigger_parameters={"visit": 2}, priority=10)
    Banner.objects.create(
        slot="home-hero", name="spring", texts={"en": {"title": "Spring", "alt": "Grass"}}, picture=picture(),
        link=category.get_absolute_url(), audience={"in": [fond.pk]}, focus_x=20,
    )  # fmt: skip


def imported(folder: Folder | str, **more: Any) -> list[Change]:
    """As the command does it."""
    given = Folder({"a.yaml": folder.encode()}) if isinstance(folder, str) else folder
    return take_in(given, now=timezone.now(), **more)
