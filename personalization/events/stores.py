"""In which of the shop's stores an order was placed, asked of a callable of its own: Oscar does not know."""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string

from personalization.conf import conf

LONGEST = 100
logger = logging.getLogger("personalization")


def stores_of(order_ids: Iterable[int]) -> dict[int, str]:
    """The store of each of these orders, as far as it is told; a failing callable says none."""
    asked = sorted(set(order_ids))
    if conf.STORE is None or not asked:
        return {}
    ask: Callable[[list[int]], Mapping[int, Any]] = import_string(conf.STORE)
    try:
        # A statement of the shop's own that fails must not take the order's events with it.
        with transaction.atomic():
            told = dict(ask(asked))
            return {one: _named(told[one]) for one in asked if told.get(one)}
    except Exception:  # the shop's own code may raise anything
        logger.exception("PERSONALIZATION_STORE failed; these orders are noted without their store")
        return {}


def _named(told: Any) -> str:
    return str(told).replace("\0", "").strip()[:LONGEST]
