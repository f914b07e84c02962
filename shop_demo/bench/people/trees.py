"""Fifty segments as an owner would build them, from a column of the profile to groups within groups."""

from collections.abc import Iterator
from typing import Any

Tree = dict[str, Any]


def rule(name: str, **params: Any) -> Tree:
    """A leaf, as it is stored."""
    return {"rule": name, "params": params}


def fifty() -> dict[str, Tree]:
    """Each under its name."""
    found = {f"bench: {name}": tree for name, tree in _all()}
    if len(found) != 50:
        raise AssertionError(f"{len(found)} segments are not fifty.")
    return found


def counted() -> dict[str, Tree]:
    """Those of which the live count is measured, from the plain one to the nested one."""
    looked = rule("behaviour", deed="product_viewed", least=2, days=30)
    bought = rule("orders", least=1, days=90)
    lost_interest = {"all": [rule("behaviour", deed="product_viewed", least=3, days=60),
                             {"not": rule("orders", least=1, days=60)}]}  # fmt: skip
    return {
        "a column": rule("orders", least=2),
        "views in 30 days": looked,
        "orders in 90 days": bought,
        "two windows": lost_interest,
        "left in the basket, not bought": rule("behaviour", deed="basket_added", least=1, days=30, is_unbought=True),
        "nested": {"any": [
            {"all": [rule("orders", least=3), rule("rfm", recency_least=3), {"not": rule("visits", least=1, days=14)}]},
            {"all": [rule("spent", measure="sum", least=100, days=180),
                     {"any": [rule("device", devices=["phone"]), rule("searched", least=1, days=90)]}]},
        ]},
    }  # fmt: skip


def _all() -> Iterator[tuple[str, Tree]]:
    yield from counted().items()
    yield from _columns()
    yield from _windows()
    yield from _groups()


def _columns() -> Iterator[tuple[str, Tree]]:
    for least in (1, 3, 5, 8):
        yield f"bought {least} times", rule("orders", least=least)
    for least in (50, 100, 200, 500):
        yield f"spent {least}", rule("spent", measure="sum", least=least)
    for days in (30, 90, 180):
        yield f"bought within {days} days", rule("recency", most=days)
    for stage in ("new", "active", "loyal", "at_risk", "lost"):
        yield stage, rule("lifecycle", stages=[stage])
    for tier in (1, 2, 3):
        yield f"price tier {tier}", rule("price_tier", tiers=[tier])
    for number in (1, 2, 3, 4):
        yield f"likes brand {number}", rule("taste", brands=[f"brand {number}"], least=5)
    for device in ("phone", "tablet"):
        yield device, rule("device", devices=[device])
    yield "best customers", rule("rfm", recency_least=4, frequency_least=4, monetary_least=4)
    yield "one in ten", rule("share", percent="10", salt="bench")
    yield "at a discount", rule("discount_share", least=30)


def _windows() -> Iterator[tuple[str, Tree]]:
    for days in (7, 60):
        yield f"looked within {days} days", rule("behaviour", deed="product_viewed", least=1, days=days)
        yield f"came within {days} days", rule("visits", least=1, days=days)
        yield f"spent within {days} days", rule("spent", measure="sum", least=50, days=days)
    yield "looked at a brand", rule("behaviour", deed="product_viewed", least=1, days=90, brands=["brand 7"])
    yield "bought a brand", rule("orders", least=1, brands=["brand 7"])
    yield "searched", rule("searched", least=1, days=30)
    yield "average in half a year", rule("spent", measure="average", least=80, days=180)


def _groups() -> Iterator[tuple[str, Tree]]:
    for days in (30, 60, 90):
        yield f"looked, did not buy, {days} days", {"all": [
            rule("behaviour", deed="product_viewed", least=1, days=days), {"not": rule("orders", least=1, days=days)},
        ]}  # fmt: skip
    for device in ("phone", "desktop"):
        yield f"window shoppers by {device}", {"all": [
            rule("device", devices=[device]), rule("visits", least=3), rule("orders", most=1),
        ]}  # fmt: skip
    yield "away", {"not": {"any": [rule("visits", least=1, days=120), rule("orders", least=1, days=180)]}}
