"""The page that takes a choice to pieces: for a block, a shopper and a page of the shop."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from personalization import shop
from personalization.events.accounts import find_accounts, may_see_accounts
from personalization.jobs.back_office import id_sent
from personalization.storefront.admin import asked
from personalization.storefront.explain import Explanation, explain
from personalization.storefront.models import Block


@dataclass(frozen=True)
class Question:
    """Who, where, and about what; each with the words that stand in its field."""

    block: Block | None
    shopper: Any = None
    product_id: int | None = None
    asked_id: int | None = None
    shopper_words: str = ""
    product_words: str = ""
    asked_words: str = ""
    # What was typed for the shopper, where the shop knows nobody by it.
    unknown: str = ""


def question_of(request: HttpRequest) -> Question:
    """What the form asks; without a script its fields hold words, of which the first match is taken."""
    block = asked.stored_block(request.GET) or Block.objects.first()
    shopper = asked.shopper(request, _shopper_id(request))
    typed = request.GET.get("shopper", "").strip()
    product_id = asked.product_for(block, _product(request, "product"))
    asked_id = _product(request, "asked")
    titles = shop.titles([product_id, asked_id])
    return Question(
        block=block,
        shopper=shopper,
        product_id=product_id,
        asked_id=asked_id,
        shopper_words=shopper.email if shopper else "",
        product_words=titles.get(product_id or 0, ""),
        unknown=typed if typed and shopper is None and may_see_accounts(request.user) else "",
        asked_words=titles.get(asked_id or 0, request.GET.get("asked", "").strip()),
    )


def answer(question: Question) -> Explanation | None:
    """The explanation; None as long as the shop has no block."""
    if question.block is None:
        return None
    return explain(
        question.block, now=timezone.now(), user=question.shopper, product_id=question.product_id,
        asked_id=question.asked_id,
    )  # fmt: skip


def _product(request: HttpRequest, name: str) -> int | None:
    if chosen := id_sent(request.GET.get(f"{name}_id")):
        return chosen
    found = shop.find_products(request.GET.get(name, ""), limit=1)
    return found[0].id if found else None


def _shopper_id(request: HttpRequest) -> int | None:
    chosen, words = id_sent(request.GET.get("shopper_id")), request.GET.get("shopper", "").strip()
    if chosen is None and words and may_see_accounts(request.user):
        return next((pk for pk, _email in find_accounts(words, limit=1)), None)
    return chosen
