"""Popular with people like you: what sells best in the group of shoppers that this one is in."""

from django.utils.translation import gettext_lazy as _

from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.popular import PopularAmong, Where
from personalization.recommend.strategies.strategy import strategies


@strategies.register
class PopularWithPeopleLikeYou(PopularAmong):
    """The group's own list; none for somebody in no group."""

    name = "popular_with_people_like_you"
    label = _("Popular with people like the shopper")
    title = _("Popular with people like you")
    sentence = _("that sell best among people like the shopper")
    among = _("%(which)s among people like the shopper")
    needs = ("account",)
    where, reason = Where.PEOPLE, Reason.ALIKE
