"""The contract of what gives somebody a code: whom it means now, and on which occasion."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django import forms
from django.db.models import Q
from django.utils.functional import Promise

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.profiles.models import Profile
from personalization.people.rules.rule import NoParams
from personalization.registry import Registry

ONCE = "once"


class Trigger:
    """Says who is to get a code now. One file and one registration put it into the form: no migration, no template.

    Parameters are stored as JSON; `values` reads them by way of the form, and the other methods are given what the form
    made of them. Who was given a code on an occasion is not given another on the same one: so an occasion is named by
    what does not change while it lasts.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    Form: ClassVar[type[forms.Form]] = NoParams
    # It looks at something that happened, and so at nothing that happened before the offer was made.
    is_of_the_moment: ClassVar[bool] = False

    def people(self, values: Values, *, since: datetime, now: datetime) -> Q | None:
        """Those meant, as a condition on `Profile`; None for everybody. `since`: when the offer went live."""
        raise NotImplementedError

    def occasion(self, values: Values, person: Profile, *, now: datetime) -> str:
        """What it is given for."""
        return ONCE

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Who gets one, and when, to follow "Goes to": "people who have their birthday today"."""
        raise NotImplementedError

    def needs(self, values: Values) -> Q | None:
        """Of whom the shop must know something for this to mean anybody; None if it needs nothing of the kind."""
        return None

    def values(self, params: Values) -> Values | None:
        """What is set, as the form cleans it; None while that is not enough to mean anybody."""
        form = self.Form(dict(params))
        return form.cleaned_data if form.is_valid() else None

    def defaults(self) -> Mapping[str, object]:
        """What a new offer begins with."""
        told = {name: field.initial for name, field in self.Form.base_fields.items() if field.initial is not None}
        return {name: one() if callable(one) else one for name, one in told.items()}


triggers: Registry[Trigger] = Registry("trigger of offers")


def trigger_choices() -> list[tuple[str, str | Promise]]:
    """For the model: a new trigger makes no migration."""
    return triggers.choices()
