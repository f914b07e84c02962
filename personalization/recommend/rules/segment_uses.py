"""Rules of the whole shop that would do nothing if a segment went."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.people.segments.uses import KIND, Use, Uses, uses
from personalization.recommend.rules.condition import conditions
from personalization.recommend.rules.models import ShopRule
from personalization.recommend.rules.rule import Rule


def segments_of(rule: Rule) -> set[int]:
    """The segments that a rule names."""
    if rule.condition not in conditions:
        return set()
    chosen = conditions.get(rule.condition).chosen(rule.values)
    return {key for kind, key in chosen if kind == KIND and isinstance(key, int)}


@uses.register
class OfShopRules(Uses):
    """Rules of the whole shop."""

    name, label = "shop_rule", gettext_lazy("rules for the whole shop")

    def of(self, wanted: Collection[int]) -> Mapping[int, list[Use]]:
        """Those that name it."""
        found: dict[int, list[Use]] = {}
        for row in ShopRule.objects.all():
            told = _("The shop's rule “%(name)s” is about it, and will do nothing.") % {"name": row.name}
            use = Use(row.name, told, reverse("admin:personalization_shoprule_change", args=[row.pk]))
            for pk in {one for rule in row.rules() for one in segments_of(rule)} & set(wanted):
                found.setdefault(pk, []).append(use)
        return found
