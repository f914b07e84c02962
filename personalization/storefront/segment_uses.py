"""Blocks that would change if a segment went: those that it is the audience of, and those with a rule about it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.segment_uses import OfCampaigns, by_audience
from personalization.people.segments.uses import uses
from personalization.recommend.rules.rule import rules_from
from personalization.recommend.rules.segment_uses import segments_of
from personalization.storefront.models import Block
from personalization.storefront.overview import heading_of


@uses.register
class OfBlocks(OfCampaigns):
    """Blocks."""

    name, label, model = "block", gettext_lazy("blocks"), Block
    without = Q(audience={}, rules=[])

    def called(self, campaign: Any) -> str:
        """By heading and place."""
        return _("“%(heading)s” in %(place)s") % {"heading": heading_of(campaign), "place": campaign.slot}

    def told(self, campaign: Any, words: Mapping[str, str]) -> dict[int, str]:
        """By its rules, and before them by its audience."""
        by_rule = _("The block %(name)s has a rule about it, and that rule will do nothing.") % words
        told = {pk: by_rule for rule in rules_from(campaign.rules) for pk in segments_of(rule)}
        return told | by_audience(
            campaign.for_whom,
            but=_("The block %(name)s is not for these people; then they will see it.") % words,
            only=_("The block %(name)s is only for these people; then nobody will see it.") % words,
            among=_("The block %(name)s is for these people among others; then they will not see it.") % words,
        )
