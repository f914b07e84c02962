"""An owner reads amounts as the shop writes them."""

from personalization.storefront.triggers.trigger import triggers


def test_a_basket_over_an_amount():
    assert triggers.get("basket_over").describe({"amount": "50"}) == "with a basket of $50.00 or more"


def test_a_basket_just_under_an_amount():
    told = triggers.get("basket_under").describe({"amount": "50", "within": "12.5"})
    assert told == "with a basket that lacks at most $12.50 to $50.00"
