"""What a pop-up would look like to somebody, and which would come: as in the shop, but noted nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _

from personalization import shop
from personalization.events.person import Person
from personalization.guard import unhurried
from personalization.people.rules.rule import Visit
from personalization.storefront.popups import ledger, showing, sight
from personalization.storefront.popups.models import Popup
from personalization.storefront.popups.reasons import REASONS
from personalization.storefront.popups.sight import AtHand
from personalization.storefront.popups.weighing import Scene, weigh
from personalization.storefront.preview import default_product
from personalization.storefront.request import Page
from personalization.storefront.triggers.trigger import Moment


@dataclass(frozen=True)
class Preview:
    """Its HTML; `why` says what is made up in it."""

    html: str = ""
    why: str = ""


@dataclass(frozen=True)
class Question:
    """Whom, where and when the owner asks about."""

    user: Any = None
    kind: str = ""
    product_id: int | None = None
    page: int = 2
    visit: int = 2
    product_views: int = 1
    results: int | None = None


@dataclass(frozen=True)
class Answer:
    """A pop-up, whether it is the one that comes, and why not."""

    popup: Popup
    wins: bool
    why_not: str


def preview(popup: Popup, *, now: datetime, user: Any = None) -> Preview:
    """With what it would hold for this shopper; where that is nothing, with what it might hold."""
    design = popup.design_object()
    if design is None:
        return Preview(why=_("Its code is gone: choose something else."))
    page = _page(now=now, user=user)
    with unhurried():
        content = showing.content_of(popup, page, product_id=default_product())
    why = "" if content else _("For this shopper it would hold nothing just now; this is what it might hold.")
    held = content if content and not design.gives else design.imagined(popup.held)
    return Preview(showing.drawn(popup, held, page, showing_id="preview"), why)


def which(popups: Sequence[Popup], question: Question, *, now: datetime) -> list[Answer]:
    """Each pop-up in the owner's order: which one comes first, and what stands in the way of the others."""
    page = _page(now=now, user=question.user)
    lying = page.lying.total
    at_hand = replace(
        sight.read(None, page.person, visit_id=None, product_id=question.product_id, now=now),
        lines=ledger.lines_of(page.person),
    )
    found: list[Answer] = []
    with unhurried():
        for verdict in weigh(popups, _scene(question, page, at_hand, lying)):
            why = verdict.why_not
            if not why and showing.content_of(verdict.popup, page, product_id=question.product_id) is None:
                why = "empty"
            wins = not why and not any(one.wins for one in found)
            reason = "" if wins else REASONS[why or "behind"]
            found.append(Answer(verdict.popup, wins, str(reason)))
    return found


def _scene(question: Question, page: Page, at_hand: AtHand, total: Any) -> Scene:
    moment = Moment(
        page=question.page, visit=question.visit, product_id=question.product_id, results=question.results,
        product_views=max(question.product_views, at_hand.product_views), basket_total=total,
        basket_seconds=0.0 if total else None,
    )  # fmt: skip
    who = str(page.person.user_id or "")
    return Scene(page.now, moment, question.kind, at_hand.lines, at_hand, who, None, lambda whom: whom.has(page.is_in))


def _page(*, now: datetime, user: Any) -> Page:
    request = HttpRequest()
    request.user = user or AnonymousUser()
    page = Page(request, Person(user_id=user.pk if user else None), shop.buying(user=user), now)
    # Whose browser this would be nobody knows; what lies in their basket is known.
    page.visit = Visit(basket_total=page.lying.total, basket_products=frozenset(page.basket_ids))
    return page
