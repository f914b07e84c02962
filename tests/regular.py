"""A regular of the tiny shop, of whom there is something to say for every strategy."""

from datetime import timedelta

from personalization import shop as door
from personalization.events.history import Happening, History
from personalization.events.person import Person
from personalization.recommend.context import Context
from personalization.recommend.facts.models import PriceChange, ProductFact
from personalization.recommend.lists.models import ShopperGroup
from tests.people import NOW, Shop


def regular(shop: Shop) -> Context:
    """On the page of butter, with oat milk in the basket; the tables of the shop are filled already."""
    shop["butter"].recommended_products.through.objects.create(primary=shop["butter"], recommendation=shop["coffee"])
    deeds = (
        Happening("product_viewed", shop["honey"].pk, NOW, 1),
        Happening("basket_added", shop["green tea"].pk, NOW, 1),
        *(Happening("purchased", shop["muesli"].pk, NOW - timedelta(days=days), 1) for days in (10, 20)),
    )
    # After the look honey came back and became cheaper.
    later, honey = NOW + timedelta(hours=1), shop["honey"].pk
    ProductFact.objects.filter(product_id=honey).update(restocked_at=later)
    PriceChange.objects.create(product_id=honey, before="9.99", price="4.99", held_until=NOW, changed_at=later)
    ShopperGroup.objects.create(user_id=1, grouping="price_and_department", key="high-1", grouped_at=NOW)
    return Context(
        buying=door.buying(), now=NOW + timedelta(hours=2), person=Person(user_id=1), region="Kyiv", search="oat milk",
        history=History(deeds), basket_ids=(shop["oat milk"].pk,),
        product_id=shop["butter"].pk, category_id=shop.categories["Breakfast"].pk,
    )  # fmt: skip
