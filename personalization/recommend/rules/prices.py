"""The last look at prices: what this very shopper pays may not be what a stranger does."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.apply import is_in_force, meant
from personalization.recommend.rules.condition import Surroundings, conditions
from personalization.recommend.rules.rule import Action, Rule, Rules


def is_right_price(
    product_id: int, price: Decimal | None, rules: Rules, *, facts: Mapping[int, Fact], around: Surroundings, free: bool
) -> bool:
    """The rules about prices still let it through at the price that stands on the card."""
    about_price = [rule for rule in rules.of(Action.NEVER, Action.ONLY) if _is_about_price(rule)]
    if not about_price or product_id not in facts:
        return True
    paid = {product_id: replace(facts[product_id], price=price)}
    never = any(meant(rule, product_id, paid, around) for rule in about_price if rule.action == Action.NEVER)
    only = [rule for rule in about_price if rule.action == Action.ONLY and is_in_force(rule, around)]
    return not never and (free or all(meant(rule, product_id, paid, around) for rule in only))


def _is_about_price(rule: Rule) -> bool:
    return rule.condition in conditions and conditions.get(rule.condition).is_about_price
