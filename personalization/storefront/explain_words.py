"""The words of the explanation: what a step means to the owner."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from personalization.recommend.rules.condition import conditions
from personalization.recommend.rules.rule import Action, Rule
from personalization.recommend.rules.trace import Step
from personalization.recommend.strategies.strategy import strategies

FATES = {
    "hidden": gettext_noop("it is in the basket, was just bought, or is shown elsewhere"),
    "preferences": gettext_noop("this shopper asked not to see it, or says that it was a gift"),
    "reduced": gettext_noop("what this shopper would pay is not the price that came down"),
    "not_for_sale": gettext_noop("it can't be bought now: it is hidden, sold out or has no price"),
}
# What a score is made of.
PARTS = {
    "night": gettext_noop("worked out overnight"),
    "visit": gettext_noop("what they did last"),
    "fit": gettext_noop("how well it fits this shopper"),
    "newness": gettext_noop("how new it is"),
    "closest": gettext_noop("the nearest thing in the basket"),
    "others": gettext_noop("the rest of the basket"),
    "baskets": gettext_noop("baskets that held both"),
    "gap": gettext_noop("days between two purchases"),
    "passed": gettext_noop("days since the last one"),
    "fresh": gettext_noop("how lately it came back"),
    "asked": gettext_noop("asked to be told"),
    "place": gettext_noop("place in the list"),
}
TIMINGS = {"cards": gettext_noop("prices and stock"), "rules": gettext_noop("rules")}


def fate_told(step: Step) -> str:
    """Why it is out."""
    if step.rule is not None and step.stage == "price":
        return _("at the price for this shopper the rule “%(rule)s” takes it out") % {"rule": rule_told(step.rule)}
    if step.rule is not None:
        return _("the rule “%(rule)s” takes it out") % {"rule": rule_told(step.rule)}
    return _(FATES[step.stage]) if step.stage in FATES else step.stage


def moves_told(step: Step) -> str:
    """Why it was moved."""
    if step.rule is not None:
        words = {"rule": rule_told(step.rule)}
        return (
            _("moved down by “%(rule)s”") if step.rule.action == Action.BURY else _("moved up by “%(rule)s”")
        ) % words
    if step.stage == "tired":
        told = ngettext(
            "moved back: seen %(n)s time without a click", "moved back: seen %(n)s times without a click", step.count
        )
        return told % {"n": step.count}
    if step.stage == "lean":
        return _("moved up by the dials of margin and stock")
    return _("moved back: there are enough of its category or brand")


def rule_told(rule: Rule) -> str:
    """The rule's own name, else what it says."""
    if rule.name:
        return rule.name
    goods = conditions.get(rule.condition).describe(rule.values) if rule.condition in conditions else rule.condition
    return f"{Action(rule.action).label} {goods}"


def part_told(name: str) -> str:
    """A part of a score."""
    return _(PARTS[name]) if name in PARTS else name


def timing_told(part: str) -> str:
    """A part of the work."""
    if part in TIMINGS:
        return _(TIMINGS[part])
    return str(strategies.get(part).label) if part in strategies else part
