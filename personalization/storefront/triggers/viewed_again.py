"""On the page of a product that was looked at several times."""

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization.storefront.triggers.trigger import Moment, Parameters, Trigger, triggers


class ViewsForm(forms.Form):
    """How often."""

    times = forms.IntegerField(
        label=_("Looked at so often"), initial=3, min_value=2, max_value=100,
        help_text=_("Within the last four weeks, this time among them."),
    )  # fmt: skip


@triggers.register
class ViewedAgain(Trigger):
    """They come back to it."""

    name, label, Form = "viewed_again", _("when a product is looked at again and again"), ViewsForm
    sentence = _("on the page of a product that was looked at %(times)s times or more")

    def fires(self, moment: Moment, parameters: Parameters) -> bool:
        """Only on the page of that product."""
        return moment.product_id is not None and moment.product_views >= parameters["times"]
