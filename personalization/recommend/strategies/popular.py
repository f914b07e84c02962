"""Best sellers and trends: the lists that need to know nobody."""

from collections.abc import Sequence
from typing import ClassVar

from django import forms
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.conf import conf
from personalization.recommend import level
from personalization.recommend.affinity import in_personal_order
from personalization.recommend.context import Context
from personalization.recommend.level import Ranked
from personalization.recommend.periods import MEASURES, PERIODS, TREND
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import Candidate, Parameters, Strategy, strategies


class Where(TextChoices):
    """Whose best sellers."""

    HERE = "here", _("of the category being viewed")
    SHOP = "shop", _("of the whole shop")
    REGION = "region", _("of the shopper's region")
    PEOPLE = "people", _("of people like the shopper")
    SEGMENT = "segment", _("of the shopper's segment")


class Order(TextChoices):
    """In which order."""

    COUNTED = "counted", _("the same for everybody")
    PERSONAL = "personal", _("by the taste of each shopper")


FOUND = {
    Where.HERE: level.of_category,
    Where.SHOP: level.of_shop,
    Where.REGION: level.of_region,
    Where.PEOPLE: level.of_people_alike,
    Where.SEGMENT: level.of_segment,
}


class ListForm(forms.Form):
    """What a best-seller list counts, and over which time."""

    period = forms.ChoiceField(
        label=_("Period"), choices=PERIODS.choices, initial="month", help_text=_("How far back sales count, up to now.")
    )
    measure = forms.ChoiceField(
        label=_("Counted by"),
        choices=MEASURES.choices,
        initial="units",
        help_text=_(
            "Pieces sold, money taken, orders that held it, or how often it was put into a basket or looked at."
        ),
    )


class BestsellersForm(ListForm):
    """Whose list, and in which order."""

    where = forms.ChoiceField(
        label=_("Best sellers"),
        choices=Where.choices,
        initial="here",
        help_text=_("Where too little was sold to tell, those of the category above or of the whole shop are shown."),
    )
    order = forms.ChoiceField(
        label=_("In this order"),
        choices=Order.choices,
        initial="counted",
        help_text=_("By taste, goods that are like what the shopper bought and looked at move up; none is left out."),
    )
    keep_first = forms.IntegerField(
        label=_("But keep the first"),
        min_value=0,
        max_value=48,
        initial=3,
        help_text=_("So many stay in their place, whatever the shopper's taste."),
    )


@strategies.register
class Bestsellers(Strategy):
    """What sells best: here, in the whole shop, where the shopper lives, or among people like them."""

    name = "bestsellers"
    label = _("Best sellers")
    title = _("Best sellers")
    sentence = _("that sell best")
    stand_ins = ()
    Form = BestsellersForm

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """The list that was asked for, or the next one up; each candidate says which."""
        chosen = self.clean(parameters)
        found = FOUND[Where(chosen["where"])](context, measure=chosen["measure"], period=chosen["period"])
        ids = found.product_ids[: conf.CANDIDATES]
        if chosen["order"] == Order.PERSONAL:
            ids = in_personal_order(ids, context, keep_first=chosen["keep_first"])
        return by_position(found, Reason.POPULAR, ids=ids)

    def describe(self, parameters: Parameters) -> str:
        """The sentence with measure and period, and what else is out of the usual."""
        chosen = self.clean(parameters)
        told = [counted_told(chosen)]
        if chosen["where"] != Where.HERE:
            told.append(str(Where(chosen["where"]).label))
        if chosen["order"] == Order.PERSONAL:
            told.append(gettext("from place %(place)s on by the taste of each shopper")
                        % {"place": chosen["keep_first"] + 1})  # fmt: skip
        return ", ".join(told)

    def period(self, parameters: Parameters) -> str:
        """The period in words."""
        return str(PERIODS(self.clean(parameters)["period"]).label)


class TrendingForm(forms.Form):
    """The time in which it sells better."""

    period = forms.ChoiceField(
        label=_("Period"),
        choices=[(PERIODS.DAY.value, PERIODS.DAY.label), (PERIODS.WEEK.value, PERIODS.WEEK.label)],
        initial="week",
        help_text=_("The days are compared with the same days of the four weeks before."),
    )


@strategies.register
class Trending(Strategy):
    """What sells better than it usually does, with enough sales to be no accident."""

    name = "trending"
    label = _("Trending")
    title = _("Trending now")
    sentence = _("that sell better this week than they usually do")
    stand_ins = ("bestsellers",)
    Form = TrendingForm

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """The steepest first, of the category being viewed if enough of it is on the rise."""
        period = self.clean(parameters)["period"]
        return by_position(level.of_category(context, measure=TREND, period=period), Reason.TRENDING)

    def describe(self, parameters: Parameters) -> str:
        """Today or this week."""
        is_day = self.clean(parameters)["period"] == PERIODS.DAY
        return gettext("that sell better today than they usually do") if is_day else str(self.sentence)


class PopularAmong(Strategy):
    """The list of some people or nothing: under their heading that of the whole shop would be untrue.

    Others stand in, under headings of their own.
    """

    stand_ins = ("bestsellers",)
    Form = ListForm
    where: ClassVar[Where]
    reason: ClassVar[Reason]
    # "%(which)s among such people", for the owner.
    among: ClassVar[str | Promise]

    def candidates(self, context: Context, parameters: Parameters) -> Sequence[Candidate]:
        """Best first; none for somebody who is in no such place or group, or where too little is sold in it."""
        chosen = self.clean(parameters)
        found = FOUND[self.where](context, measure=chosen["measure"], period=chosen["period"])
        return [] if found.level is None or found.level.is_shop else by_position(found, self.reason)

    def describe(self, parameters: Parameters) -> str:
        """The sentence with measure and period."""
        return str(self.among) % {"which": counted_told(self.clean(parameters))}

    def period(self, parameters: Parameters) -> str:
        """The period in words."""
        return str(PERIODS(self.clean(parameters)["period"]).label)


def counted_told(chosen: Parameters) -> str:
    """Measure and period of a list, for the owner."""
    words = {"period": PERIODS(chosen["period"]).label, "measure": MEASURES(chosen["measure"]).label}
    return gettext("that sell best by %(measure)s over the %(period)s") % words


def by_position(found: Ranked, reason: Reason, *, ids: Sequence[int] | None = None) -> list[Candidate]:
    """The list as candidates, in its own order or in that of `ids`; each keeps the place that it had."""
    places = {one: place for place, one in enumerate(found.product_ids[: conf.CANDIDATES], 1)}
    return [
        Candidate(one, 1.0 / position, reason, level=found.level, parts=(("place", float(places[one])),))
        for position, one in enumerate(places if ids is None else ids, 1)
    ]
