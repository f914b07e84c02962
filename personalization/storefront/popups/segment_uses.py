"""Pop-ups that would change if a segment went: those that it is the audience of."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.people.segments.uses import Use, Uses, uses
from personalization.storefront.popups.models import TITLE, Popup


@uses.register
class OfPopups(Uses):
    """Pop-ups."""

    name, label = "popup", gettext_lazy("pop-ups")

    def of(self, wanted: Collection[int]) -> Mapping[int, list[Use]]:
        """Each with what it would mean then."""
        found: dict[int, list[Use]] = {}
        for popup in Popup.objects.exclude(audience={}):
            for pk, told in _told(popup).items():
                if pk in wanted:
                    url = reverse("admin:personalization_popup_change", args=[popup.pk])
                    found.setdefault(pk, []).append(Use(_called(popup), told, url))
        return found


def _told(popup: Popup) -> dict[int, str]:
    words, audience = {"name": _called(popup)}, popup.for_whom
    told = dict.fromkeys(audience.but, _("The pop-up %(name)s is not for these people; then they will see it.") % words)
    if len(audience.among) == 1:
        only = _("The pop-up %(name)s is only for these people; then nobody will see it.")
    else:
        only = _("The pop-up %(name)s is for these people among others; then they will not see it.")
    return told | dict.fromkeys(audience.among, only % words)


def _called(popup: Popup) -> str:
    return _("“%(title)s”") % {"title": popup.words(TITLE) or str(popup)}
