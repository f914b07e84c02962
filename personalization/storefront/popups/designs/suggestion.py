"""A few goods."""

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization.recommend.strategies.strategy import strategies, strategy_choices
from personalization.storefront.blocks import Wish, select
from personalization.storefront.popups.designs.design import Content, Design, Parameters, designs
from personalization.storefront.preview import as_product
from personalization.storefront.request import Page


class GoodsForm(forms.Form):
    """Which, and how many."""

    strategy = forms.ChoiceField(label=_("Which products"), choices=strategy_choices, initial="for_you")
    limit = forms.IntegerField(label=_("How many at most"), initial=2, min_value=1, max_value=3)


@designs.register
class Suggestion(Design):
    """As a block of the same kind of list would choose them."""

    name, label, sentence = "suggestion", _("a product suggestion"), _("Suggests products")
    template, parts, Form = "personalization/popups/suggestion.html", ("title", "text", "button"), GoodsForm

    def content(self, parameters: Parameters, page: Page, *, product_id: int | None = None) -> Content | None:
        """None where there is nothing to suggest."""
        told = self.clean(parameters)
        if told["strategy"] not in strategies:
            return None
        wish = Wish(told["strategy"], limit=told["limit"], minimum=1)
        cards = select(wish, page, product=as_product(product_id)).cards
        return Content({"cards": cards}) if cards else None
