"""A rule in one plain sentence."""

from collections.abc import Iterable

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from personalization.chosen.choosable import ASK, Key, Names, learned
from personalization.recommend.rules.condition import conditions
from personalization.recommend.rules.rule import Action, Rule

# Where a product that is moved stands at one of the two ends, whatever its score was.
ALL_THE_WAY = 1000


def sentence(rule: Rule, names: Names = ASK) -> str:
    """What it does, to which goods, on which pages, for whom."""
    if rule.condition not in conditions:
        return _("It does nothing yet: say which goods it is about.")
    condition = conditions.get(rule.condition)
    if not condition.is_complete(rule.values):
        return _("It does nothing yet: fill in which goods it is about.")
    parts = [_deed(rule, condition.describe(rule.values, names))]
    if rule.where:
        parts.append(_("on pages about %(categories)s") % {"categories": names.told("category", rule.where)})
    if rule.regions:
        parts.append(_("to shoppers from %(regions)s") % {"regions": names.told("region", rule.regions)})
    return ", ".join(parts) + "."


def names_in(rules: Iterable[Rule]) -> Names:
    """The names of all that these rules mention: one query for each kind of thing."""
    wanted: set[tuple[str, Key]] = set()
    for rule in rules:
        if rule.condition in conditions:
            wanted.update(conditions.get(rule.condition).chosen(rule.values))
        wanted.update(("category", one) for one in rule.where)
        wanted.update(("region", one) for one in rule.regions)
    return learned(wanted)


def _deed(rule: Rule, goods: str) -> str:
    words = {"goods": goods, "place": rule.place, "times": number_format(rule.strength, 1 if rule.strength % 1 else 0)}
    far = rule.strength >= ALL_THE_WAY
    told = {
        Action.NEVER: _("Never show %(goods)s"),
        Action.ONLY: _("Show only %(goods)s"),
        Action.BOOST: _("Move up %(goods)s, to the very front") if far
        else _("Move up %(goods)s, as if they were %(times)s times as good"),
        Action.BURY: _("Move down %(goods)s, to the very end") if far
        else _("Move down %(goods)s, as if they were %(times)s times worse"),
        Action.FIRST: _("Show before all others: %(goods)s"),
        Action.PIN: _("Put into place %(place)s: %(goods)s"),
        Action.SILENCE: _("Give no reason for %(goods)s"),
    }  # fmt: skip
    return told[Action(rule.action)] % words
