"""What a block would show to somebody, somewhere: chosen and rendered as in the shop, and noted nowhere."""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from personalization import shop
from personalization.campaigns.audience_words import not_shown_told, segments_in
from personalization.events.person import Person
from personalization.guard import unhurried
from personalization.people.rules.rule import Visit
from personalization.recommend.periods import MEASURES, PERIODS
from personalization.recommend.probe import reads_model
from personalization.recommend.reasons import sentence
from personalization.recommend.selection import Choice, Selection
from personalization.recommend.strategies.strategy import strategies
from personalization.recommend.tables import Tables
from personalization.storefront.blocks import Wish, select, shown, template_of, wish_of
from personalization.storefront.models import Block
from personalization.storefront.request import Page


@dataclass(frozen=True)
class Explained:
    """Why one product is there."""

    title: str
    by: str
    is_stand_in: bool
    reason: str


@dataclass(frozen=True)
class Preview:
    """The block's HTML with its explanation; `why_empty` says what to do when nothing is shown."""

    html: str = ""
    rows: tuple[Explained, ...] = ()
    why_empty: str = ""
    # Why this shopper would not see it all the same.
    not_shown: str = ""

    @property
    def has_stand_ins(self) -> bool:
        """Some products do not come from the kind of list that was asked for."""
        return any(row.is_stand_in for row in self.rows)


def preview(
    block: Block, *, request: HttpRequest, now: datetime, user: Any = None, product_id: int | None = None
) -> Preview:
    """The block for this shopper (None is a stranger) on the page of this product."""
    if block.strategy not in strategies:
        return Preview(why_empty=_("Its code is gone: choose another kind of list."))
    page, wish = imagined(block, now=now, user=user, product_id=product_id), wish_of(block)
    with unhurried():
        selection = select(wish, page, product=as_product(product_id))
        hidden = not_shown(block, page, user=user)
    if not selection.choices:
        return Preview(why_empty=_why_empty(wish, page, user=user, product_id=product_id), not_shown=hidden)
    html = render_to_string(template_of(wish), {"block": shown(wish, selection, page)}, request=request)
    return Preview(html, tuple(_explained(choice, selection, wish) for choice in selection.choices), not_shown=hidden)


def not_shown(block: Block, page: Page, *, user: Any) -> str:
    """Why this shopper would not see the block, by whom it is for; empty if they would."""
    if page.is_for(block):
        return ""
    who = _("This shopper") if user else _("A stranger")
    return not_shown_told(block.for_whom, segments_in([block]), page.is_in, who=who)


def imagined(block: Block, *, now: datetime, user: Any, product_id: int | None) -> Page:
    """A page as this shopper would open it: their history and their basket, whoever looks at the preview.

    For a block that needs a basket, the product lies in an empty one.
    """
    request = HttpRequest()
    request.user = user or AnonymousUser()
    page = Page(request, Person(user_id=user.pk if user else None), shop.buying(user=user), now)
    # Whose browser this would be, whence they came and where they are nobody knows; what lies in their basket is known.
    page.visit = Visit(basket_total=page.lying.total, basket_products=frozenset(page.basket_ids))
    if product_id and "basket" in block.needs and not page.basket_ids:
        page.basket_ids = (product_id,)
    return page


def as_product(product_id: int | None) -> Any:
    """As much of a product as a page looks at; None where the page is about none."""
    return SimpleNamespace(pk=product_id, parent_id=None) if product_id else None


def default_product() -> int | None:
    """A product for a first look: the best seller, or whatever came last."""
    ranked = Tables().ranked(measure=MEASURES.UNITS, period=PERIODS.MONTH)
    return next(iter(ranked or shop.newest(limit=1)), None)


def _explained(choice: Choice, selection: Selection, wish: Wish) -> Explained:
    strategy = strategies.get(choice.served_by)
    reason = choice.card.reason or sentence(choice.candidate.reason)
    told = strategy.describe(wish.parameters if choice.served_by == wish.strategy else {})
    is_stand_in = choice.served_by != selection.strategy
    return Explained(
        choice.card.title, str(strategy.label), is_stand_in, reason or _("one of those %(which)s") % {"which": told}
    )


def _why_empty(wish: Wish, page: Page, *, user: Any, product_id: int | None) -> str:
    needs = strategies.get(wish.strategy).needs
    if reads_model(wish.strategy) and page.tables.run_id is None:
        return _("No model has been trained yet: start a training. Until then this block has nothing to show.")
    if "product" in needs and not product_id:
        return _("This block goes on the page of a product: choose a product above.")
    if "basket" in needs and not page.basket_ids:
        return _("The basket is empty: choose a product above, as if it lay in the basket.")
    if "search" in needs:
        return _("This block goes on the page of a search; here nobody searches, so there is nothing to show.")
    if "account" in needs and user is None:
        return _("A stranger belongs to no group of shoppers, so the block stays hidden: choose a shopper above.")
    if "account" in needs and not page.tables.groups(user.pk):
        return _("This shopper has bought too little to be like others: choose another one.")
    if "region" in needs and not page.region:
        return _("Nobody knows in which region this shopper is, so the block stays hidden: choose another one.")
    if "history" in needs and user is None:
        return _("A stranger has no history yet, so the block stays hidden: choose a shopper above.")
    if "history" in needs and not page.history.happenings:
        return _("This shopper has done nothing yet that counts: choose another one.")
    text = _(
        "Fewer products than the minimum of %(minimum)s can be bought now, so the block stays hidden: lower the "
        "minimum, or let it be filled up."
    )
    return text % {"minimum": wish.minimum}
