"""Banners to start from: each is the form of a new banner, filled in, its words in each language of the shop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from personalization.storefront.block_form import languages
from personalization.storefront.slots.form import word_field
from personalization.storefront.slots.models import BUTTON, TEXT, TITLE

HERO = "home-hero"


@dataclass(frozen=True)
class ReadyBanner:
    """A banner to start from; whom it is for its owner chooses, for segments are the shop's own."""

    label: str | Promise
    about: str | Promise
    words: Mapping[str, str | Promise]
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The form of a new banner with this in it."""
        told: dict[str, Any] = {"slot": HERO, "link": "/catalogue/", "name": str(self.label)} | dict(self.fields)
        for code in languages():
            with translation.override(code):
                told |= {word_field(code, part): str(words) for part, words in self.words.items()}
        return f"{reverse('admin:personalization_banner_add')}?{urlencode(told, doseq=True)}"


_READY = (
    ReadyBanner(
        _("Welcome, for everybody"), _("The one behind all others: whoever no other banner is for sees this."),
        {TITLE: _("Good that you are here"), TEXT: _("See what others like just now."), BUTTON: _("Have a look")},
        {"priority": 900},
    ),
    ReadyBanner(
        _("Thanks to regulars"), _("For people who order often: choose the segment under “To whom”."),
        {TITLE: _("Good to have you back"), TEXT: _("What you like is waiting where you left it."),
         BUTTON: _("Go on")},
        {"priority": 100},
    ),
    ReadyBanner(
        _("For rainy days"), _("Choose a segment about the weather, and it comes when it rains where they are."),
        {TITLE: _("A good day to stay in"), TEXT: _("We bring it to your door, and you stay dry."),
         BUTTON: _("See what is fresh")},
        {"priority": 200},
    ),
    ReadyBanner(
        _("The evening"), _("From 16 to 23 o'clock by the shop's clock, to everybody."),
        {TITLE: _("What is for supper?"), TEXT: _("Something quick, and something good."), BUTTON: _("Find an idea")},
        {"priority": 300, "hours_since": "16:00", "hours_until": "23:00"},
    ),
)  # fmt: skip


def ready_banners() -> list[ReadyBanner]:
    """All of them."""
    return list(_READY)
