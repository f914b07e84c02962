"""Whose account it is: by what the shop's addresses and orders say."""

import re

from django.db.models import Q
from oscar.core.loading import get_model

FEWEST_DIGITS = 5


def accounts_of_phone(words: str, *, limit: int) -> list[int]:
    """The accounts with this phone in an address of theirs or of an order: with or without the country's code."""
    digits = re.sub(r"\D", "", words).lstrip("0")
    if len(digits) < FEWEST_DIGITS:
        return []
    told = get_model("address", "UserAddress").objects.filter(phone_number__endswith=digits)
    sent = get_model("order", "Order").objects.filter(
        shipping_address__phone_number__endswith=digits, user__isnull=False
    )
    found = [*told.values_list("user_id", flat=True)[:limit], *sent.values_list("user_id", flat=True)[:limit]]
    return list(dict.fromkeys(found))[:limit]


def accounts_of_order(number: str, *, limit: int) -> list[int]:
    """The account that placed the order of exactly this number."""
    orders = get_model("order", "Order").objects.filter(number=number, user__isnull=False)
    return list(dict.fromkeys(orders.values_list("user_id", flat=True)[:limit]))


def accounts_by_name(words: str, *, limit: int) -> list[int]:
    """The accounts that an address of theirs calls so: each word begins the first or the last name."""
    asked = Q()
    for word in words.split():
        asked &= Q(first_name__istartswith=word) | Q(last_name__istartswith=word)
    found = get_model("address", "UserAddress").objects.filter(asked).values_list("user_id", flat=True)
    return list(dict.fromkeys(found[:limit])) if words.split() else []
