"""Offers that would change if a segment went."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.offers.models import PersonalOffer
from personalization.people.segments.uses import Use, Uses, uses


@uses.register
class OfOffers(Uses):
    """Offers."""

    name, label = "personaloffer", gettext_lazy("offers")

    def of(self, wanted: Collection[int]) -> Mapping[int, list[Use]]:
        """Each with what it would mean then."""
        found: dict[int, list[Use]] = {}
        for offer in PersonalOffer.objects.exclude(audience={}, parameters={}):
            words = {"name": _("“%(title)s”") % {"title": str(offer)}}
            entered = _("The offer %(name)s is given to whoever comes into it; then to nobody.") % words
            told = dict.fromkeys(_ids(offer), entered)
            told |= dict.fromkeys(
                offer.for_whom.but,
                _("The offer %(name)s is not for these people; then it will be theirs, too.") % words,
            )
            told |= dict.fromkeys(
                offer.for_whom.among, _("The offer %(name)s is for these people; then they will not get it.") % words
            )
            url = reverse("admin:personalization_personaloffer_change", args=[offer.pk])
            for pk in told.keys() & set(wanted):
                found.setdefault(pk, []).append(Use(words["name"], told[pk], url))
        return found


def _ids(offer: PersonalOffer) -> list[int]:
    named = offer.parameters.get("segments") if isinstance(offer.parameters, dict) else None
    return [one for one in named if type(one) is int] if isinstance(named, list) else []
