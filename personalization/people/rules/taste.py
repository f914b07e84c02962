"""What they like most: the categories and brands that most of what they do is about."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import F, FloatField, Func, Q, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import NOBODY
from personalization.people.rules.groups import TASTE
from personalization.people.rules.rule import Rule, rules


class TasteForm(forms.Form):
    """Which categories or brands, and how much."""

    categories = ChosenField("category", label=gettext_lazy("Categories"), required=False)
    brands = ChosenField("brand", label=gettext_lazy("Brands"), required=False)
    least = forms.IntegerField(
        label=gettext_lazy("At least, in %"), initial=30, min_value=1, max_value=100,
        help_text=gettext_lazy("So much of all that they look at and buy is of one of these; newer deeds count more."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Something is chosen."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("categories") and not cleaned.get("brands"):
            raise forms.ValidationError(_("Choose a category or a brand."))
        return cleaned


@rules.register
class Taste(Rule):
    """Shares of categories and brands."""

    name, label, group = "taste", gettext_lazy("like certain categories or brands"), TASTE
    Form = TasteForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile: any of them has the share."""
        wanted = [("categories", str(one)) for one in values["categories"]]
        wanted += [("brands", one) for one in values["brands"]]
        found = NOBODY
        for column, key in wanted:
            found |= Q(GreaterThanOrEqual(share_of(column, key), values["least"] / 100))
        return found

    def describe(self, values: Values, names: Names = ASK) -> str:
        """What they like, and how much."""
        kinds = (("category", values["categories"]), ("brand", values["brands"]))
        liked = _(" or ").join(names.told(kind, keys) for kind, keys in kinds if keys)
        return _("like %(what)s (at least %(n)s %% of all that they do)") % {"what": liked, "n": values["least"]}


def share_of(column: str, key: str) -> Cast:
    """A number out of a column of JSON, by a key that may look like a number itself."""
    return Cast(text_of(column, key), FloatField())


def text_of(column: str, key: str) -> Func:
    """A text out of a column of JSON."""
    return Func(F(column), Value(key), function="jsonb_extract_path_text", output_field=TextField())
