"""Live blocks as the scorecard judges them: what they would show, and what of it history cannot tell."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from personalization.recommend.evaluate.judged import JudgedBlock
from personalization.recommend.rules.models import ShopRule
from personalization.recommend.strategies.strategy import strategies
from personalization.storefront.models import Block


def judged_blocks(*, now: datetime) -> list[JudgedBlock]:
    """Those that shoppers see now, in the order of the places."""
    with_shop_rules = ShopRule.objects.exists()
    return [_judged(block, with_shop_rules) for block in Block.objects.live(now) if block.strategy in strategies]


def _judged(block: Block, with_shop_rules: bool) -> JudgedBlock:
    strategy = block.strategy_object()
    own = block.stand_ins()
    return JudgedBlock(
        number=block.pk,
        heading=block.heading(),
        slot=block.slot,
        strategy=block.strategy,
        parameters=strategy.clean(block.parameters),
        limit=block.limit,
        stand_ins=tuple(strategy.stand_ins if own is None else own),
        unjudged=tuple(_unjudged(block, with_shop_rules)),
    )


def _unjudged(block: Block, with_shop_rules: bool) -> Iterator[str]:
    if block.rules or with_shop_rules:
        yield _("its rules: they say what may be shown today, not then")
    if block.most_of_category or block.most_of_brand or block.strategy_object().most_of_category:
        yield _("the limits of one category or brand")
    if block.lean_margin or block.lean_stock:
        yield _("its dials of margin and stock")
    if block.parameters.get("where", "here") != "shop" and block.strategy == "bestsellers":
        yield _("whose best sellers: those of the whole shop were taken")
    if block.parameters.get("measure") in ("adds", "views"):
        yield _("its measure: orders were counted instead")
