"""The settings of what an owner chose, such as a kind of list: its own small form, drawn as a part of a larger one.

They are kept as JSON, and read by way of that form: what does not fit its field counts as not set.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder

Settings = Mapping[str, Any]
EMPTY = (None, "")


def defaults_of(form: type[forms.Form]) -> dict[str, Any]:
    """The initial value of each setting."""
    return {name: field.initial for name, field in form.base_fields.items()}


def filled(form: type[forms.Form], settings: Settings) -> dict[str, Any]:
    """The settings with every default filled in; what does not fit its field is replaced by the default."""
    defaults = defaults_of(form)
    bound = form(data=defaults | dict(settings))
    bound.is_valid()
    return defaults | {name: value for name, value in bound.cleaned_data.items() if value not in EMPTY}


def fields_for(form: type[forms.Form], prefix: str) -> dict[str, forms.Field]:
    """The fields of a larger form for these settings."""
    found: dict[str, forms.Field] = {}
    for name, field in form.base_fields.items():
        # Without a script, what was chosen a moment ago sends no settings yet: its defaults are meant.
        found[prefix + name] = own = deepcopy(field)
        own.required = False
    return found


def sent(form: type[forms.Form], cleaned: Settings, *, prefix: str, defaults: Settings) -> forms.Form:
    """Its own form with what the larger one was sent; an empty field means the default."""
    given = {name: cleaned.get(prefix + name) for name in form.base_fields}
    return form(data={**defaults, **{name: one for name, one in given.items() if one not in EMPTY}})


def tell_errors(larger: forms.BaseForm, form: forms.Form, *, prefix: str) -> None:
    """Puts what is wrong with the settings beside their fields in the larger form."""
    for name, errors in form.errors.items():
        larger.add_error(prefix + name if name in form.base_fields else None, errors)


def stored(form: forms.Form) -> dict[str, Any]:
    """What its form made of them, as they are kept."""
    told: dict[str, Any] = json.loads(json.dumps(form.cleaned_data, cls=DjangoJSONEncoder))
    return told
