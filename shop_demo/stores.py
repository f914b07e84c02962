"""In which store of the data set each order was bought, as the app asks for it (PERSONALIZATION_STORE)."""

from collections.abc import Mapping, Sequence

from oscar.core.loading import get_model

IN_STORE = "store-"


def of_orders(order_ids: Sequence[int]) -> Mapping[int, str]:
    """Of orders that were picked up in a store, its name; one query."""
    orders = get_model("order", "Order").objects.filter(pk__in=order_ids, shipping_code__startswith=IN_STORE)
    return {pk: f"Store {code.removeprefix(IN_STORE)}" for pk, code in orders.values_list("pk", "shipping_code")}
