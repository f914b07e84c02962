"""The pair of tags around a slot; what stands between them is for whom no banner is meant."""

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token

from personalization.storefront.slots.showing import banner_at

END = "endcontent_slot"


class ContentSlot(template.Node):
    """A place that shows the banner of whoever looks, or else the shop's own."""

    def __init__(self, name: FilterExpression, fallback: NodeList) -> None:
        self.name, self.fallback = name, fallback

    # Django finds what stands in a block tag by the names of these.
    child_nodelists = ("fallback",)

    def render(self, context: Any) -> Any:
        """The shop's own is drawn outside of our guard: its failures are as they would be without us."""
        html = banner_at(context.get("request"), str(self.name.resolve(context)))
        return html or self.fallback.render(context)


def content_slot(parser: Parser, token: Token) -> ContentSlot:
    """`{% content_slot "home-hero" %}…{% endcontent_slot %}`: a banner, or what stands between."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise template.TemplateSyntaxError('Name the place: {% content_slot "home-hero" %}…{% endcontent_slot %}.')
    fallback = parser.parse((END,))
    parser.delete_first_token()
    return ContentSlot(parser.compile_filter(bits[1]), fallback)
