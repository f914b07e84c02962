"""The forms of a door and of its ways in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from personalization.chosen.field import ChosenField
from personalization.people.carried import MOST_CATEGORIES
from personalization.storefront.block_form import languages
from personalization.storefront.doors.models import TITLE, DoorChoice, InterestDoor
from personalization.storefront.words import own_language

FEWEST, MOST = 2, 4
MOST_BYTES = 2_000_000


class WordsForm(forms.ModelForm):  # type: ignore[type-arg]
    """A heading in each language, kept as JSON."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in languages():
            told = self.instance.texts.get(code, {})
            if isinstance(told, dict) and title_field(code) in self.fields:
                self.fields[title_field(code)].initial = told.get(TITLE, "")

    def clean(self) -> dict[str, Any]:
        """Puts the headings where they are stored; the shop's own language stands in for the others."""
        cleaned = super().clean() or {}
        # What was written in a language that the shop no longer offers is kept: it may come back.
        kept = dict(self.instance.texts)
        for code in languages():
            kept[code] = {TITLE: (cleaned.get(title_field(code)) or "").strip()}
        self.instance.texts = {code: told for code, told in kept.items() if told.get(TITLE)}
        own = title_field(own_language())
        if own_language() not in self.instance.texts and own in self.fields:
            text = _("Give it a heading in %(language)s: whoever reads a language without words is shown this one.")
            self.add_error(own, ValidationError(text, params={"language": languages()[own_language()]}))
        return cleaned


class DoorForm(WordsForm):
    """The question."""

    class Meta:
        """The headings are drawn as fields of their own."""

        model = InterestDoor
        fields = ["slot", "is_active", "note"]


class ChoiceForm(WordsForm):
    """One answer."""

    categories = ChosenField(
        "category", label=_("Categories"), help_text=_("Goods of these move up; with those below them.")
    )

    class Meta:
        """Likewise."""

        model = DoorChoice
        fields = ["categories", "picture", "position"]

    def has_changed(self) -> bool:
        """An empty one that was not filled in is none; a chosen nothing would otherwise count as a change."""
        if self.instance.pk is not None or not self.is_bound:
            return super().has_changed()
        words = any((self[title_field(code)].data or "").strip() for code in languages())
        return words or any(self["categories"].data or ()) or bool(self["picture"].data)

    def clean_categories(self) -> list[int]:
        """As many as a browser can carry through a visit."""
        chosen: list[int] = self.cleaned_data["categories"]
        if len(chosen) > MOST_CATEGORIES:
            raise ValidationError(_("At most %(n)s: choose one above them."), params={"n": MOST_CATEGORIES})
        return chosen

    def clean_picture(self) -> Any:
        """None that a phone would wait for."""
        picture = self.cleaned_data.get("picture")
        if picture and "picture" in self.changed_data and picture.size > MOST_BYTES:
            raise ValidationError(_("This picture is larger than 2 MB: save it smaller, 600 pixels wide will do."))
        return picture


class ChoiceForms(BaseInlineFormSet):  # type: ignore[type-arg]
    """Two to four of them."""

    def clean(self) -> None:
        """A door with one way in asks nothing."""
        super().clean()
        if any(self.errors):
            return
        filled = [one for one in self.forms if one.has_changed() or one.instance.pk]
        if len([one for one in filled if not one.cleaned_data.get("DELETE")]) < FEWEST:
            raise ValidationError(_("A door needs at least two ways in: give each a heading and categories."))


def with_titles(form: type[WordsForm]) -> type[WordsForm]:
    """The form with a heading for each language of the shop."""
    return type(form.__name__, (form,), {title_field(code): _title(code, name) for code, name in languages().items()})


def title_field(code: str) -> str:
    """The name of the field of this heading."""
    return f"title_{code}"


def title_fields() -> list[str]:
    """Of all languages; the shop's own first, for the others fall back on it."""
    return [title_field(code) for code in sorted(languages(), key=lambda code: code != own_language())]


def _title(code: str, language: str) -> forms.CharField:
    label = _("Heading (%(language)s)") % {"language": language}
    widget = forms.TextInput(attrs={"lang": code, "class": "vTextField"})
    return forms.CharField(label=label, required=False, max_length=60, widget=widget)
