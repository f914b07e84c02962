"""What a group is called: what its people care for more than others, how often they buy, and how dearly."""

from collections.abc import Mapping
from math import log
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from personalization import shop

NAMED = 2
# So much more than in the whole shop, and at least so much of all, makes a taste a name.
MORE, LEAST = 1.1, 0.02
OFTEN, SELDOM = 1.3, 0.7
LONGEST = 90


def name_of(facts: Mapping[str, Any]) -> str:
    """From the facts that `job` keeps of a group."""
    parts = [_tastes(facts), _rhythm(facts), _prices(facts)]
    return " · ".join(part for part in parts if part)[:LONGEST] or _("People with no habit in common")


def telling(inside: Mapping[str, float], everybody: Mapping[str, float]) -> list[str]:
    """The categories that set a group apart: those that add most to its distance from everybody (Kullback, Leibler)."""
    apart = {
        key: share * log(share / everybody[key])
        for key, share in inside.items()
        if share >= LEAST and everybody.get(key) and share >= MORE * everybody[key]
    }
    return sorted(apart, key=lambda key: (-apart[key], key))[:NAMED]


def _tastes(facts: Mapping[str, Any]) -> str:
    keys = [int(key) for key in facts.get("categories", ()) if str(key).isdecimal()]
    names = shop.category_names(keys)
    return ", ".join(names[key] for key in keys if key in names)


def _rhythm(facts: Mapping[str, Any]) -> str:
    orders, usual = facts.get("orders", 0.0), facts.get("orders_usual", 0.0)
    if not orders:
        return pgettext("group of people", "only look")
    if usual and orders >= OFTEN * usual:
        return pgettext("group of people", "buy often")
    return pgettext("group of people", "buy seldom") if usual and orders <= SELDOM * usual else ""


def _prices(facts: Mapping[str, Any]) -> str:
    tier = facts.get("tier")
    if tier is None:
        return ""
    if tier >= 2.4:  # of 1 to 3
        return pgettext("group of people", "high prices")
    return pgettext("group of people", "low prices") if tier <= 1.6 else ""
