"""The form of a pop-up: what it holds, its words in each language, the moment, and how seldom."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from personalization.campaigns.arm import ALL, Arm
from personalization.campaigns.form import CampaignForm, own_page
from personalization.campaigns.frequency import MOST, Frequency
from personalization.chosen.settings import fields_for, sent, stored, tell_errors
from personalization.storefront.block_form import languages
from personalization.storefront.popups import text
from personalization.storefront.popups.designs.design import Design, designs
from personalization.storefront.popups.models import AGREE, ANSWERS, BUTTON, PARTS, TEXT, THANKS, TITLE, Popup
from personalization.storefront.triggers.trigger import Trigger, triggers

OFTEN = ("visit", "day", "week", "total", "gap")
OFTEN_FIELDS = tuple(f"often_{name}" for name in OFTEN)
_LABELS = {
    TITLE: _("Heading"),
    TEXT: _("Text"),
    BUTTON: _("Button"),
    THANKS: _("After an answer"),
    ANSWERS: _("Answers, one a line"),
    AGREE: _("Beside the box of a form for an e-mail"),
}
_LENGTHS = {TITLE: 80, TEXT: 600, BUTTON: 30, THANKS: 160, ANSWERS: 400, AGREE: 300}


class PopupForm(CampaignForm):
    """What all pop-ups have; `form_class` adds words, and the settings of every design and every trigger."""

    often_visit = forms.IntegerField(label=_("A visit"), required=False, min_value=0, max_value=MOST)
    often_day = forms.IntegerField(label=_("A day"), required=False, min_value=0, max_value=MOST)
    often_week = forms.IntegerField(label=_("A week"), required=False, min_value=0, max_value=MOST)
    often_total = forms.IntegerField(label=_("In all"), required=False, min_value=0, max_value=MOST)
    often_gap = forms.IntegerField(
        label=_("Hours from one time to the next"), required=False, min_value=0, max_value=MOST
    )  # fmt: skip
    share = forms.IntegerField(
        label=_("To so many of a hundred people"), required=False, min_value=1, max_value=ALL,
        help_text=_("Always the same ones. Begin with 10, look at the figures, then go to 100."),
    )  # fmt: skip

    class Meta:
        """What is kept as JSON is drawn as fields of its own."""

        model = Popup
        exclude = ["audience", "hours", "frequency", "arm", "texts", "design_parameters", "trigger_parameters"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        popup: Popup = self.instance
        kept = {f"often_{name}": value for name, value in popup.how_often.stored().items()}
        kept |= {"share": popup.in_arm.share}
        for code in languages():
            told = popup.texts.get(code, {})
            kept |= {word_field(code, part): told.get(part, "") for part in PARTS if isinstance(told, dict)}
        for prefix, name, parameters in self._settings():
            kept |= {f"{prefix}_{name}_{key}": value for key, value in parameters.items()}
        for name, value in kept.items():
            if name in self.fields:
                self.fields[name].initial = value

    def _settings(self) -> list[tuple[str, str, dict[str, Any]]]:
        popup: Popup = self.instance
        return [
            ("design", popup.design, popup.design_parameters), ("trigger", popup.trigger, popup.trigger_parameters),
        ]  # fmt: skip

    def clean_link(self) -> str:
        """A page of this shop: nobody is sent elsewhere by something that came up by itself."""
        return own_page(self.cleaned_data["link"])

    def clean(self) -> dict[str, Any]:
        """Puts everything where it is stored, and says in words what does not go together."""
        cleaned = super().clean()
        popup: Popup = self.instance
        popup.texts = self._texts(cleaned)
        if set(OFTEN_FIELDS) & self.fields.keys():
            popup.frequency = Frequency(**{name: cleaned.get(f"often_{name}") or 0 for name in OFTEN}).stored()
        if "share" in self.fields:
            share = cleaned.get("share") or ALL
            popup.arm = Arm(popup.in_arm.experiment, 0, share).stored()
        popup.design_parameters = self._parameters("design", designs, cleaned, popup.design_parameters)
        popup.trigger_parameters = self._parameters("trigger", triggers, cleaned, popup.trigger_parameters)
        if not any(told.get(TITLE) for told in popup.texts.values()):
            first = word_field(next(iter(languages())), TITLE)
            self.add_error(first if first in self.fields else None, _("Give it a heading: it says what this is about."))
        return cleaned

    def _texts(self, cleaned: dict[str, Any]) -> dict[str, dict[str, str]]:
        # What was written in a language that the shop no longer offers is kept: it may come back.
        kept = dict(self.instance.texts)
        for code in languages():
            told = {part: (cleaned.get(word_field(code, part)) or "").strip() for part in PARTS}
            for part, words in told.items():
                if unknown := text.unknown_places(words):
                    told_all = ", ".join(f"{{{name}}}" for name in text.PLACEHOLDERS)
                    error = _("%(unknown)s is not known: in braces may stand %(known)s.")
                    values = {"unknown": ", ".join(f"{{{one}}}" for one in unknown), "known": told_all}
                    self.add_error(word_field(code, part), ValidationError(error, params=values))
            kept[code] = {part: words for part, words in told.items() if words}
        return {code: told for code, told in kept.items() if told}

    def _parameters(self, prefix: str, registry: Any, cleaned: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
        name = cleaned.get(prefix)
        if name is None or name not in registry:
            return kept
        entry: Design | Trigger = registry.get(name)
        form = sent(entry.Form, cleaned, prefix=f"{prefix}_{name}_", defaults=entry.clean({}))
        tell_errors(self, form, prefix=f"{prefix}_{name}_")
        return stored(form)


def form_class() -> type[PopupForm]:
    """With the words of each language, and all settings; the page shows those of the chosen design and trigger."""
    fields: dict[str, Any] = {}
    for code, language in languages().items():
        for part in PARTS:
            fields[word_field(code, part)] = _word(code, part, language)
    for prefix, registry in (("design", designs), ("trigger", triggers)):
        for entry in registry:
            fields |= fields_for(entry.Form, f"{prefix}_{entry.name}_")
    return type("PopupForm", (PopupForm,), fields)


def word_field(code: str, part: str) -> str:
    """The name of the field of these words."""
    return f"words_{code}_{part}"


def word_fields() -> list[str]:
    """All of them, by language."""
    return [word_field(code, part) for code in languages() for part in PARTS]


def setting_fields(prefix: str) -> list[str]:
    """The settings of all designs, or of all triggers."""
    registry: Any = designs if prefix == "design" else triggers
    return [f"{prefix}_{entry.name}_{name}" for entry in registry for name in entry.Form.base_fields]


def _word(code: str, part: str, language: str) -> forms.CharField:
    attrs = {"lang": code, "class": "vTextField"}
    widget: Any = (
        forms.Textarea(attrs=attrs | {"rows": 2}) if part in (TEXT, ANSWERS, AGREE) else forms.TextInput(attrs=attrs)
    )
    label = _("%(what)s (%(language)s)") % {"what": _LABELS[part], "language": language}
    return forms.CharField(label=label, required=False, max_length=_LENGTHS[part], widget=widget)
