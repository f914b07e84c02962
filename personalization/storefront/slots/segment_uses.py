"""Banners that would change if a segment went: those that it is the audience of."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.people.segments.uses import Use, Uses, uses
from personalization.storefront.slots.models import TITLE, Banner


@uses.register
class OfBanners(Uses):
    """Banners."""

    name, label = "banner", gettext_lazy("banners")

    def of(self, wanted: Collection[int]) -> Mapping[int, list[Use]]:
        """Each with what it would mean then."""
        found: dict[int, list[Use]] = {}
        for banner in Banner.objects.exclude(audience={}):
            for pk, told in _told(banner).items():
                if pk in wanted:
                    url = reverse("admin:personalization_banner_change", args=[banner.pk])
                    found.setdefault(pk, []).append(Use(_called(banner), told, url))
        return found


def _told(banner: Banner) -> dict[int, str]:
    words, audience = {"name": _called(banner)}, banner.for_whom
    told = dict.fromkeys(audience.but, _("The banner %(name)s is not for these people; then they will see it.") % words)
    if len(audience.among) == 1:
        only = _("The banner %(name)s is only for these people; then nobody will see it.")
    else:
        only = _("The banner %(name)s is for these people among others; then they will not see it.")
    return told | dict.fromkeys(audience.among, only % words)


def _called(banner: Banner) -> str:
    return _("“%(title)s”") % {"title": banner.words(TITLE).text or str(banner)}
