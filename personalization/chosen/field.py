"""A field in which an owner chooses things by name; it works without a script, by writing the name and saving."""

from collections.abc import Collection
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import Choosable, Key, choosables

TYPED = "-typed"
TEMPLATE = "personalization/admin/chosen.html"


class Picked(NamedTuple):
    """What came with the form: the boxes that are ticked, and a name that was written."""

    keys: tuple[str, ...]
    typed: str = ""


class ChosenWidget(forms.Widget):
    """Ticked boxes for what is chosen, and a field that finds more."""

    template_name = TEMPLATE

    def __init__(self, kind: str, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.kind = kind

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Picked:
        """From a sent form, or from settings as they are stored."""
        if hasattr(data, "getlist"):
            return Picked(tuple(data.getlist(name)), (data.get(name + TYPED) or "").strip())
        stored = data.get(name)
        return Picked(tuple(stored) if isinstance(stored, list | tuple) else ())

    def id_for_label(self, id_: str) -> str:
        """The label belongs to the field in which one writes."""
        return id_ + TYPED if id_ else id_

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """By a template of ours, wherever the shop keeps its templates."""
        return mark_safe(render_to_string(self.template_name, self.get_context(name, value, attrs)))  # noqa: S308 - a template

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The chosen ones with their names; those that are gone say so."""
        kind = choosables.get(self.kind)
        picked = value if isinstance(value, Picked) else Picked(tuple(value or ()))
        keys = keys_of(kind, picked.keys)
        names = kind.names(keys)
        chosen = [(key, names.get(key, ""), f"#{key}") for key in keys]
        more = {"chosen": chosen, "kind": kind, "typed": picked.typed, "typed_name": name + TYPED}
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return {**context, **more}


class ChosenField(forms.Field):
    """Any number of things of one kind; kept as a list of ids, or of words."""

    default_error_messages = {"required": gettext_lazy("Choose at least one.")}

    def __init__(self, kind: str, **kwargs: Any) -> None:
        super().__init__(widget=ChosenWidget(kind), initial=kwargs.pop("initial", list), **kwargs)
        self.kind = kind

    def to_python(self, value: Any) -> list[Key]:
        """Those ticked, and the one whose name was written."""
        kind = choosables.get(self.kind)
        picked = value if isinstance(value, Picked) else Picked(tuple(value or ()))
        keys = keys_of(kind, picked.keys)
        if picked.typed and (one := self._meant(kind, picked.typed)) not in keys:
            keys.append(one)
        return keys

    def _meant(self, kind: Choosable, typed: str) -> Key:
        if kind.is_free:
            return typed
        found = kind.find(typed)
        exact = [one for one in found if typed.casefold() in (one.label.casefold(), one.more.casefold())]
        if len(best := exact or found) == 1:
            return best[0].key
        words = {"typed": typed, "found": ", ".join(f"“{one.label}”" for one in found[:4])}
        if not found:
            raise ValidationError(_("Nothing is called “%(typed)s”: write another name.") % words)
        raise ValidationError(_("“%(typed)s” may be %(found)s: write more of the name.") % words)


def keys_of(kind: Choosable, sent: Collection[Any]) -> list[Key]:
    """Each once, in their order; what can be no id is left out."""
    if kind.is_free:
        return list(dict.fromkeys(str(one)[:255] for one in sent if str(one).strip()))
    return list(dict.fromkeys(int(one) for one in sent if str(one).isdecimal() and len(str(one)) < 19))
