"""Discover: what this shopper never bought and is likely to like."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from personalization.recommend.bought import ever_bought
from personalization.recommend.context import Context
from personalization.recommend.models import ShopperList
from personalization.recommend.strategies.for_you import moved_by_the_visit, read_ahead
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies


@strategies.register
class Discover(Strategy):
    """The nightly list of goods that are new to a known shopper, moved by the visit; for a stranger, the visit alone.

    What was bought since the night is left out as well. Two look-ups for the nightly list and the visit, one for what
    was ever bought.
    """

    name = "discover"
    label = _("Something new")
    title = _("Discover something new")
    sentence = _("that this shopper never bought and is likely to like")
    needs = ("history",)
    stand_ins = ("popular_nearby", "popular_with_people_like_you", "trending", "bestsellers")
    only_unbought = True
    most_of_category = 2

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """Both lists on one scale, added, without anything that was ever bought."""
        read_ahead(context)
        nightly = context.tables.shopper_list(context.person.user_id, task=ShopperList.Task.NOVEL)
        if not nightly and not context.history.happenings:
            return []
        return moved_by_the_visit(context, nightly, but=ever_bought(context))
