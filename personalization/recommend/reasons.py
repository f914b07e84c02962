"""Why a product is offered: a code that is stored with the impression and a sentence that the shopper reads."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class Reason(StrEnum):
    """Stored with every impression; never renamed."""

    USUAL = "usual"
    BOUGHT = "bought"
    VIEWED = "viewed"
    BASKET = "basket"
    TASTE = "taste"
    TOGETHER = "together"
    SIMILAR = "similar"
    RECENT = "recent"
    NEW = "new"
    POPULAR = "popular"
    TRENDING = "trending"
    PICKED = "picked"
    FINER = "finer"
    CHEAPER = "cheaper"
    LEFT = "left"
    WAITING = "waiting"
    WISHED = "wished"
    PRICE_DROP = "price_drop"
    BACK = "back"
    ASKED = "asked"
    DUE = "due"
    RUNS_OUT = "runs_out"
    NEW_FOR_YOU = "new_for_you"
    NEARBY = "nearby"
    ALIKE = "alike"
    VIEWED_NEXT = "viewed_next"
    SEARCHED = "searched"


# Translated when they are read, and then the one that is asked for only.
_WITH_PRODUCT = {
    Reason.BOUGHT: _("Because you bought %(product)s"),
    Reason.VIEWED: _("Because you looked at %(product)s"),
    Reason.BASKET: _("Goes with %(product)s in your basket"),
    Reason.TOGETHER: _("Often bought with %(product)s"),
}
_PLAIN = {
    Reason.USUAL: _("You buy this regularly"),
    Reason.TOGETHER: _("Often bought together"),
    Reason.SIMILAR: _("Could be taken instead"),
    Reason.POPULAR: _("Many people choose it"),
    Reason.TASTE: _("Fits what you usually buy"),
    Reason.RECENT: _("You looked at this"),
    Reason.NEW: _("New in the shop"),
    Reason.TRENDING: _("Selling better than usual"),
    Reason.PICKED: _("Picked by the shop"),
    Reason.FINER: _("A finer choice for a little more"),
    Reason.CHEAPER: _("A good choice for less"),
    Reason.LEFT: _("You had this in your basket"),
    Reason.WAITING: _("Still in your basket"),
    Reason.WISHED: _("On your wish list"),
    Reason.PRICE_DROP: _("Cheaper since you looked at it"),
    Reason.BACK: _("Back in stock"),
    Reason.ASKED: _("Back in stock, as you wished"),
    Reason.DUE: _("You usually buy it about now"),
    Reason.RUNS_OUT: _("You may be running out of it"),
    Reason.NEW_FOR_YOU: _("New, and of a kind that you like"),
    Reason.NEARBY: _("Popular near you"),
    Reason.ALIKE: _("Popular with people like you"),
    Reason.VIEWED_NEXT: _("Others looked at this next"),
    Reason.SEARCHED: _("Often chosen after this search"),
}
_CODES = frozenset(Reason)


def sentence(reason: str, *, because: str = "", times: int = 0) -> str:
    """The reason in the reader's language; may be empty.

    `because` is the title of the product that it goes back to, `times` how often that happened, or after how many days.
    """
    if times > 1 and (told := _told_often(reason, because, times)):
        return told
    if because and reason in _WITH_PRODUCT:
        return str(_WITH_PRODUCT[Reason(reason)]) % {"product": because}
    return str(_PLAIN.get(Reason(reason), "")) if reason in _CODES else ""


def _told_often(reason: str, because: str, times: int) -> str:
    words = {"product": because, "n": times}
    if reason == Reason.DUE:
        return ngettext("You usually buy it every %(n)s day", "You usually buy it every %(n)s days", times) % words
    if reason == Reason.USUAL:
        return ngettext("You have bought this %(n)s time", "You have bought this %(n)s times", times) % words
    if reason == Reason.BOUGHT and because:
        told = ngettext(
            "Because you bought %(product)s %(n)s time", "Because you bought %(product)s %(n)s times", times
        )
        return told % words
    return ""
