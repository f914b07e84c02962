"""The contract of a trigger: the moment at which a pop-up may come."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from personalization.chosen.settings import filled
from personalization.registry import Registry
from personalization.shop import money_told

Parameters = Mapping[str, Any]
# Never on arrival: what a page is opened for is seen first.
CALM_SECONDS = 3


@dataclass(frozen=True)
class Moment:
    """What the server knows of the page in hand and of the visit so far; None where nobody can tell."""

    # The pages opened on this visit with this one, and which visit it is; 0 where nobody can tell.
    page: int = 0
    visit: int = 0
    product_id: int | None = None
    # How often this person opened the page of this product lately, this time among them.
    product_views: int = 0
    # How many goods the search on this page found.
    results: int | None = None
    basket_total: Decimal | None = None
    # Since something last changed in the basket on this visit.
    basket_seconds: float | None = None


class NoParameters(forms.Form):
    """A trigger that has nothing to set."""


class Trigger:
    """Says whether a pop-up may come on a page, and what the browser then waits for.

    One file and one registration make it appear in the admin. `sentence` completes "It comes …" for the owner.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    sentence: ClassVar[str | Promise]
    Form: ClassVar[type[forms.Form]] = NoParameters
    # Which of its parameters are amounts: they are told as the shop writes them.
    amounts: ClassVar[tuple[str, ...]] = ()
    # What popups.js waits for: "time", "scroll", "idle", "leaving", "call", or what a script of the shop's own brought.
    waits_for: ClassVar[str] = "time"
    # It hangs on the page and the visit alone: what the server says can be drawn into a page without a script.
    needs_browser: ClassVar[bool] = False

    def fires(self, moment: Moment, parameters: Parameters) -> bool:
        """The pop-up may come on this page, as far as the server can tell; the parameters are clean."""
        return True

    def told(self, moment: Moment, parameters: Parameters) -> dict[str, Any]:
        """What the browser must know to wait for it; the parameters are clean."""
        return {"seconds": CALM_SECONDS}

    def describe(self, parameters: Parameters) -> str:
        """The owner's sentence with the parameters filled in."""
        values = self.clean(parameters)
        return str(self.sentence) % (values | {name: money_told(values[name]) for name in self.amounts})

    def clean(self, parameters: Parameters) -> dict[str, Any]:
        """The parameters with every default filled in; what does not fit its field is replaced by the default."""
        return filled(self.Form, parameters)


triggers: Registry[Trigger] = Registry("trigger")


def trigger_choices() -> list[tuple[str, str | Promise]]:
    """For the model field, which keeps this function by reference: a new trigger makes no migration."""
    return triggers.choices()
