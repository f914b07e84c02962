"""Goods by their price: in the shop's money, beside the page's product, or beside what this shopper usually pays."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import TextChoices
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values, money, number, text
from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import ALL_GOODS, Condition, Surroundings, conditions

CLOSE = 25


class BetweenForm(forms.Form):
    """Two ends, of which one may be open."""

    def clean(self) -> dict[str, Any]:
        """At least one end, and the right way round."""
        cleaned = super().clean() or {}
        least, most = cleaned.get("least"), cleaned.get("most")
        if least is None and most is None and not self.errors:
            raise forms.ValidationError(_("Fill in at least one of the two."))
        if least is not None and most is not None and most < least:
            self.add_error("most", _("This is less than the first: exchange them."))
        return cleaned


class PriceForm(BetweenForm):
    """From a price to a price."""

    least = forms.DecimalField(label=gettext_lazy("From"), required=False, min_value=0, max_digits=14)
    most = forms.DecimalField(
        label=gettext_lazy("To"), required=False, min_value=0, max_digits=14,
        help_text=gettext_lazy("In the shop's currency; an empty end is open."),
    )  # fmt: skip


class _Between(Condition):
    is_about_price = True

    def is_complete(self, values: Values) -> bool:
        """One end is set."""
        return money(values, "least") is not None or money(values, "most") is not None


def _is_between(amount: Decimal, values: Values) -> bool:
    least, most = money(values, "least"), money(values, "most")
    return (least is None or amount >= least) and (most is None or amount <= most)


@conditions.register
class Price(_Between):
    """Between two prices."""

    name = "price"
    label = gettext_lazy("goods of a certain price")
    Form = PriceForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """A product without a price is not meant."""
        return fact.price is not None and _is_between(fact.price, values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """The two ends."""
        least, most = money(values, "least"), money(values, "most")
        words = {"least": _told(least), "most": _told(most)}
        if least is None:
            return _("goods for %(most)s or less") % words
        return (_("goods for %(least)s or more") if most is None else _("goods for %(least)s to %(most)s")) % words


class AgainstPageForm(BetweenForm):
    """So much cheaper to so much dearer."""

    least = forms.DecimalField(
        label=gettext_lazy("From, in %"), required=False, initial=-20, min_value=-100, max_value=10_000
    )
    most = forms.DecimalField(
        label=gettext_lazy("To, in %"), required=False, initial=20, min_value=-100, max_value=10_000,
        help_text=gettext_lazy("−20 is a fifth cheaper than the page's product, 50 is half as much again."),
    )  # fmt: skip


@conditions.register
class PriceAgainstPage(_Between):
    """So much cheaper or dearer than the product that the page is about."""

    name = "price_against_page"
    label = gettext_lazy("goods cheaper or dearer than the page's product")
    needs = ("product",)
    Form = AgainstPageForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """Both have a price, in the same money."""
        anchor = around.anchor
        if anchor is None or not anchor.price or fact.price is None or anchor.currency != fact.currency:
            return False
        return _is_between(100 * (fact.price / anchor.price - 1), values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """The two ends in words."""
        least, most = money(values, "least"), money(values, "most")
        words = {"least": _percent(least), "most": _percent(most)}
        if least is None:
            return _("goods at most %(most)s against the price of the page's product") % words
        if most is None:
            return _("goods at least %(least)s against the price of the page's product") % words
        return _("goods from %(least)s to %(most)s against the price of the page's product") % words


class Side(TextChoices):
    """Where a price stands beside the usual one."""

    NEAR = "near", gettext_lazy("about what the shopper usually pays")
    CHEAPER = "cheaper", gettext_lazy("clearly cheaper than the shopper usually buys")
    DEARER = "dearer", gettext_lazy("clearly dearer than the shopper usually buys")


class TierForm(forms.Form):
    """On which side, and how far off."""

    side = forms.ChoiceField(label=gettext_lazy("Price"), choices=Side.choices, initial=Side.NEAR)
    close = forms.IntegerField(
        label=gettext_lazy("About means within, in %"), initial=CLOSE,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text=gettext_lazy(
            "All goods of a category stand in a row by price; so large a part of that row, up or down, counts as about."
        ),
    )  # fmt: skip


@conditions.register
class PriceTier(Condition):
    """Where it stands by price among its like, beside where this shopper's purchases stand.

    Not looked at again with the price of the card: who pays less for everything pays less for all its like.
    """

    name = "price_tier"
    label = gettext_lazy("goods by what this shopper usually pays")
    needs = ("taste",)
    Form = TierForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """Known of both, the difference is on the right side."""
        usual = usual_place(fact, around)
        if fact.price_place is None or usual is None:
            return False
        off, close = fact.price_place - usual, (number(values, "close") or CLOSE) / 100
        side = text(values, "side")
        if side == Side.CHEAPER:
            return off < -close
        return off > close if side == Side.DEARER else abs(off) <= close

    def describe(self, values: Values, names: Names = ASK) -> str:
        """In words."""
        told = {
            Side.CHEAPER: _("goods clearly cheaper than this shopper usually buys"),
            Side.DEARER: _("goods clearly dearer than this shopper usually buys"),
        }
        return told.get(text(values, "side"), _("goods that cost about what this shopper usually pays"))  # type: ignore[call-overload,no-any-return]


def usual_place(fact: Fact, around: Surroundings) -> float | None:
    """Of the nearest category in which this person has bought enough, else of all goods."""
    known = (around.price_places[one] for one in (*fact.category_ids, ALL_GOODS) if one in around.price_places)
    return next(known, None)


def _told(amount: Decimal | None) -> str:
    return "" if amount is None else number_format(amount.normalize() if amount == amount.to_integral() else amount)


def _percent(percent: Decimal | None) -> str:
    if percent is None:
        return ""
    sign = "−" if percent < 0 else "+"
    return f"{sign}{number_format(abs(percent).normalize(), use_l10n=True)} %"
