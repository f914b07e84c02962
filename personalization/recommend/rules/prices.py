"""The last look at prices: what this very shopper pays may not be what a stranger does."""

from collections.abc import Mapping
from dataclasses import replace

from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.apply import meant
from personalization.recommend.rules.condition import Surroundings, conditions
from personalization.recommend.rules.rule import Action, Rule, Rules
from personalization.shop import ProductCard


def are_about_prices(rules: Rules) -> bool:
    """Some rule has to look at the price on the card."""
    return any(_is_about_price(rule) for rule in rules.of(Action.NEVER, Action.ONLY))


def compare_prices(rules: Rules) -> bool:
    """Some rule compares with what this shopper would pay for the product of the page."""
    return any(
        _is_about_price(rule) and "product" in conditions.get(rule.condition).needs
        for rule in rules.of(Action.NEVER, Action.ONLY)
    )


def against_price(
    card: ProductCard, rules: Rules, *, facts: Mapping[int, Fact], around: Surroundings, anchor: ProductCard | None,
    free: bool,
) -> Rule | None:  # fmt: skip
    """The rule by which it goes at the price that stands on the card; None if all of them let it through.

    `anchor` is the card of the page's product, as this shopper would see it.
    """
    about = [rule for rule in rules.of(Action.NEVER, Action.ONLY) if _is_about_price(rule)]
    if not about or card.id not in facts:
        return None
    paid = {card.id: _at_price_of(card, facts[card.id])}
    if anchor is not None and around.anchor is not None:
        around = replace(around, anchor=_at_price_of(anchor, around.anchor))
    asked = (rule for rule in about if _same_money(rule, paid[card.id], facts[card.id], around))
    return next((rule for rule in asked if not _lets_through(rule, meant(rule, card.id, paid, around), free)), None)


def _lets_through(rule: Rule, is_meant: bool, free: bool) -> bool:
    return not is_meant if rule.action == Action.NEVER else free or is_meant


def _same_money(rule: Rule, paid: Fact, known: Fact, around: Surroundings) -> bool:
    # An owner's "up to 20" is in the shop's own currency: another one on the card can't be compared with it.
    if "product" in conditions.get(rule.condition).needs:
        return around.anchor is not None and around.anchor.currency == paid.currency
    return not known.currency or paid.currency == known.currency


def _at_price_of(card: ProductCard, fact: Fact) -> Fact:
    return replace(fact, price=card.price, currency=card.currency or fact.currency)


def _is_about_price(rule: Rule) -> bool:
    return rule.condition in conditions and conditions.get(rule.condition).is_about_price
