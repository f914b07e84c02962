"""A form for an e-mail: no code is given before its owner says by a letter that it is theirs."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.storefront.leads.keys import Wish, form_key
from personalization.storefront.leads.take import is_subscribed, sign_up
from personalization.storefront.popups.designs.design import Content, Design, Parameters, Reply, designs
from personalization.storefront.popups.designs.discount import OneOffer
from personalization.storefront.request import Page


class LeadForm(forms.Form):
    """By which offer, if any."""

    offer = OneOffer(
        label=_("They get a code of"), required=False,
        help_text=_("Given once an address is confirmed, one each, within the offer's bounds. Empty: no code."),
    )  # fmt: skip


@designs.register
class LeadDesign(Design):
    """Never for those who get letters already."""

    name, label, sentence = "lead", _("a form for an e-mail"), _("Asks for an e-mail, to be confirmed by letter")
    template, Form = "personalization/popups/lead.html", LeadForm
    parts = ("title", "text", "button", "thanks", "agree")

    def content(self, parameters: Parameters, page: Page, *, product_id: int | None = None) -> Content | None:
        """None for those who are subscribed, and for somebody who may not be known: a code is bound to a person."""
        if not page.person.is_known or is_subscribed(page.person):
            return None
        offer, popup = parameters.get("offer"), parameters.get("popup")
        wish = Wish(popup, offer if isinstance(offer, int) else None, agreement(parameters))
        return Content({"agreement": wish.text, "key": form_key(wish, page.person)})

    def imagined(self, parameters: Parameters) -> Content:
        """As it is, but it leads nowhere."""
        return Content({"agreement": agreement(parameters), "key": ""})

    def answered(self, parameters: Parameters, sent: Mapping[str, str], page: Page) -> Reply | None:
        """The thanks are the same for every address, known here or not."""
        taken = sign_up(sent, page)
        return Reply(taken.told, is_taken=taken.is_taken)


def agreement(parameters: Parameters) -> str:
    """What the box says; an owner who wrote nothing has these words."""
    own = " ".join(str(parameters.get("agree", "")).split())
    return own or gettext("Yes, send me offers of this shop by e-mail. I can unsubscribe with one click at any time.")
