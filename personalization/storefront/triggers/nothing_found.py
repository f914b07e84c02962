"""After a search that found nothing."""

from django.utils.translation import gettext_lazy as _

from personalization.storefront.triggers.trigger import Moment, Parameters, Trigger, triggers


@triggers.register
class NothingFound(Trigger):
    """They need another way."""

    name, label = "nothing_found", _("when a search found nothing")
    sentence = _("when a search found nothing")

    def fires(self, moment: Moment, parameters: Parameters) -> bool:
        """A page without a search found neither something nor nothing."""
        return moment.results == 0
