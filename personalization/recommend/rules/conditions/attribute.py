"""Goods by what the catalogue says of them: colour, size, gluten-free."""

from collections.abc import Iterator

from django import forms
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization import shop
from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values, text, words
from personalization.recommend.facts.fact import Fact
from personalization.recommend.facts.models import ProductFact
from personalization.recommend.rules.condition import Condition, Surroundings, conditions

# Out of so many goods the attributes that they have are offered.
SAMPLE = 2_000
_CODES = f"""
SELECT DISTINCT jsonb_object_keys(attributes) FROM
  (SELECT attributes FROM {ProductFact._meta.db_table} WHERE attributes <> '{{}}' LIMIT {SAMPLE}) AS sampled ORDER BY 1
"""  # noqa: S608 - a table's name and a number of ours


def attribute_choices() -> Iterator[tuple[str, str]]:
    """The attributes that goods of the catalogue have, by what the shop calls them."""
    yield "", _("choose an attribute")
    with connection.cursor() as cursor:
        cursor.execute(_CODES)
        codes = [code for (code,) in cursor.fetchall()]
    names = shop.attribute_names(codes)
    yield from sorted(((code, names.get(code, code)) for code in codes), key=lambda one: one[1].casefold())


class AttributeField(forms.ChoiceField):
    """One of those; one that no product has today is kept, for it may come back."""

    def valid_value(self, value: str) -> bool:
        """Any code."""
        return bool(value)


class AttributeForm(forms.Form):
    """Which attribute, and what it says."""

    attribute = AttributeField(label=gettext_lazy("Attribute"), choices=attribute_choices)
    values = ChosenField("value", label=gettext_lazy("Is one of"))


@conditions.register
class WithAttribute(Condition):
    """An attribute has one of these values."""

    name = "attribute"
    label = gettext_lazy("goods with a certain attribute")
    Form = AttributeForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """Its value is named, however it is written."""
        told = {one.casefold() for one in fact.values_of(text(values, "attribute"))}
        return any(one.casefold() in told for one in words(values, "values"))

    def is_complete(self, values: Values) -> bool:
        """Both are said."""
        return bool(text(values, "attribute") and words(values, "values"))

    def describe(self, values: Values, names: Names = ASK) -> str:
        """The attribute with its values."""
        code = text(values, "attribute")
        told = {"attribute": code, "values": names.told("value", words(values, "values"))}
        return _("goods whose %(attribute)s is %(values)s") % told
