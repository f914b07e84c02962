"""What the shop earns on its goods, asked of a callable of its own: Oscar does not know."""

import logging
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string

from personalization.conf import conf

logger = logging.getLogger("personalization")


def margins(product_ids: Sequence[int]) -> dict[int, float]:
    """The share of the price that the shop keeps, as far as it is told; a failing callable says none."""
    if conf.MARGIN is None or not product_ids:
        return {}
    ask: Callable[[list[int]], Mapping[int, Any]] = import_string(conf.MARGIN)
    try:
        # A statement of the shop's own that fails must not take the whole look with it.
        with transaction.atomic():
            told = dict(ask(list(product_ids)))
            return {one: float(told[one]) for one in product_ids if _is_share(told.get(one), one)}
    except Exception:  # the shop's own code may raise anything
        logger.exception("PERSONALIZATION_MARGIN failed; these goods have no margin until it works")
        return {}


def _is_share(told: Any, product_id: int) -> bool:
    if told is None:
        return False
    share = float(told)
    if isfinite(share) and 0 <= share <= 1:
        return True
    logger.warning("PERSONALIZATION_MARGIN says %s of product %s: it must be between 0 and 1", told, product_id)
    return False
