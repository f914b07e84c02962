"""Carries rules out, always in one order.

What may never be shown goes first, then whatever "show only" leaves out; what is left is moved up and down, what this
person has seen too often moves back, and no category or brand fills the block alone. Fixed places come last and ask
nobody but "never": what the owner puts somewhere stands there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import Surroundings, conditions
from personalization.recommend.rules.rule import Action, Rule, Rules
from personalization.recommend.rules.trace import Trace
from personalization.recommend.strategies.strategy import Candidate

Facts = Mapping[int, Fact]
Meant = Callable[[int], bool]


def ruled(
    candidates: Sequence[Candidate], rules: Rules, *, facts: Facts, around: Surroundings, trace: Trace, free: bool
) -> list[Candidate]:
    """The candidates that may be shown, in their new order. `free`: "show only" is not asked (of a stand-in)."""
    kept = _left(candidates, [] if free else rules.of(Action.ONLY), rules.of(Action.NEVER), facts, around, trace)
    moves = rules.of(Action.BOOST, Action.BURY)
    return _moved(kept, moves, facts, around, trace) if moves else kept


def forbidden(product_id: int, rules: Rules, *, facts: Facts, around: Surroundings) -> Rule | None:
    """The rule by which this product may never be shown, if there is one."""
    return next((rule for rule in rules.of(Action.NEVER) if meant(rule, product_id, facts, around)), None)


def is_silenced(product_ids: Sequence[int], rules: Rules, *, facts: Facts, around: Surroundings) -> bool:
    """No reason is to be given that has to do with one of these products."""
    silent = rules.of(Action.SILENCE)
    return any(meant(rule, one, facts, around) for rule in silent for one in product_ids)


def meant(rule: Rule, product_id: int, facts: Facts, around: Surroundings) -> bool:
    """The rule is about this product. A product of which nothing is known is meant by no rule."""
    if rule.condition not in conditions or product_id not in facts:
        return False
    condition = conditions.get(rule.condition)
    return condition.applies(around) and condition.holds(facts[product_id], rule.values, around)


def is_in_force(rule: Rule, around: Surroundings) -> bool:
    """Its code is there, and what it compares with is known."""
    return rule.condition in conditions and conditions.get(rule.condition).applies(around)


def _left(
    candidates: Sequence[Candidate], only: list[Rule], never: list[Rule], facts: Facts, around: Surroundings,
    trace: Trace,
) -> list[Candidate]:  # fmt: skip
    wanted = [rule for rule in only if is_in_force(rule, around)]
    kept = []
    for candidate in candidates:
        one = candidate.product_id
        against = next((rule for rule in never if meant(rule, one, facts, around)), None)
        against = against or next((rule for rule in wanted if not meant(rule, one, facts, around)), None)
        if against is None:
            kept.append(candidate)
        else:
            trace.removed_by_rule(candidate, against)
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
