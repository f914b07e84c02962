"""What the page noted of its blocks, in words: made while it is drawn, for later nobody knows how it was."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from personalization.recommend.rules.trace import Step
from personalization.recommend.strategies.strategy import strategies
from personalization.storefront.explain import level_of, out_told, reason_of, removal_of
from personalization.storefront.explain_words import timing_told
from personalization.storefront.watch import BlockSeen, Watch

MOST_REASONS = 8


def told(watch: Watch) -> dict[str, Any]:
    """All that can be sent along: plain words and numbers."""
    return {"blocks": [_block(one) for one in watch.blocks], "slots": watch.slots}


def _block(seen: BlockSeen) -> dict[str, Any]:
    wish, selection = seen.wish, seen.selection
    label = str(strategies.get(wish.strategy).label) if wish.strategy in strategies else wish.strategy
    about = {"id": wish.block_id, "slot": wish.slot, "label": label, "title": wish.title}
    if selection is None:
        return about | {"state": "away", "level": _("It is for other people.")}
    return about | {
        "state": "shown" if seen.is_shown else "hidden",
        "level": level_of(selection, strategy=wish.strategy, minimum=wish.minimum),
        "ms": round(1000 * seen.seconds, 1),
        "chosen": [[one.card.title, reason_of(one), _by(one.served_by)] for one in selection.choices],
        "out": [[why, number] for why, number in Counter(_reasons(seen)).most_common(MOST_REASONS)],
        "parts": [[timing_told(part), round(1000 * spent, 1)] for part, spent in _parts(seen)],
    }


def _by(strategy: str) -> str:
    return str(strategies.get(strategy).label) if strategy in strategies else strategy


def _parts(seen: BlockSeen) -> list[tuple[str, float]]:
    return sorted(seen.trace.seconds.items(), key=lambda one: -one[1])


def _reasons(seen: BlockSeen) -> Iterator[str]:
    chosen = {one.card.id for one in seen.selection.choices} if seen.selection else set()
    steps: dict[int, list[Step]] = {}
    for step in seen.trace.steps:
        steps.setdefault(step.product_id, []).append(step)
    for product_id, mine in steps.items():
        out = removal_of(mine)
        if product_id in chosen or seen.context is None:
            continue
        yield out_told(out, seen.context) if out else _("enough others came first")
