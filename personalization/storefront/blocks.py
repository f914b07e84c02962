"""Renders a choice into a page, and notes what was shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

from django.template.context_processors import csrf
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from personalization.conf import conf
from personalization.events.identifiers import event_id
from personalization.events.record import record
from personalization.guard import READING, guarded
from personalization.recommend.bundles.saving import Joint, joint
from personalization.recommend.choose import choose
from personalization.recommend.rules.rule import Rules
from personalization.recommend.rules.trace import NO_TRACE, FullTrace, Trace
from personalization.recommend.selection import Selection
from personalization.recommend.strategies.strategy import strategies
from personalization.shop import ProductCard
from personalization.storefront.models import Block
from personalization.storefront.request import Page
from personalization.storefront.watch import BlockSeen

TEMPLATE = "personalization/block.html"
NOTHING = mark_safe("")
MINIMUM = 3
BEST = "bestsellers"


@dataclass(frozen=True)
class Wish:
    """What a tag or an owner's block asks for."""

    strategy: str
    title: str = ""
    limit: int | None = None
    minimum: int = MINIMUM
    stand_ins: Sequence[str] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    template: str = ""
    slot: str = ""
    block_id: int | None = None
    block: Block | None = None


@dataclass(frozen=True)
class Shown:
    """What the template gets as `block`."""

    title: str
    cards: list[ProductCard]
    slug: str
    # The id under which the log knows this showing; the browser says it back with a click. Empty: nothing is noted.
    shown_id: str = ""
    slot: str = ""
    strategy: str = ""
    block_id: int | None = None
    # This person may tell us what they think of a product: whatever they say can be kept.
    may_tell: bool = False
    # And of its brand, where the shop says which it is.
    may_tell_brand: bool = False
    subtitle: str = ""
    # What the cards cost together, where they are meant to be bought together.
    joint: Joint | None = None
    see_all_url: str = ""
    period_label: str = ""


def wish_of(block: Block) -> Wish:
    """An owner's block as a wish."""
    return Wish(
        strategy=block.strategy,
        title=block.own_heading(),
        limit=block.limit,
        minimum=block.minimum,
        stand_ins=block.stand_ins(),
        parameters=block.parameters,
        slot=block.slot,
        block_id=block.pk,
        block=block,
    )


def show(wish: Wish, page: Page, *, product: Any = None, category: Any = None) -> SafeString:
    """The block's HTML, noted as shown; empty when there is too little to show, or when anything fails."""
    # While nothing of ours can be read, nine blocks would ask nine strategies and their stand-ins in vain.
    if not conf.ENABLED or not READING.is_worth_a_try:
        return NOTHING
    return guarded(
        lambda: _show(wish, page, product, category), doing=f"showing the block {wish.strategy}", fallback=NOTHING
    )


def select(wish: Wish, page: Page, *, product: Any = None, category: Any = None, trace: Trace = NO_TRACE) -> Selection:
    """The choice for a wish; where its strategy fails, the best sellers, if they may stand in for it."""
    context = page.context(product=product, category=category)
    (wanted, minimum), rules = _how_many(wish), rules_of(wish, page)

    def ask(strategy: str, **more: Any) -> Selection:
        return choose(context, strategy, limit=wanted, minimum=minimum, rules=rules, trace=trace, **more)

    selection = guarded(
        lambda: ask(wish.strategy, parameters=wish.parameters, stand_ins=wish.stand_ins),
        doing=f"choosing by {wish.strategy}",
        fallback=None,
    )
    if selection is not None:
        return selection
    # Still the choice for this wish: its log and its heading must not pass best sellers off as something else.
    return replace(ask(BEST), strategy=wish.strategy) if BEST in _stand_ins(wish) else Selection(wish.strategy)


def template_of(wish: Wish) -> str:
    """What draws it: what the page asks for, else what suits the strategy."""
    own = strategies.get(wish.strategy).template if wish.strategy in strategies else ""
    return wish.template or own or TEMPLATE


