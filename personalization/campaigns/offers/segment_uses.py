"""Offers that would change if a segment went."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.offers.models import PersonalOffer
from personalization.campaigns.segment_uses import OfCampaigns, by_audience
from personalization.people.segments.uses import uses


@uses.register
class OfOffers(OfCampaigns):
    """Offers."""

    name, label, model = "personaloffer", gettext_lazy("offers"), PersonalOffer
    without = Q(audience={}, parameters={})

    def called(self, campaign: Any) -> str:
        """By its title."""
        return _("“%(title)s”") % {"title": str(campaign)}

    def told(self, campaign: Any, words: Mapping[str, str]) -> dict[int, str]:
        """By what gives a code, and before it by its audience."""
        entered = _("The offer %(name)s is given to whoever comes into it; then to nobody.") % words
        only = _("The offer %(name)s is for these people; then they will not get it.") % words
        but = _("The offer %(name)s is not for these people; then it will be theirs, too.") % words
        told = dict.fromkeys(_ids(campaign), entered)
        return told | by_audience(campaign.for_whom, but=but, only=only, among=only)


def _ids(offer: PersonalOffer) -> list[int]:
    named = offer.parameters.get("segments") if isinstance(offer.parameters, dict) else None
    return [one for one in named if type(one) is int] if isinstance(named, list) else []
