"""The form of a segment: its name, its note, and the builder of its tree."""

from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _

from personalization.people.segments.builder import DO, Builder
from personalization.people.segments.models import Segment
from personalization.people.segments.versions import version


class SegmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A press of one of the builder's buttons is answered by the form as it then stands: nothing is judged or saved."""

    class Meta:
        model = Segment
        fields = ("name", "note", "is_active")

    def __init__(self, *args: Any, tree: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        adding = self.instance._state.adding
        self.before = None if adding else version(self.instance)
        if adding:
            tree = self.initial.get("tree", tree)
        stored = self.instance.tree if not adding else tree
        self.builder = Builder(self.data if self.is_bound else None, tree=stored)
        self.order = str(self.data.get(DO, "")) if self.is_bound else ""
        if self.order:
            self.builder.do(self.order)
        if adding and not self.builder.focus:
            self.fields["name"].widget.attrs["autofocus"] = True

    def full_clean(self) -> None:
        """Not while somebody is still building."""
        if not self.order:
            super().full_clean()
            return
        self._errors = ErrorDict()
        self.cleaned_data = {}

    def is_valid(self) -> bool:
        """What is still being built is not to be saved."""
        return not self.order and super().is_valid()

    def clean(self) -> dict[str, Any]:
        """Puts the tree where it is stored."""
        cleaned = super().clean() or {}
        if not self.builder.is_valid:
            self.add_error(None, _("A rule lacks something: it says what, where it stands."))
        elif self.builder.is_empty:
            self.add_error(None, _("Say who belongs to it: choose at least one rule."))
        self.instance.tree = self.builder.stored()
        return cleaned
