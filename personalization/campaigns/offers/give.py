"""A member of staff gives one person a code, within the same guards as everybody who gives codes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.campaigns.offers import places
from personalization.campaigns.offers.issue import issue
from personalization.campaigns.offers.models import PersonalCode, PersonalOffer
from personalization.campaigns.offers.words import BY_HAND
from personalization.conf import conf
from personalization.events.accounts import emails_of, ids_of
from personalization.events.person import Person


@dataclass(frozen=True)
class Given:
    """A code, or why there is none."""

    code: PersonalCode | None = None
    is_new: bool = False
    why_not: str = ""


class GiveForm(forms.Form):
    """Which offer, and to whom."""

    offer = forms.ModelChoiceField(
        PersonalOffer.objects.none(), label=gettext_lazy("Of which offer"), empty_label=None,
        help_text=gettext_lazy("Those that are live and give codes."),
    )  # fmt: skip
    email = forms.CharField(
        label=gettext_lazy("To whom"), max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "vTextField"}),
        help_text=gettext_lazy("The e-mail of their account. They find the code where your shop shows their offers."),
    )  # fmt: skip
    # The account, where its page led here: several may have one e-mail, and some have none.
    user = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["offer"]
        field.queryset = PersonalOffer.objects.by_code().live(now).filter(off_reason="").order_by("title", "pk")

    @property
    def has_offers(self) -> bool:
        """There is something to give."""
        field: Any = self.fields["offer"]
        return bool(field.queryset.exists())

    def clean(self) -> dict[str, Any]:
        """Finds the account."""
        cleaned = super().clean() or {}
        email, user_id = cleaned.get("email", ""), cleaned.get("user")
        if not email:
            return cleaned
        known = emails_of([user_id]).get(user_id) == email if user_id else False
        found = [user_id] if known else ids_of(email)
        if not found:
            self.add_error("email", _("No account has this e-mail: check the spelling."))
        elif len(found) > 1:
            self.add_error("email", _("Several accounts have this e-mail: go by the page of the customer."))
        else:
            cleaned["person"] = Person(user_id=found[0])
        return cleaned


def give(offer: PersonalOffer, person: Person, *, by: str, now: datetime) -> Given:
    """Gives a code; whoever has a live one of this offer keeps that. It is noted who gave it."""
    if offer.is_limited and places.top_up(offer, now=now) == 0:
        return Given(why_not=_("Its budget is used up: raise it in the offer first."))
    occasion = f"by hand {now.isoformat(timespec='microseconds')}"
    code = issue(offer, person, reason=BY_HAND, occasion=occasion, asked_by=by, now=now)
    if code is None:
        return Given(why_not=_why_not(offer))
    return Given(code, is_new=code.occasion == occasion)


def _why_not(offer: PersonalOffer) -> str:
    if offer.most_codes is not None and offer.codes.count() >= offer.most_codes:
        return _("All codes of this offer are given out: raise their number in the offer first.")
    text = ngettext(
        "They have %(n)s code already, and nobody has more at once: wait until it is used, or take it back.",
        "They have %(n)s codes already, and nobody has more at once: wait until one is used, or take one back.",
        conf.CODES_AT_ONCE,
    )
    return text % {"n": conf.CODES_AT_ONCE}
