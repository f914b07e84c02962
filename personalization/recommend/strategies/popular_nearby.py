"""Popular nearby: what sells best in the region where the shopper is."""

from django.utils.translation import gettext_lazy as _

from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.popular import PopularAmong, Where
from personalization.recommend.strategies.strategy import strategies


@strategies.register
class PopularNearby(PopularAmong):
    """The region's own list; none where nobody knows the region."""

    name = "popular_nearby"
    label = _("Popular nearby")
    title = _("Popular near you")
    sentence = _("that sell best in the shopper's region")
    among = _("%(which)s in the shopper's region")
    needs = ("region",)
    where, reason = Where.REGION, Reason.NEARBY
