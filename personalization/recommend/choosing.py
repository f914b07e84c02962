"""One choice on its way: what each strategy brings, what is taken out and moved, and which cards come of it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property

from personalization import shop
from personalization.conf import conf
from personalization.recommend.bought import ever_bought
from personalization.recommend.context import Context
from personalization.recommend.obey import obeyed, without_gifts
from personalization.recommend.reasons import Reason, sentence
from personalization.recommend.rules.apply import forbidden, in_force, is_silenced, ruled
from personalization.recommend.rules.around import needed_facts, surroundings
from personalization.recommend.rules.condition import Surroundings
from personalization.recommend.rules.pins import pinned
from personalization.recommend.rules.prices import against_price, are_about_prices, compare_prices
from personalization.recommend.rules.rule import Action, Rules
from personalization.recommend.rules.spread import spread
from personalization.recommend.rules.tired import rested
from personalization.recommend.rules.trace import Trace
from personalization.recommend.selection import Choice
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy
from personalization.shop import ProductCard

# Enough spare candidates that some may be out of stock, few enough that loading them costs little.
SPARE = 2
# So many may be sold out before the rest of the pool is loaded, in two queries more: most shops list what they have.
UNSOLD = 4
Named = tuple[Strategy, Candidate]


@dataclass(frozen=True)
class Choosing:
    """One choice on its way."""

    context: Context
    own: Strategy
    parameters: Parameters
    rules: Rules
    trace: Trace
    # The cards of what goods are compared with, as they were loaded.
    cards_beside: list[ProductCard] = field(default_factory=list)

    @cached_property
    def _usual(self) -> shop.Usual:
        # A set is sold by its products, of which each must be one thing.
        if self.own.brings_product:
            return shop.Usual()
        return shop.Usual(without_gifts(self.context).history.variants(), self.context.preferences.sizes)

    @property
    def brought(self) -> ProductCard | None:
        """The page's product as a card, where the strategy shows it along and it can be bought as it is."""
        cards = self.cards_beside if self.own.brings_product else ()
        return next((shop.finished(card) for card in cards if not card.has_variants), None)

    def may_bring_product(self) -> bool:
        """Neither this person nor the owner wants it away, and it does not lie in the basket yet."""
        product_id = self.context.product_id
        if product_id is None or product_id in self.context.basket_ids:
            return False
        if not obeyed([Candidate(product_id, 0.0)], self.context):
            return False
        if not self.rules.rules:
            return True
        facts = self.context.tables.facts({product_id} | self._needed)
        return forbidden(product_id, self.in_force, facts=facts, around=self.around) is None

    @cached_property
    def around(self) -> Surroundings:
        """What goods are compared with; asked for once the facts of the page are read."""
        return surroundings(self.context, self.rules, self.context.tables.facts(self._needed))

    @cached_property
    def in_force(self) -> Rules:
        """The rules that say something here."""
        return in_force(self.rules, self.around)

    @cached_property
    def _needed(self) -> set[int]:
        return needed_facts(self.context, self.rules)

    def pools(
        self, chain: Sequence[Strategy], *, but: Collection[int], enough: int, wanted: int
    ) -> Iterator[list[Named]]:
        """Candidates, as many strategies at a time as it takes to have enough: few look-ups, few card queries.

        `but`: those that stand in a fixed place already.
        """
        pool: list[Named] = []
        seen = set(but)
        for strategy in chain:
            for candidate in self._candidates(strategy):
                if candidate.product_id not in seen:
                    seen.add(candidate.product_id)
                    pool.append((strategy, candidate))
            if len(pool) >= enough + SPARE:
                yield pool[: wanted * 2 + SPARE]
                pool = pool[wanted * 2 + SPARE :]
        if pool:
            yield pool

    def _candidates(self, strategy: Strategy) -> list[Candidate]:
        """Those of one strategy that may be shown, in the order in which they would be."""
        with self.trace.timed(strategy.name):
            found = strategy.candidates(without_gifts(self.context), self.parameters if strategy is self.own else {})
        for one in found:
            self.trace.put_forward(one, strategy.name, one.parts)
        hidden = hidden_ids(strategy, self.context)
        if self.own.only_unbought and found:
            hidden |= ever_bought(self.context)
        clean = self._without(found, [one for one in found if one.product_id not in hidden], "hidden")
        kept = self._without(clean, obeyed(clean, self.context), "preferences")
        with self.trace.timed("rules"):
            return self._ruled(strategy, kept)

    def _without(self, before: Sequence[Candidate], after: list[Candidate], stage: str) -> list[Candidate]:
        left = {one.product_id for one in after}
        for one in before:
            if one.product_id not in left:
                self.trace.removed(one, stage)
        return after

    def _ruled(self, strategy: Strategy, candidates: list[Candidate]) -> list[Candidate]:
        rules, cap = self.rules, self._most_of_category(strategy)
        tables = self.context.tables
        if candidates and rules.need_facts:
            facts = tables.facts(self._asked(candidates))
            free = strategy is not self.own and rules.frees_stand_ins
            candidates = ruled(candidates, self.in_force, facts=facts, around=self.around, trace=self.trace, free=free)
        if candidates and (cap or rules.most_of_brand):
            labels = tables.labels(one.product_id for one in candidates)
            candidates = spread(
                candidates, labels=labels, most_of_category=cap, most_of_brand=rules.most_of_brand, trace=self.trace
            )
        if rules.tires_after and not strategy.keeps_basket and candidates:
            seen = self.context.unclicked()
            candidates = rested(candidates, seen=seen, tires_after=rules.tires_after, trace=self.trace)
        return candidates

    def _most_of_category(self, strategy: Strategy) -> int:
        own = self.rules.most_of_category
        return strategy.most_of_category if own is None else own

    def _asked(self, candidates: Sequence[Candidate]) -> set[int]:
        return {one.product_id for one in candidates} | self._needed

    def fixed(self, wanted: int) -> dict[int, list[Choice]]:
        """What the owner puts in fixed places, as far as it may be shown and bought now."""
        if not self.rules.of(Action.PIN) or self.own.brings_product:
            return {}
        hidden = {*hidden_ids(self.own, self.context), *self.context.preferences.hidden_ids}
        facts = self.context.tables.facts({one.product_id for one in pinned(self.rules, but=())} | self._needed)
        rules, around = self.in_force, self.around
        pins = {one.product_id: one for one in pinned(rules, but=tuple(hidden)) if one.place <= wanted}
        allowed = [one for one in pins if forbidden(one, rules, facts=facts, around=around) is None]
        found: dict[int, list[Choice]] = {}
        for card in shop.Shelf.of(allowed, buying=self.context.buying, usual=self._usual):
            self.trace.pinned(card.id, pins[card.id].rule)
            candidate = Candidate(card.id, 0.0, Reason.PICKED)
            found.setdefault(pins[card.id].place, []).append(self._choice(card, self.own, candidate, titles={}))
        return found

    def bought_now(self, pool: Sequence[Named], limit: int) -> list[Choice]:
        """The first of these that may be bought now, at a price that the rules let through, as cards."""
        if limit <= 0 or not pool:
            return []
        found: list[Choice] = []
        first, rest = pool[: limit + UNSOLD], pool[limit + UNSOLD :]
        with self.trace.timed("cards"):
            found += self._taken(first, limit, beside=self._compared_with())
            # Nobody needs the rest, but whoever wants to know what became of each.
            if rest and (len(found) < limit or self.trace.is_followed):
                found += self._taken(rest, limit - len(found))
        return found

    def _taken(self, pool: Sequence[Named], limit: int, *, beside: Sequence[int] = ()) -> list[Choice]:
        named = {candidate.because_id for _, candidate in pool if candidate.because_id}
        by_id = {candidate.product_id: (strategy, candidate) for strategy, candidate in pool}
        # What goods are compared with comes before them.
        shelf = shop.Shelf.of([*beside, *by_id], buying=self.context.buying, titles_of=named, usual=self._usual)
        right = list(self._right(shelf, beside, by_id, limit))
        if right and self.rules.of(Action.SILENCE):
            told = [by_id[card.id][1] for card in right]
            self.context.tables.facts(self._asked(told) | {one.because_id for one in told if one.because_id})
        titles = shelf.titles({about for card in right if (about := by_id[card.id][1].because_id)})
        return [self._choice(card, *by_id[card.id], titles=titles) for card in right]

    def _right(
        self, shelf: Iterable[ProductCard], beside: Collection[int], by_id: dict[int, Named], limit: int
    ) -> Iterator[ProductCard]:
        anchor, left, unsold = next(iter(self.cards_beside), None), limit, set(by_id)
        for card in shelf:
            if card.id in beside:
                anchor = card
                self.cards_beside.append(card)
            unsold.discard(card.id)
            if card.id not in by_id or (self.own.brings_product and card.has_variants):
                continue
            if self._is_right_price(card, anchor, *by_id[card.id]) and left:
                left -= 1
                yield card
            if not left and not self.trace.is_followed:
                return
        for pk in unsold:
            self.trace.removed(by_id[pk][1], "not_for_sale")

    def _compared_with(self) -> tuple[int, ...]:
        """The page's product, where it is shown along or a rule asks for its price: it comes with the cards."""
        product_id = self.context.product_id
        is_asked = self.own.brings_product or (self.rules.rules and compare_prices(self.in_force))
        return (product_id,) if product_id and is_asked else ()

    def _is_right_price(
        self, card: ProductCard, anchor: ProductCard | None, strategy: Strategy, candidate: Candidate
    ) -> bool:
        if candidate.reduced and not candidate.reduced.is_true_of(card):
            self.trace.removed(candidate, "reduced")
            return False
        if not self.rules.rules or not are_about_prices(self.in_force):
            return True
        rule = against_price(
            card, self.in_force, facts=self.context.tables.facts(()), around=self.around, anchor=anchor,
            free=strategy is not self.own and self.rules.frees_stand_ins,
        )  # fmt: skip
        if rule is not None:
            self.trace.removed_by_rule(candidate, rule, "price")
        return rule is None

    def _choice(self, card: ProductCard, strategy: Strategy, candidate: Candidate, *, titles: dict[int, str]) -> Choice:
        because = titles.get(candidate.because_id, "") if candidate.because_id else ""
        told = (
            "" if self._is_silenced(candidate) else sentence(candidate.reason, because=because, times=candidate.times)
        )
        was = candidate.reduced.was if candidate.reduced else card.was_price
        return Choice(replace(shop.finished(card), reason=told, was_price=was), candidate, strategy.name)

    def _is_silenced(self, candidate: Candidate) -> bool:
        if not self.rules.of(Action.SILENCE):
            return False
        facts = self.context.tables.facts(())
        about = [one for one in (candidate.product_id, candidate.because_id) if one]
        return is_silenced(about, self.in_force, facts=facts, around=self.around)


def hidden_ids(strategy: Strategy, context: Context) -> set[int]:
    """What is never offered here: the product itself, what stands above, the basket, what was just bought."""
    hidden = {*context.shown_ids, context.product_id}
    if not strategy.keeps_basket:
        since = context.now - timedelta(days=conf.JUST_BOUGHT_DAYS)
        hidden |= {*context.basket_ids, *context.history.products("purchased", since=since)}
    return {one for one in hidden if one is not None}
