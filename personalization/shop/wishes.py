"""What the owner recommends by hand and what shoppers wish for, in Oscar's own tables."""

from django.db.models.functions import Coalesce
from oscar.core.loading import get_model


def recommended_ids(product_id: int) -> list[int]:
    """The listed products that the owner recommends beside this one, in the owner's order: one query."""
    rows = get_model("catalogue", "ProductRecommendation").objects.filter(primary=product_id)
    listed = Coalesce("recommendation__parent_id", "recommendation_id")
    return list(dict.fromkeys(rows.order_by("-ranking", "pk").values_list(listed, flat=True)))


def wished_ids(user_id: int) -> list[int]:
    """The listed products on this account's wish lists, newest first: one query."""
    lines = get_model("wishlists", "Line").objects.filter(wishlist__owner=user_id, product__isnull=False)
    listed = Coalesce("product__parent_id", "product_id")
    return list(dict.fromkeys(lines.order_by("-pk").values_list(listed, flat=True)))
