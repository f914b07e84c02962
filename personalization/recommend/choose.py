"""The choice: candidates, what is never offered, the owner's rules, stand-ins, and cards that may be bought now."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from personalization.conf import conf
from personalization.recommend.choosing import Choosing
from personalization.recommend.context import Context
from personalization.recommend.rules.pins import placed
from personalization.recommend.rules.rule import NO_RULES, Rules
from personalization.recommend.rules.trace import NO_TRACE, Trace
from personalization.recommend.selection import Choice, Selection
from personalization.recommend.strategies.strategy import Parameters, strategies


def choose(
    context: Context,
    strategy: str,
    *,
    limit: int | None = None,
    parameters: Parameters | None = None,
    minimum: int = 1,
    stand_ins: Sequence[str] | None = None,
    rules: Rules = NO_RULES,
    trace: Trace = NO_TRACE,
) -> Selection:
    """The products to show; those of a stand-in are added while there are fewer than `minimum`, strategy by strategy.

    Fewer than `minimum` in the end means none. `stand_ins` of () means: this strategy or nothing.
    Raises UnknownName for a strategy that is not registered.
    """
    wanted = limit or conf.CARD_LIMIT
    own = strategies.get(strategy)
    chain = [own, *(strategies.get(name) for name in (own.stand_ins if stand_ins is None else stand_ins))]
    enough = max(minimum, 1)
    choosing = Choosing(context, own, parameters or {}, rules, trace)
    if own.brings_product and not choosing.may_bring_product():
        return Selection(strategy)
    fixed = choosing.fixed(wanted)
    chosen: list[Choice] = []
    standing = {one.card.id for group in fixed.values() for one in group}
    for pool in choosing.pools(chain, but=standing, enough=enough - len(standing), wanted=wanted):
        more = choosing.bought_now(pool, wanted - len(chosen) - len(standing))
        chosen = _no_more_than_needed([*chosen, *more], enough=enough - len(standing))
        if len(chosen) + len(standing) >= enough:
            break
    row = placed(chosen, fixed)[:wanted]
    beside = choosing.brought
    if own.brings_product and beside is None:
        row = []
    for one in row:
        trace.shown(one.card.id, one.served_by)
    return Selection(strategy, tuple(row), beside) if len(row) >= enough else Selection(strategy)


def _no_more_than_needed(choices: Sequence[Choice], *, enough: int) -> list[Choice]:
    """Whole strategies, in their order, until there are enough; a pool may hold a stand-in that was not needed."""
    needed: list[Choice] = []
    for _, group in groupby(choices, key=attrgetter("served_by")):
        if needed and len(needed) >= enough:
            break
        needed += group
    return needed
