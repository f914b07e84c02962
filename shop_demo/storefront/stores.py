"""Several stores hold the goods: a shopper is sold from the first store that has them."""

from functools import cache
from typing import Any

from oscar.core.loading import default_class_loader


def load_classes(module_label: str, classnames: list[str], module_prefix: str) -> list[Any]:
    """Oscar's own classes, but for the one that says how this shop sells: a whole fork would say no more."""
    found: list[Any] = default_class_loader(module_label, classnames, module_prefix)
    if module_label != "partner.strategy":
        return found
    return [_selector(one) if name == "Selector" else one for name, one in zip(classnames, found, strict=True)]


@cache
def _selector(original: Any) -> Any:
    default = default_class_loader("partner.strategy", ["Default"], "oscar.apps")[0]

    class FirstStoreThatHasIt(default):  # type: ignore[misc,valid-type]
        """Oscar takes whatever stock record comes first; with several stores that must not be chance."""

        def select_stockrecord(self, product: Any) -> Any:
            """The first store with the product in stock; the main store when nobody has it."""
            records = sorted(product.stockrecords.all(), key=lambda one: (one.net_stock_level <= 0, one.partner_id))
            return records[0] if records else None

    class Selector(original):  # type: ignore[misc]
        """Every shopper buys in the same way."""

        def strategy(self, request: Any = None, user: Any = None, **kwargs: Any) -> Any:
            """The way to buy."""
            return FirstStoreThatHasIt(request)

    return Selector
