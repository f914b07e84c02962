"""What would become of campaigns if a segment went; each kind of campaign says it in its own words."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.db.models import Q
from django.urls import reverse

from personalization.campaigns.audience import Audience
from personalization.campaigns.campaign import Campaign
from personalization.people.segments.uses import Use, Uses


class OfCampaigns(Uses):
    """The campaigns of one kind that name segments."""

    model: ClassVar[type[Campaign]]
    # Those that surely name none.
    without: ClassVar[Q] = Q(audience={})

    def called(self, campaign: Any) -> str:
        """What its owner knows it by."""
        raise NotImplementedError

    def told(self, campaign: Any, words: Mapping[str, str]) -> dict[int, str]:
        """By segment, what it would mean; `words` has its `name`."""
        raise NotImplementedError

    def of(self, wanted: Collection[int]) -> Mapping[int, list[Use]]:
        """Each with what it would mean then."""
        found: dict[int, list[Use]] = {}
        for campaign in self.model._default_manager.exclude(self.without):
            name = self.called(campaign)
            for pk, told in self.told(campaign, {"name": name}).items():
                if pk in wanted:
                    url = reverse(f"admin:personalization_{self.name}_change", args=[campaign.pk])
                    found.setdefault(pk, []).append(Use(name, told, url))
        return found


def by_audience(audience: Audience, *, but: str, only: str, among: str) -> dict[int, str]:
    """What is said of those that it is not for, of the only one that it is for, and of one of several."""
    return dict.fromkeys(audience.but, but) | dict.fromkeys(audience.among, only if len(audience.among) == 1 else among)
