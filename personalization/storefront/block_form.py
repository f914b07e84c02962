"""The form of a block: its own fields, one heading for each language, and the settings of its kind of list."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from personalization.campaigns.form import CampaignForm
from personalization.chosen.settings import fields_for, sent, stored, tell_errors
from personalization.recommend.rules.rule import rules_from
from personalization.recommend.strategies.strategy import Strategy, strategies
from personalization.storefront.models import Block
from personalization.storefront.rule_form import RuleRows, rows_sent

TITLE, PARAMETER = "title_", "parameter_"
DIALS = ("lean_margin", "lean_stock")


class BlockForm(CampaignForm):
    """What all blocks have; `form_class` adds the fields of the kind of list."""

    strategy_name: ClassVar[str] = ""

    class Meta:
        """Headings and settings are drawn as fields of their own."""

        model = Block
        exclude = ["parameters", "titles", "rules", "audience", "hours"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = rows_sent(self.data) if self.is_bound else None
        # A form that was sent without its rules leaves them as they are.
        self.keeps_rules = self.is_bound and sent is None
        self.rule_rows = RuleRows(rules=rules_from(self.instance.rules)) if sent is None else sent
        for code, default in default_titles(self.strategy_name).items():
            if field := self.fields.get(TITLE + code):
                field.initial = self.instance.titles.get(code, "")
                field.widget.attrs["placeholder"] = default
        if self.instance.strategy == self.strategy_name:
            for name, value in self.instance.parameters.items():
                if field := self.fields.get(PARAMETER + name):
                    field.initial = value
        self._show_dials()
        if "most_of_brand" in self.fields:
            self.fields["most_of_brand"].required = False
        if "slot" in self.fields:
            self.fields["slot"].widget.attrs["list"] = "pz-slots"
        if "strategy" in self.fields:
            self.fields["strategy"].error_messages["invalid_choice"] = _(
                "Its code is gone: choose another kind of list."
            )

    def _show_dials(self) -> None:
        for name in set(DIALS) & self.fields.keys():
            # A form that was sent without its dials leaves them where they are.
            self.fields[name].required = False
            self.fields[name].widget = forms.NumberInput(attrs={"min": 0, "max": 100, "step": 5, "class": "pz-dial"})
            self.fields[name].widget.input_type = "range"

    def clean_most_of_brand(self) -> int:
        """An empty field is any number."""
        sent: int | None = self.cleaned_data["most_of_brand"]
        if sent is None and self.add_prefix("most_of_brand") not in self.data:
            return self.instance.most_of_brand  # type: ignore[no-any-return]
        return sent or 0

    def clean_lean_margin(self) -> int:
        """An empty field leaves it as it is."""
        return self._dial("lean_margin")

    def clean_lean_stock(self) -> int:
        """An empty field leaves it as it is."""
        return self._dial("lean_stock")

    def _dial(self, name: str) -> int:
        sent: int | None = self.cleaned_data[name]
        return int(getattr(self.instance, name)) if sent is None else sent

    def clean(self) -> dict[str, Any]:
        """Puts headings and settings where they are stored, and says in words what does not go together."""
        cleaned = super().clean()
        self.instance.titles = self._titles(cleaned)
        self.instance.parameters = self._parameters(cleaned)
        self._take_rules()
        minimum, limit = cleaned.get("minimum"), cleaned.get("limit")
        if minimum and limit and minimum > limit:
            text = _("At least %(minimum)s, but at most %(limit)s: make the first number smaller.")
            self.add_error("minimum", ValidationError(text, params={"minimum": minimum, "limit": limit}))
        return cleaned

    def _take_rules(self) -> None:
        if self.keeps_rules:
            return
        if not self.rule_rows.is_valid():
            self.add_error(None, _("A rule lacks something: it says what, further down."))
        self.instance.rules = [one.stored() for one in self.rule_rows.rules()]

    def _titles(self, cleaned: dict[str, Any]) -> dict[str, str]:
        # What was written in a language that the shop no longer offers is kept: it may come back.
        own = {code: (cleaned.get(TITLE + code) or "").strip() for code in languages()}
        kept = {code: text for code, text in self.instance.titles.items() if code not in own}
        return kept | {code: text for code, text in own.items() if text}

    def _parameters(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        strategy = known(self.strategy_name)
        if strategy is None:
            return self.instance.parameters  # type: ignore[no-any-return]
        form = sent(strategy.Form, cleaned, prefix=PARAMETER, defaults=strategy.defaults())
        tell_errors(self, form, prefix=PARAMETER)
        return stored(form)


def form_class(strategy_name: str) -> type[BlockForm]:
    """The form for a block of this kind of list."""
    fields: dict[str, Any] = {TITLE + code: _title_field(code, name) for code, name in languages().items()}
    strategy = known(strategy_name)
    if strategy:
        fields |= fields_for(strategy.Form, PARAMETER)
    return type("BlockForm", (BlockForm,), fields | {"strategy_name": strategy_name})


def parameter_fields(strategy_name: str) -> list[str]:
    """The names that the form gives to the settings of this kind of list."""
    strategy = known(strategy_name)
    return [PARAMETER + name for name in strategy.Form.base_fields] if strategy else []


def title_fields() -> list[str]:
    """The names that the form gives to the headings."""
    return [TITLE + code for code in languages()]


def languages() -> dict[str, str]:
    """The shop's languages by their primary code, each named in the reader's language."""
    codes = dict.fromkeys(code.split("-")[0] for code, _name in settings.LANGUAGES)
    return {code: str(get_language_info(code)["name_translated"]) for code in codes}


def default_titles(strategy_name: str) -> dict[str, str]:
    """The heading in each language when the owner writes none."""
    strategy, told = known(strategy_name), {}
    for code in languages() if strategy else ():
        with translation.override(code):
            told[code] = str(strategy.title) if strategy else ""
    return told


def known(strategy_name: str) -> Strategy | None:
    """The strategy of that name, if its code is there."""
    return strategies.get(strategy_name) if strategy_name in strategies else None


def _title_field(code: str, language: str) -> forms.CharField:
    label = _("Heading (%(language)s)") % {"language": language}
    widget = forms.TextInput(attrs={"class": "vTextField", "lang": code})
    return forms.CharField(label=label, required=False, max_length=120, widget=widget)
