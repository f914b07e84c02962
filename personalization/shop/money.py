"""Amounts as the shop itself writes them."""

from decimal import Decimal

from oscar.templatetags.currency_filters import currency


def money_told(amount: Decimal | float) -> str:
    """In the shop's currency and the reader's language, to the cent."""
    return str(currency(round(Decimal(amount), 2)))
