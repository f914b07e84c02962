"""Pop-ups that would change if a segment went: those that it is the audience of."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.segment_uses import OfCampaigns, by_audience
from personalization.people.segments.uses import uses
from personalization.storefront.popups.models import TITLE, Popup


@uses.register
class OfPopups(OfCampaigns):
    """Pop-ups."""

    name, label, model = "popup", gettext_lazy("pop-ups"), Popup

    def called(self, campaign: Any) -> str:
        """By its heading."""
        return _("“%(title)s”") % {"title": campaign.words(TITLE) or str(campaign)}

    def told(self, campaign: Any, words: Mapping[str, str]) -> dict[int, str]:
        """By its audience."""
        return by_audience(
            campaign.for_whom,
            but=_("The pop-up %(name)s is not for these people; then they will see it.") % words,
            only=_("The pop-up %(name)s is only for these people; then nobody will see it.") % words,
            among=_("The pop-up %(name)s is for these people among others; then they will not see it.") % words,
        )
