"""A discount code of one's own, made when the pop-up comes up and at no other time."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from personalization.campaigns.offers.issue import issue
from personalization.campaigns.offers.models import PersonalOffer
from personalization.storefront.popups.designs.design import Content, Design, Parameters, designs
from personalization.storefront.request import Page

EXAMPLE = "AB12-CD34-EF56"


def offers_to_choose() -> list[tuple[Any, Any]]:
    """Those that give codes."""
    return [("", "---------"), *((one.pk, str(one)) for one in PersonalOffer.objects.by_code().at_hand())]


class OneOffer(forms.TypedChoiceField):
    """An offer that gives codes; kept as its number, and by its name in files."""

    kind = "offer"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=offers_to_choose, coerce=int, empty_value=None, initial=None, **kwargs)


class DiscountForm(forms.Form):
    """By which offer."""

    offer = OneOffer(
        label=_("By which offer"),
        help_text=_("An offer that gives each person a code of their own; its budget and its guards hold here too."),
    )  # fmt: skip


@designs.register
class Discount(Design):
    """Nobody gets two, and looking at a preview makes none."""

    name, label, sentence = "discount", _("a discount code"), _("Gives a code of their own")
    template, Form = "personalization/popups/discount.html", DiscountForm
    fills, gives = ("code",), True

    def content(self, parameters: Parameters, page: Page, *, product_id: int | None = None) -> Content | None:
        """None of an offer that is not live, and for somebody who may not be known: a code is bound to a person."""
        offer = self._offer(parameters)
        if offer is None or not page.person.is_known or not offer.is_on(page.now) or offer.off_reason:
            return None
        return Content({"offer": offer})

    def given(self, parameters: Parameters, page: Page, *, content: Content) -> Content | None:
        """The code; whoever has a live one of this offer is shown that again. None where there is none for them."""
        given = issue(content.told["offer"], page.person, reason="popup", now=page.now)
        if given is None:
            return None
        until = date_format(localtime(given.expires_at), "j E")
        hours = content.told["offer"].at_hours.told()
        return replace(
            content,
            told={**content.told, "code": given.code, "until": until, "hours": hours},
            values={"code": given.code},
        )

    def imagined(self, parameters: Parameters) -> Content:
        """With a code that there is not."""
        told = {"offer": self._offer(parameters), "code": EXAMPLE, "until": ""}
        return Content(told, {"code": EXAMPLE})

    def _offer(self, parameters: Parameters) -> PersonalOffer | None:
        # Not by the form: its choices are a query for each look.
        wanted = parameters.get("offer")
        return PersonalOffer.objects.filter(pk=wanted).first() if isinstance(wanted, int) else None
