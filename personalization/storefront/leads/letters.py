"""The words of the letters, in the reader's language."""

from datetime import datetime
from urllib.parse import urlencode

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from personalization import shop
from personalization.storefront.leads.keys import LINK_LASTS, confirm_key, stop_key
from personalization.storefront.leads.models import Lead


def question(lead: Lead) -> EmailMessage:
    """Was it you? With a link that runs out."""
    more = {"link": _link("confirm_lead", confirm_key(lead)), "days": LINK_LASTS.days, "offer": lead.offer}
    return _letter(lead, "confirm", _("Please confirm your address"), more)


def welcome(lead: Lead) -> EmailMessage:
    """Thanks, with the code if there is one."""
    until = date_format(localtime(lead.code.expires_at), "j E Y") if lead.code else ""
    subject = _("Your code: %(code)s") % {"code": lead.code.code} if lead.code else _("You are on our list")
    return _letter(lead, "welcome", subject, {"code": lead.code, "offer": lead.offer, "until": until})


def already(lead: Lead) -> EmailMessage:
    """To an address that gets our letters: said to its owner, and to nobody else."""
    return _letter(lead, "already", _("You are on our list already"), {})


def write(lead: Lead, *, has_letters: bool, now: datetime) -> EmailMessage:
    """The letter that is due."""
    with translation.override(lead.language or None):
        if lead.letter == Lead.Letter.WELCOME:
            return welcome(lead)
        return already(lead) if has_letters else question(lead)


def _letter(lead: Lead, name: str, subject: str, more: dict[str, object]) -> EmailMessage:
    stop = _link("stop_lead", stop_key(lead))
    told = {"shop": shop.name(), "address": shop.address(), "stop": stop} | more
    text = render_to_string(f"personalization/letters/{name}.txt", told)
    headers = {
        "List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }  # fmt: skip
    # A name of a shop that holds a line break would end the header.
    title = " ".join(f"{shop.name()}: {subject}".split())
    return EmailMessage(subject=title, body=text.strip() + "\n", to=[lead.email], headers=headers)


def _link(name: str, key: str) -> str:
    return f"{shop.address()}{reverse(f'personalization:{name}')}?{urlencode({'key': key})}"
