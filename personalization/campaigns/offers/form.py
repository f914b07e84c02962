"""The form of an offer: its own fields, the goods, and the settings of what gives a code."""

from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from personalization.campaigns.form import CampaignForm
from personalization.campaigns.offers.models import PersonalOffer
from personalization.campaigns.offers.trigger import Trigger, triggers
from personalization.chosen.field import ChosenField
from personalization.chosen.settings import fields_for, sent, stored, tell_errors

PARAMETER = "parameter_"
GOODS_FIELDS = ("categories", "products")


class OfferForm(CampaignForm):
    """What all offers have; `form_class` adds the fields of the trigger."""

    trigger_name: ClassVar[str] = ""

    categories = ChosenField(
        "category", label=_("In these categories"), required=False, help_text=_("With those below them.")
    )
    products = ChosenField(
        "product", label=_("And these products"), required=False,
        help_text=_("No category and no product chosen: everything."),
    )  # fmt: skip

    class Meta:
        """Goods, audience and settings are drawn as fields of their own."""

        model = PersonalOffer
        exclude = ["goods", "parameters", "audience", "hours", "arm", "priority"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in GOODS_FIELDS:
            if name in self.fields:
                self.fields[name].initial = getattr(self.instance, name)
        if self.instance.trigger == self.trigger_name and isinstance(self.instance.parameters, dict):
            for name, value in self.instance.parameters.items():
                if field := self.fields.get(PARAMETER + name):
                    field.initial = value

    def clean(self) -> dict[str, Any]:
        """Puts goods and settings where they are stored, and says in words what does not go together."""
        cleaned = super().clean()
        if set(GOODS_FIELDS) <= self.fields.keys():
            goods = {name: list(cleaned.get(name) or ()) for name in GOODS_FIELDS}
            self.instance.goods = {name: ids for name, ids in goods.items() if ids}
        if trigger := known(self.trigger_name):
            self._take_parameters(trigger, cleaned)
        self._check(cleaned)
        return cleaned

    def _check(self, cleaned: dict[str, Any]) -> None:
        value = cleaned.get("value")
        if cleaned.get("kind") == PersonalOffer.Kind.PERCENT and value is not None and value > Decimal(100):
            self.add_error("value", _("More than 100 % can't be taken off: write a smaller number."))
        if cleaned.get("most_spent") is not None and cleaned.get("most_off") is None:
            self.add_error("most_off", _("Say how much off one order at most: only so can the sum be kept."))

    def _take_parameters(self, trigger: Trigger, cleaned: dict[str, Any]) -> None:
        form = sent(trigger.Form, cleaned, prefix=PARAMETER, defaults=trigger.defaults())
        if cleaned.get("way") == PersonalOffer.Way.CODE:
            tell_errors(self, form, prefix=PARAMETER)
        self.instance.parameters = stored(form) if form.is_valid() else {}


def form_class(trigger_name: str) -> type[OfferForm]:
    """The form for an offer with this trigger."""
    fields: dict[str, Any] = {}
    trigger = known(trigger_name)
    if trigger:
        fields |= fields_for(trigger.Form, PARAMETER)
    return type("OfferForm", (OfferForm,), fields | {"trigger_name": trigger_name})


def parameter_fields(trigger_name: str) -> list[str]:
    """The names that the form gives to the settings of this trigger."""
    trigger = known(trigger_name)
    return [PARAMETER + name for name in trigger.Form.base_fields] if trigger else []


def known(trigger_name: str) -> Trigger | None:
    """The trigger of that name, if its code is there."""
    return triggers.get(trigger_name) if trigger_name in triggers else None
