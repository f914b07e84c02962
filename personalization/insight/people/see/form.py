"""Whom the shop is to be seen as."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization.people.segments.models import Segment

WIDE, PHONE = "desktop", "phone"


class WhereForm(forms.Form):
    """Which page."""

    path = forms.CharField(
        label=_("Page of the shop"), initial="/", max_length=300,
        help_text=_("Its address without the name of the shop, for example /catalogue/."),
    )  # fmt: skip

    def clean_path(self) -> str:
        """A page of this shop; without what is for other scripts."""
        path = str(self.cleaned_data["path"]).strip().partition("#")[0]
        if not path.startswith("/") or path.startswith("//") or "\\" in path:
            raise forms.ValidationError(_("Begin with a slash, for example /catalogue/."))
        return path


class WhomForm(forms.Form):
    """Whom, when, and how they came; nothing chosen is a stranger, now."""

    segments = forms.ModelMultipleChoiceField(
        Segment.objects.none(), label=_("In these segments"), required=False,
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )  # fmt: skip
    at = forms.DateTimeField(
        label=_("On this day, at this time"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    source = forms.CharField(label=_("Came from"), required=False, max_length=100)
    region = forms.CharField(label=_("Region"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["segments"]
        field.queryset = Segment.objects.filter(is_active=True)
