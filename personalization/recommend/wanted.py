"""When this shopper last had a product before their eyes, without having bought it since."""

from collections.abc import Mapping
from datetime import datetime

from personalization.events.history import History

ASKED = "stock_alert_asked"
LOOKS = frozenset({"product_viewed", "basket_added", "wishlist_added", ASKED})


def last_looks(history: History) -> Mapping[int, datetime]:
    """The last look at each product; what was bought after it is left out, whatever it costs by now."""
    looks: dict[int, datetime] = {}
    bought: set[int] = set()
    for one in history.happenings:
        if one.kind == "purchased" and one.product_id not in looks:
            bought.add(one.product_id)
        elif one.kind in LOOKS and one.product_id not in bought:
            looks.setdefault(one.product_id, one.happened_at)
    return looks
