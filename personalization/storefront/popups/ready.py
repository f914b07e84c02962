"""Pop-ups to start from: each is one click, and can be changed afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from personalization.storefront.block_form import languages
from personalization.storefront.popups.designs.design import designs
from personalization.storefront.popups.models import ANSWERS, BUTTON, TEXT, THANKS, TITLE, Popup


@dataclass(frozen=True)
class Ready:
    """A pop-up to start from; its words stand in each language of the shop at once."""

    name: str
    label: str | Promise
    about: str | Promise
    words: Mapping[str, str | Promise]
    fields: Mapping[str, Any] = field(default_factory=dict)

    def popup(self) -> Popup:
        """Not saved."""
        texts: dict[str, dict[str, str]] = {}
        for code in languages():
            with translation.override(code):
                texts[code] = {part: str(words) for part, words in self.words.items()}
        return Popup(name=str(self.label), texts=texts, **self.fields)


_READY = (
    Ready(
        "welcome_back", _("Welcome back"), _("Whoever comes a second time is led on to what is new."),
        {TITLE: _("Good to see you again"), TEXT: _("Here is what came in since."), BUTTON: _("Have a look")},
        {"design": "message", "trigger": "visit_number", "trigger_parameters": {"visit": 2}, "link": "/catalogue/",
         "look": "corner"},
    ),
    Ready(
        "second_visit_lead", _("Second visit: 5 % for an e-mail"),
        _("Whoever comes a second time gets a code of their own for an address that they confirm."),
        {TITLE: _("5 % off your next order"), TEXT: _("Leave your e-mail: the code comes by letter."),
         BUTTON: _("Send me the code"), THANKS: _("Look into your mail: one click there, and the code is yours.")},
        {"design": "lead", "trigger": "visit_number", "trigger_parameters": {"visit": 2}},
    ),
    Ready(
        "free_delivery", _("Almost free delivery"), _("Says what the basket lacks, with goods that close the gap."),
        {TITLE: _("Almost free delivery"), TEXT: _("These go well with your basket."), BUTTON: _("Go on")},
        {"design": "shipping", "design_parameters": {"amount": "50.00"}, "trigger": "basket_under",
         "trigger_parameters": {"amount": "50.00", "within": "20.00"}},
    ),
    Ready(
        "nothing_found", _("Nothing found? These sell well"), _("After a search without a result it suggests goods."),
        {TITLE: _("Nothing of that name"), TEXT: _("Many people here choose these."), BUTTON: _("All goods")},
        {"design": "suggestion", "design_parameters": {"strategy": "bestsellers", "limit": 3},
         "trigger": "nothing_found", "where": "search", "link": "/catalogue/", "look": "corner"},
    ),
    Ready(
        "leaving_survey", _("One question before you go"), _("Asks whoever is about to leave what they think."),
        {TITLE: _("Did you find what you were looking for?"), THANKS: _("Thank you, that helps."),
         ANSWERS: _("Yes\nAlmost\nNo")},
        {"design": "survey", "trigger": "leaving", "look": "corner"},
    ),
    Ready(
        "code_again_and_again", _("A code for what is looked at again and again"),
        _("On the page of a product that was looked at three times, a code of their own for it."),
        {TITLE: _("Still thinking about it?"), TEXT: _("This code is yours alone."), BUTTON: _("Copy the code")},
        {"design": "discount", "trigger": "viewed_again", "trigger_parameters": {"times": 3}, "where": "product"},
    ),
)  # fmt: skip


def ready() -> list[Ready]:
    """Those whose design is there."""
    return [one for one in _READY if one.fields["design"] in designs]


def ready_named(name: str) -> Ready | None:
    """The one of that name."""
    return next((one for one in ready() if one.name == name), None)
