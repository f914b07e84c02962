"""The contract of a design: what a pop-up holds besides its words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from personalization.chosen.settings import filled
from personalization.registry import Registry
from personalization.storefront.request import Page

Parameters = Mapping[str, Any]


class NoParameters(forms.Form):
    """A design that has nothing to set."""


@dataclass(frozen=True)
class Content:
    """What a design found for this person: for its template, and for the places in the words."""

    told: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What an answer given in a pop-up came to; where it is not `is_taken`, the form stays, with this beside it."""

    told: str = ""
    answer: int | None = None
    is_taken: bool = True


NOTHING_MORE = Content()


class Design:
    """What a pop-up holds. One file, one registration and one template make it appear in the admin.

    `sentence` begins the owner's sentence: "Shows …". `parts` are the words that it draws.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    sentence: ClassVar[str | Promise]
    template: ClassVar[str]
    parts: ClassVar[tuple[str, ...]] = ("title", "text", "button")
    # It gives something that is made for one person, and so is given only once it interrupts them: see `given`.
    gives: ClassVar[bool] = False
    # Which places in the words it fills, besides those that every design does.
    fills: ClassVar[tuple[str, ...]] = ()
    Form: ClassVar[type[forms.Form]] = NoParameters

    def content(self, parameters: Parameters, page: Page, *, product_id: int | None = None) -> Content | None:
        """What it holds for this person; None where there is nothing to show, and then nothing comes."""
        return NOTHING_MORE

    def imagined(self, parameters: Parameters) -> Content:
        """What it might hold, for a preview in which it holds nothing."""
        return NOTHING_MORE

    def given(self, parameters: Parameters, page: Page, *, content: Content) -> Content | None:
        """Done once the pop-up may be shown, for what costs something: a code that is made for this person."""
        return content

    def answered(self, parameters: Parameters, sent: Mapping[str, str], page: Page) -> Reply | None:
        """What is sent from its form; None where it has none."""
        return None

    def clean(self, parameters: Parameters) -> dict[str, Any]:
        """The parameters with every default filled in; what does not fit its field is replaced by the default."""
        return filled(self.Form, parameters)


designs: Registry[Design] = Registry("design")


def design_choices() -> list[tuple[str, str | Promise]]:
    """For the model field, which keeps this function by reference: a new design makes no migration."""
    return designs.choices()
