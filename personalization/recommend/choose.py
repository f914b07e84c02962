"""The choice: candidates, filters, stand-ins, and cards that may be bought now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from personalization import shop
from personalization.conf import conf
from personalization.recommend.context import Context
from personalization.recommend.obey import obeyed, without_gifts
from personalization.recommend.reasons import sentence
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies
from personalization.shop import ProductCard

# Enough spare candidates that some may be out of stock, few enough that loading them costs little.
SPARE = 2


@dataclass(frozen=True)
class Choice:
    """A product that will be shown."""

    card: ProductCard
    candidate: Candidate
    served_by: str


@dataclass(frozen=True)
class Selection:
    """What a block shows, and how it came to it."""

    strategy: str
    choices: tuple[Choice, ...] = ()

    @property
    def cards(self) -> list[ProductCard]:
        """The cards, each with its reason."""
        return [choice.card for choice in self.choices]

    @property
    def served_by(self) -> str:
        """The strategies that filled it, the loudest first, joined by '+'; empty when there is nothing."""
        return "+".join(dict.fromkeys(choice.served_by for choice in self.choices))

    @property
    def is_own(self) -> bool:
        """At least one product comes from the strategy that was asked for."""
        return any(choice.served_by == self.strategy for choice in self.choices)

    def told(self) -> dict[str, Any]:
        """What the log keeps of it."""
        products = [
            {
                "id": one.card.id,
                "reason": str(one.candidate.reason),
                "because": one.candidate.because_id,
                "by": one.served_by,
            }
            for one in self.choices
        ]
        return {"strategy": self.strategy, "served_by": self.served_by, "products": products}


def choose(
    context: Context,
    strategy: str,
    *,
    limit: int | None = None,
    parameters: Parameters | None = None,
    minimum: int = 1,
    stand_ins: Sequence[str] | None = None,
) -> Selection:
    """The products to show; those of a stand-in are added while there are fewer than `minimum`, strategy by strategy.

    Fewer than `minimum` in the end means none. `stand_ins` of () means: this strategy or nothing.
    Raises UnknownName for a strategy that is not registered.
    """
    wanted = limit or conf.CARD_LIMIT
    own = strategies.get(strategy)
    chain = [own, *(strategies.get(name) for name in (own.stand_ins if stand_ins is None else stand_ins))]
    enough = max(minimum, 1)
    chosen: list[Choice] = []
    for pool in _pools(chain, context, parameters or {}, enough=enough, wanted=wanted):
        chosen = _no_more_than_needed([*chosen, *_bought_now(pool, context, wanted - len(chosen))], enough=enough)
        if len(chosen) >= enough:
            break
    return Selection(strategy, tuple(chosen) if len(chosen) >= minimum else ())


def _no_more_than_needed(choices: Sequence[Choice], *, enough: int) -> list[Choice]:
    """Whole strategies, in their order, until there are enough; a pool may hold a stand-in that was not needed."""
    needed: list[Choice] = []
    for _, group in groupby(choices, key=attrgetter("served_by")):
        if len(needed) >= enough:
            break
        needed += group
    return needed


Named = tuple[Strategy, Candidate]


def _pools(
    chain: Sequence[Strategy], context: Context, parameters: Parameters, *, enough: int, wanted: int
) -> Iterator[list[Named]]:
    """Filtered candidates, as many strategies at a time as it takes to have enough: few look-ups, few card queries."""
    pool: list[Named] = []
    seen: set[int] = set()
    for position, strategy in enumerate(chain):
        own = parameters if position == 0 else {}
        for candidate in _clean(strategy, context, strategy.candidates(without_gifts(context), own)):
            if candidate.product_id not in seen:
                seen.add(candidate.product_id)
                pool.append((strategy, candidate))
        if len(pool) >= enough + SPARE:
            yield pool[: wanted * 2 + SPARE]
            pool = pool[wanted * 2 + SPARE :]
    if pool:
        yield pool


def _clean(strategy: Strategy, context: Context, candidates: Sequence[Candidate]) -> list[Candidate]:
    hidden = hidden_ids(strategy, context)
    return obeyed([candidate for candidate in candidates if candidate.product_id not in hidden], context)


def hidden_ids(strategy: Strategy, context: Context) -> set[int]:
    """What is never offered here: the product itself, what stands above, the basket, what was just bought."""
    hidden = {*context.shown_ids, context.product_id}
    if not strategy.keeps_basket:
        since = context.now - timedelta(days=conf.JUST_BOUGHT_DAYS)
        hidden |= {*context.basket_ids, *context.history.products("purchased", since=since)}
    return {one for one in hidden if one is not None}


def _bought_now(pool: Sequence[Named], context: Context, limit: int) -> list[Choice]:
    if limit <= 0 or not pool:
        return []
    named = {candidate.because_id for _, candidate in pool if candidate.because_id}
    cards, titles = shop.cards([candidate.product_id for _, candidate in pool], buying=context.buying, titles_of=named)
    by_id = {candidate.product_id: (strategy, candidate) for strategy, candidate in pool}
    return [_choice(card, *by_id[card.id], titles=titles) for card in cards[:limit]]


def _choice(card: ProductCard, strategy: Strategy, candidate: Candidate, *, titles: dict[int, str]) -> Choice:
    because = titles.get(candidate.because_id, "") if candidate.because_id else ""
    return Choice(replace(card, reason=sentence(candidate.reason, because=because)), candidate, strategy.name)