def _how_many(wish: Wish) -> tuple[int, int]:
    """At most and at least so many are to be chosen; the page's product, if it is shown along, is one of the block."""
    limit, minimum = wish.limit or conf.CARD_LIMIT, wish.minimum
    if wish.strategy in strategies:
        strategy = strategies.get(wish.strategy)
        limit = min(limit, strategy.most_shown or limit) - strategy.brings_product
        minimum -= strategy.brings_product
    return max(limit, 1), max(min(minimum, limit), 1)


def rules_of(wish: Wish, page: Page) -> Rules:
    """The rules of the whole shop, and those of the block behind the wish if there is one."""
    if wish.block is not None:
        return wish.block.rules_with(page.shop_rules)
    return Rules(rules=page.shop_rules, tires_after=conf.TIRES_AFTER)


def shown(wish: Wish, selection: Selection, page: Page) -> Shown:
    """What the template needs; a block filled by a stand-in alone carries the stand-in's honest heading."""
    beside, cards = selection.beside, selection.cards
    filled_by = wish.strategy if selection.is_own or not selection.choices else selection.choices[0].served_by
    strategy, is_own = strategies.get(filled_by), filled_by == wish.strategy
    return Shown(
        title=(wish.title if is_own else "") or str(strategy.title),
        period_label=_about(strategy.period(wish.parameters if is_own else {}), selection),
        cards=cards,
        joint=joint(cards, page.tables.bundle(beside.id), now=page.now) if beside else None,
        slug=slugify(f"pz-{wish.slot or wish.strategy}-{wish.block_id or ''}").strip("-"),
        slot=wish.slot,
        strategy=wish.strategy,
        block_id=wish.block_id,
    )


def _about(period: str, selection: Selection) -> str:
    """Whose list it is, where that is not what everybody would take it for, and of which time."""
    level = selection.level
    return ", ".join(part for part in (level.told if level else "", period) if part)


def _stand_ins(wish: Wish) -> Sequence[str]:
    if wish.stand_ins is not None:
        return wish.stand_ins
    # The code of a stored strategy may be gone with the shop's next release.
    return strategies.get(wish.strategy).stand_ins if wish.strategy in strategies else (BEST,)


def _csrf(page: Page) -> dict[str, Any]:
    return csrf(page.request) if page.request is not None else {}


def _show(wish: Wish, page: Page, product: Any, category: Any) -> SafeString:
    trace, began = NO_TRACE if page.watch is None else FullTrace(), perf_counter()
    selection = select(wish, page, product=product, category=category, trace=trace)
    html = _drawn(wish, selection, page)
    if page.watch is not None and isinstance(trace, FullTrace):
        context = page.context(product=product, category=category)
        seen = BlockSeen(wish, selection, trace, context, perf_counter() - began, bool(html))
        page.watch.blocks.append(seen)
    return html


def _drawn(wish: Wish, selection: Selection, page: Page) -> SafeString:
    if not selection.choices:
        return NOTHING
    block = shown(wish, selection, page)
    if selection.beside and block.joint is None:
        return NOTHING
    identifier = event_id(page.now)
    known = page.person.is_known and page.request is not None
    shown_id = str(identifier) if page.request is not None else ""
    block = replace(
        block,
        slug=page.once(block.slug),
        shown_id=shown_id,
        may_tell=known,
        may_tell_brand=known and bool(conf.BRAND_ATTRIBUTE),
    )
    # Not with the shop's context processors: they ran for the page, and some of Oscar's ask the database each time.
    html = render_to_string(template_of(wish), {"block": block, "request": page.request, **_csrf(page)})
    page.shown_ids.update(card.id for card in selection.cards)
    told = {"block": wish.block_id, "slot": wish.slot, "model": page.tables.version_read()}
    record("block_shown", payload=told | selection.told(), identifier=identifier)
    return html
