"""Who and what the staff ask about: the stored block, the shopper, the product of the page."""

from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest

from personalization.events.accounts import may_see_accounts
from personalization.jobs.back_office import id_sent
from personalization.storefront.models import Block
from personalization.storefront.preview import default_product


def stored_block(asked: Any) -> Block | None:
    """The saved block that is meant."""
    return Block.objects.filter(pk=id_sent(asked.get("block")) or 0).first()


def shopper(request: HttpRequest, user_id: int | None) -> Any:
    """The account, for those who may see accounts; None stands for a stranger."""
    if user_id is None or not may_see_accounts(request.user):
        return None
    return get_user_model()._default_manager.filter(pk=user_id).first()


def product_for(block: Block | None, product_id: int | None) -> int | None:
    """The product of the page: the one that was named, else any where the block can't do without."""
    if product_id is None and block is not None and {"product", "basket"} & set(block.needs):
        return default_product()
    return product_id
