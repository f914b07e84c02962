"""Says in words why a personal code gives this basket nothing: Oscar's own sentence would not tell."""

from functools import partial
from typing import Any

from django.contrib import messages
from oscar.core.loading import get_class

from personalization.conf import conf
from personalization.guard import guarded
from personalization.shop.promise import refused_because


def connect() -> None:
    """Listens to codes that are typed in."""
    signal = get_class("basket.signals", "voucher_addition")
    signal.connect(voucher_typed, dispatch_uid="personalization.voucher_typed", weak=False)


def voucher_typed(sender: Any, *, basket: Any = None, voucher: Any = None, **_: Any) -> None:
    """Cannot raise; Oscar takes the code off again by itself."""
    if conf.ENABLED:
        guarded(partial(_tell, basket, voucher), doing="saying why a code gives nothing", fallback=None)


def _tell(basket: Any, voucher: Any) -> None:
    request = getattr(getattr(basket, "strategy", None), "request", None)
    if request is not None and (told := refused_because(voucher, basket)):
        messages.error(request, told)
