"""What is answered to somebody who says what they think of a product."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization import shop
from personalization.events.person import Person
from personalization.people.models import Preference
from personalization.people.tell import (
    A_MINUTE,
    ANSWERS,
    forget_looks,
    is_too_fast,
    mute_brands,
    tell,
    undo,
    unmute_brands,
)

What = Preference.What
LONGEST = 100
UNDO, FORGET, BRAND, UNDO_BRAND = "undo", "forget", "no_brand", "undo_brand"
# What takes an answer back; an answer that is not here stands.
BACK = dict.fromkeys(ANSWERS, UNDO) | {BRAND: UNDO_BRAND}
TOLD: dict[str, str | Promise] = {
    What.NOT_INTERESTED: gettext_lazy("You will not be shown this again: %(product)s."),
    What.OWNED: gettext_lazy("You have it, so it will not be offered again: %(product)s."),
    What.GIFT: gettext_lazy("It was for somebody else, so we learn nothing from it: %(product)s."),
    UNDO: gettext_lazy("Taken back: %(product)s may be shown again."),
    FORGET: gettext_lazy("Forgotten that you looked at it: %(product)s."),
    BRAND: gettext_lazy("You will be shown nothing of this brand again: %(brand)s."),
    UNDO_BRAND: gettext_lazy("Taken back: goods of %(brand)s may be shown again."),
}


@dataclass(frozen=True)
class Reply:
    """A status, a sentence, the word on the button that takes it back, and for how many seconds to wait.

    `back` is what that button says.
    """

    status: int
    told: str
    undo: str = ""
    back: str = ""
    wait: int = 0


def reply_to(who: Callable[[], Person], *, what: str, product: str, now: datetime) -> Reply:
    """Keeps the answer if it may be kept. `who` is asked only for an answer that makes sense."""
    if what not in TOLD or not (product.isdecimal() and len(product) < 19):
        return Reply(400, _("This answer could not be read. Please open the page again."))
    title = shop.titles([int(product)]).get(int(product))
    if title is None:
        return Reply(404, _("The shop does not have this product any more."))
    person = who()
    if not person.is_known:
        return Reply(403, _("Your answer was not kept, because you have not agreed to be remembered."))
    brands = _brands_of(int(product)) if what in (BRAND, UNDO_BRAND) else []
    if what in (BRAND, UNDO_BRAND) and not brands:
        return Reply(200, _("The shop does not say of which brand this is, so nothing changes: %s.") % title)
    if what in BACK and is_too_fast(person, now=now):
        return Reply(429, _("That was a lot at once. Please wait a minute."), wait=int(A_MINUTE.total_seconds()))
    _keep(person, what, int(product), brands, now)
    told = str(TOLD[what]) % {"product": title, "brand": ", ".join(brands)}
    return Reply(200, told, _("Undo") if what in BACK else "", BACK.get(what, ""))


def _brands_of(product_id: int) -> list[str]:
    known = shop.traits([product_id]).get(product_id)
    return sorted(one for one in known.brands if 0 < len(one) <= LONGEST) if known else []


def _keep(person: Person, what: str, product_id: int, brands: list[str], now: datetime) -> None:
    if what == BRAND:
        mute_brands(person, brands, now=now)
    elif what == UNDO_BRAND:
        unmute_brands(person, brands)
    elif what == UNDO:
        undo(person, product_id=product_id)
    elif what == FORGET:
        forget_looks(person, product_id=product_id)
    else:
        tell(person, what, product_id=product_id, now=now)
