"""Carries rules out, always in one order.

What may never be shown goes first, then whatever "show only" leaves out. What is left is moved up and down by rules,
then by the dials of margin and stock, and "before all others" stands before the rest, rule by rule. Then no category or
brand fills the block alone, and what this person has seen too often moves back. Fixed places come last and ask nobody
but "never": what the owner puts somewhere stands there.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import Surroundings, conditions
from personalization.recommend.rules.lean import leaned
from personalization.recommend.rules.rule import Action, Rule, Rules
from personalization.recommend.rules.trace import Trace
from personalization.recommend.strategies.strategy import Candidate

Facts = Mapping[int, Fact]
logger = logging.getLogger("personalization")


def in_force(rules: Rules, around: Surroundings) -> Rules:
    """Without those that say nothing here; the functions below take these."""
    return rules.those(lambda rule: is_in_force(rule, around))


def is_in_force(rule: Rule, around: Surroundings) -> bool:
    """Its code is there, enough is set, what it compares with is known, and it is about this page and this shopper."""
    if rule.condition not in conditions:
        return False
    condition = conditions.get(rule.condition)
    return (
        (not rule.where or not around.page_categories.isdisjoint(rule.where))
        and (not rule.regions or around.context.region.casefold() in {one.casefold() for one in rule.regions})
        and condition.is_complete(rule.values)
        and condition.applies(around)
        and condition.is_for(rule.values, around)
    )


def ruled(
    candidates: Sequence[Candidate], rules: Rules, *, facts: Facts, around: Surroundings, trace: Trace, free: bool
) -> list[Candidate]:
    """The candidates that may be shown, in their new order. `free`: "show only" is not asked (of a stand-in)."""
    kept = _left(candidates, [] if free else rules.of(Action.ONLY), rules.of(Action.NEVER), facts, around, trace)
    moves, first = rules.of(Action.BOOST, Action.BURY), rules.of(Action.FIRST)
    moved = _moved(kept, moves, facts, around, trace) if moves else kept
    moved = leaned(moved, margin=rules.lean_margin, stock=rules.lean_stock, facts=facts, trace=trace)
    return _first(moved, first, facts, around, trace) if first else moved


def forbidden(product_id: int, rules: Rules, *, facts: Facts, around: Surroundings) -> Rule | None:
    """The rule by which this product may never be shown, if there is one."""
    return against(product_id, never=rules.of(Action.NEVER), only=(), facts=facts, around=around)


def against(
    product_id: int, *, never: Sequence[Rule], only: Sequence[Rule], facts: Facts, around: Surroundings
) -> Rule | None:
    """The rule by which this product goes, be it one of those it is or one of those it is not; None if it stays."""
    out = next((rule for rule in never if meant(rule, product_id, facts, around)), None)
    return out or next((rule for rule in only if not meant(rule, product_id, facts, around)), None)


def is_silenced(product_ids: Sequence[int], rules: Rules, *, facts: Facts, around: Surroundings) -> bool:
    """No reason is to be given that has to do with one of these products."""
    silent = rules.of(Action.SILENCE)
    return any(meant(rule, one, facts, around) for rule in silent for one in product_ids)


def meant(rule: Rule, product_id: int, facts: Facts, around: Surroundings) -> bool:
    """The rule is about this product. A product of which nothing is known is meant by no rule."""
    if product_id not in facts:
        return False
    try:
        return conditions.get(rule.condition).holds(facts[product_id], rule.values, around)
    except Exception:
        # A shop's own condition may fail: then its rule does nothing, and the page lives on.
        logger.exception("the condition %s failed; its rule is left out", rule.condition)
        return rule.action == Action.ONLY


def _left(
    candidates: Sequence[Candidate], only: list[Rule], never: list[Rule], facts: Facts, around: Surroundings,
    trace: Trace,
) -> list[Candidate]:  # fmt: skip
    kept = []
    for candidate in candidates:
        rule = against(candidate.product_id, never=never, only=only, facts=facts, around=around)
        if rule is None:
            kept.append(candidate)
        else:
            trace.removed_by_rule(candidate, rule)
    return kept


def _moved(
    candidates: list[Candidate], moves: list[Rule], facts: Facts, around: Surroundings, trace: Trace
) -> list[Candidate]:
    moved = []
    for candidate in candidates:
        score = candidate.score
        for rule in moves:
            if meant(rule, candidate.product_id, facts, around):
                score *= rule.strength if rule.action == Action.BOOST else 1 / rule.strength
                trace.moved_by_rule(candidate, rule)
        moved.append(replace(candidate, score=score))
    return sorted(moved, key=lambda one: -one.score)


def _first(
    candidates: list[Candidate], first: list[Rule], facts: Facts, around: Surroundings, trace: Trace
) -> list[Candidate]:
    def turn(candidate: Candidate) -> int:
        mine = (turn for turn, rule in enumerate(first) if meant(rule, candidate.product_id, facts, around))
        found = next(mine, len(first))
        if found < len(first):
            trace.moved_by_rule(candidate, first[found])
        return found

    return sorted(candidates, key=turn)
