"""The form of a banner: its words in each language, its picture, where it leads, to whom and when."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from personalization.campaigns.arm import ALL, Arm
from personalization.campaigns.form import CampaignForm, own_page
from personalization.storefront.block_form import languages
from personalization.storefront.slots.models import ALT, BUTTON, PARTS, TEXT, TITLE, Banner, own_language

PICTURE_FIELDS = ("picture", ("focus_x", "focus_y"))
MOST_BYTES = 3_000_000
_LABELS = {TITLE: _("Heading"), TEXT: _("Text"), BUTTON: _("Button"), ALT: _("What the picture shows")}
_LENGTHS = {TITLE: 80, TEXT: 400, BUTTON: 30, ALT: 160}


class BannerForm(CampaignForm):
    """What all banners have; `form_class` adds the words of each language."""

    share = forms.IntegerField(
        label=_("To so many of a hundred people"), required=False, min_value=1, max_value=ALL,
        help_text=_("Always the same ones. Begin with 10, look at the figures, then go to 100."),
    )  # fmt: skip

    class Meta:
        """What is kept as JSON is drawn as fields of its own."""

        model = Banner
        exclude = ["audience", "hours", "arm", "texts"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        banner: Banner = self.instance
        kept: dict[str, Any] = {"share": banner.in_arm.share}
        for code in languages():
            told = banner.texts.get(code, {})
            kept |= {word_field(code, part): told.get(part, "") for part in PARTS if isinstance(told, dict)}
        for name, value in kept.items():
            if name in self.fields:
                self.fields[name].initial = value
        if "slot" in self.fields:
            self.fields["slot"].widget.attrs["list"] = "pz-slots"
        self._show_what_stands_in()

    def _show_what_stands_in(self) -> None:
        # In the field of a language without words stands, in grey, what is shown to its readers.
        own = self.instance.texts.get(own_language(), {})
        for code in languages():
            for part in PARTS:
                if code != own_language() and isinstance(own, dict) and word_field(code, part) in self.fields:
                    self.fields[word_field(code, part)].widget.attrs["placeholder"] = own.get(part, "")

    def clean_link(self) -> str:
        """A page of this shop."""
        return own_page(self.cleaned_data["link"])

    def clean_picture(self) -> Any:
        """None that a phone would wait for."""
        picture = self.cleaned_data.get("picture")
        if picture and "picture" in self.changed_data and picture.size > MOST_BYTES:
            raise ValidationError(_("This picture is larger than 3 MB: save it smaller, 1600 pixels wide will do."))
        return picture

    def clean(self) -> dict[str, Any]:
        """Puts everything where it is stored."""
        cleaned = super().clean()
        banner: Banner = self.instance
        # What was written in a language that the shop no longer offers is kept: it may come back.
        kept = dict(banner.texts)
        for code in languages():
            told = {part: (cleaned.get(word_field(code, part)) or "").strip() for part in PARTS}
            kept[code] = {part: words for part, words in told.items() if words}
        banner.texts = {code: told for code, told in kept.items() if told}
        if "share" in self.fields:
            banner.arm = Arm(banner.in_arm.experiment, 0, cleaned.get("share") or ALL).stored()
        own = word_field(own_language(), TITLE)
        if not banner.texts.get(own_language(), {}).get(TITLE):
            text = _("Give it a heading in %(language)s: whoever reads a language without words is shown this one.")
            error = ValidationError(text, params={"language": languages().get(own_language(), own_language())})
            self.add_error(own if own in self.fields else None, error)
        return cleaned


def form_class() -> type[BannerForm]:
    """With the words of each language."""
    fields: dict[str, Any] = {
        word_field(code, part): _word(code, part, language) for code, language in languages().items() for part in PARTS
    }
    return type("BannerForm", (BannerForm,), fields)


def word_field(code: str, part: str) -> str:
    """The name of the field of these words."""
    return f"words_{code}_{part}"


def word_fields(*parts: str) -> list[str]:
    """Those of these parts, by language; the shop's own language first, for the others fall back on it."""
    codes = sorted(languages(), key=lambda code: code != own_language())
    return [word_field(code, part) for code in codes for part in parts]


def _word(code: str, part: str, language: str) -> forms.CharField:
    attrs = {"lang": code, "class": "vTextField"}
    widget: Any = forms.Textarea(attrs=attrs | {"rows": 2}) if part == TEXT else forms.TextInput(attrs=attrs)
    label = _("%(what)s (%(language)s)") % {"what": _LABELS[part], "language": language}
    return forms.CharField(label=label, required=False, max_length=_LENGTHS[part], widget=widget)
