"""The owner's rules for the whole shop."""

from typing import Any

from django.db import models
from django.forms import model_to_dict
from django.utils.translation import gettext_lazy as _

from personalization.recommend.rules.condition import conditions
from personalization.recommend.rules.rule import STRENGTH, Action, Rule, rules_from


def condition_choices() -> list[tuple[str, Any]]:
    """For the model field, which keeps this function by reference: a new condition makes no migration."""
    return conditions.choices()


class ShopRule(models.Model):
    """A named rule that holds in every block of the shop, before the block's own."""

    name = models.CharField(
        _("name"), max_length=100, help_text=_("For you and your colleagues; shoppers never see it.")
    )
    action = models.CharField(_("what it does"), max_length=8, choices=Action, default=Action.NEVER)
    condition = models.CharField(_("which goods"), max_length=32, choices=condition_choices)
    values = models.JSONField(_("settings"), default=dict, blank=True)
    strength = models.FloatField(_("how strongly"), default=STRENGTH)
    where = models.JSONField(_("on pages about"), default=list, blank=True)
    regions = models.JSONField(_("for shoppers from"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    is_active = models.BooleanField(_("switched on"), default=True)

    class Meta:
        verbose_name = _("rule for the whole shop")
        verbose_name_plural = _("rules for the whole shop")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def rules(self) -> tuple[Rule, ...]:
        """The one rule that it is, as it is carried out; none if it makes no sense any more."""
        return rules_from([model_to_dict(self)], name=self.name)


def shop_rules() -> tuple[Rule, ...]:
    """Those in force, in their order: one query."""
    return tuple(rule for row in ShopRule.objects.filter(is_active=True) for rule in row.rules())
