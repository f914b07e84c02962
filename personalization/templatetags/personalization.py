"""The tags a developer drops into a template after `{% load personalization %}`. None of them ever raises."""

from functools import partial
from typing import Any

from django import template
from django.utils.safestring import SafeString

from personalization.conf import conf
from personalization.guard import guarded
from personalization.storefront.blocks import NOTHING, Wish, show, wish_of
from personalization.storefront.doors import showing as doors
from personalization.storefront.models import Block
from personalization.storefront.own_offers import own_offers
from personalization.storefront.popups import tag as popups
from personalization.storefront.request import Page, page_of
from personalization.storefront.script import script
from personalization.storefront.seen_as import inside
from personalization.storefront.slots.tag import content_slot
from personalization.storefront.toolbar.tag import toolbar
from personalization.storefront.watch import BlockSeen

register = template.Library()
Look = dict[str, Any]
register.tag("content_slot", content_slot)


@register.simple_tag(takes_context=True)
def recommended_for(context: template.Context, user: Any = None, **look: Any) -> SafeString:
    """What this shopper will want next; a stranger gets what their visit says, or what is trending."""
    return _tag(context, "for_you", look, user=user)


@register.simple_tag(takes_context=True)
def similar_to(context: template.Context, product: Any = None, **look: Any) -> SafeString:
    """What could be taken instead of this product."""
    return _tag(context, "similar", look, product=product)


@register.simple_tag(takes_context=True)
def bought_together(context: template.Context, product: Any = None, **look: Any) -> SafeString:
    """What goes into the same basket as this product."""
    return _tag(context, "bought_together", look, product=product)


@register.simple_tag(takes_context=True)
def bundle_for(context: template.Context, product: Any = None, **look: Any) -> SafeString:
    """This product and what goes with it, at their joint price, with one button for all."""
    return _tag(context, "bundle", {"minimum": 2} | look, product=product)


@register.simple_tag(takes_context=True)
def also_viewed(context: template.Context, product: Any = None, **look: Any) -> SafeString:
    """What people who looked at this product also looked at."""
    return _tag(context, "also_viewed", look, product=product)


@register.simple_tag(takes_context=True)
def goes_with_basket(context: template.Context, **look: Any) -> SafeString:
    """What goes with all that is in the basket."""
    return _tag(context, "goes_with_basket", look)


@register.simple_tag(takes_context=True)
def from_this_search(context: template.Context, words: str | None = None, **look: Any) -> SafeString:
    """What people chose who searched for the same; `words` on a page that is not Oscar's own page of results."""
    if words is not None and _is_on():
        told = str(words)
        guarded(lambda: setattr(_page(context), "search", told), doing="reading a search", fallback=None)
    return _tag(context, "from_search", look)


@register.simple_tag(takes_context=True)
def bestsellers(
    context: template.Context, *, period: str = "month", measure: str = "units", category: Any = None, **look: Any
) -> SafeString:
    """What sells best over a period, in a category or in the whole shop, by units, revenue or orders."""
    return _tag(context, "bestsellers", look, category=category, parameters={"period": period, "measure": measure})


@register.simple_tag(takes_context=True)
def trending(context: template.Context, **look: Any) -> SafeString:
    """What sells better this week than it usually does."""
    return _tag(context, "trending", look)


@register.simple_tag(takes_context=True)
def recently_viewed(context: template.Context, **look: Any) -> SafeString:
    """What this shopper looked at last."""
    return _tag(context, "recently_viewed", {"minimum": 1} | look, product=context.get("product"))


@register.simple_tag(takes_context=True)
def new_arrivals(context: template.Context, *, category: Any = None, **look: Any) -> SafeString:
    """What came into the shop last, or into one category."""
    return _tag(context, "new_arrivals", look, category=category)


@register.simple_tag(takes_context=True)
def block_at(context: template.Context, slot: str, **look: Any) -> SafeString:
    """The owner's blocks of this place, for the product and category that the page is about."""

    def render() -> SafeString:
        page = _page(context)
        return SafeString("".join(_block(context, page, block) for block in page.blocks.get(slot, [])))

    return guarded(render, doing=f"showing the place {slot}", fallback=NOTHING) if _is_on() else NOTHING


@register.simple_tag(takes_context=True)
def in_segment(context: template.Context, name: str) -> bool:
    """Whether whoever looks is in the segment of that name, now: `{% in_segment "VIP" as is_vip %}`."""
    told = str(name)

    def ask() -> bool:
        return _page(context).is_in_named(told)

    return guarded(ask, doing=f"asking for the segment “{told}”", fallback=False) if _is_on() else False


@register.simple_tag(takes_context=True)
def interest_door(context: template.Context, name: str) -> SafeString:
    """The door of that name: what somebody came for, to be chosen once and changed at any time."""
    told = str(name)

    def render() -> SafeString:
        return doors.door(_page(context), told)

    return guarded(render, doing=f"showing the door {told}", fallback=NOTHING) if _is_on() else NOTHING


@register.simple_tag(takes_context=True)
def interest_doors(context: template.Context) -> SafeString:
    """All doors of the shop, where a shopper looks through what they said."""

    def render() -> SafeString:
        return doors.all_doors(_page(context))

    return guarded(render, doing="showing the doors", fallback=NOTHING) if _is_on() else NOTHING


@register.simple_tag(takes_context=True)
def personal_offers(context: template.Context, *, has_title: bool = True) -> SafeString:
    """The codes that are whoever's who looks, each with a button that puts it to use."""

    def render() -> SafeString:
        return own_offers(_page(context), has_title=has_title)

    return guarded(render, doing="showing personal offers", fallback=NOTHING) if _is_on() else NOTHING


@register.simple_tag(takes_context=True)
def personalization_script(context: template.Context) -> SafeString:
    """The script that tells what was really looked at, and the banner that asks for leave; once a page, at its end."""
    request = context.get("request")
    if request is not None and inside.is_seen_as(request):
        return inside.strip(request)
    return SafeString(script(request) + toolbar(request, partial(_flat, context)))


@register.simple_tag(takes_context=True)
def personalization_popups(context: template.Context, *, kind: str = "") -> SafeString:
    """The script of pop-ups, after `personalization_script`; none in the checkout. `kind` names a page of your own."""
    request = context.get("request")
    if request is not None and inside.is_seen_as(request):
        return inside.popup(request, partial(_flat, context))
    return popups.script(request, _flat(context), kind=kind)


@register.simple_tag(takes_context=True)
def popup_without_script(context: template.Context, name: str) -> SafeString:
    """The pop-up of that name as a part of the page, where a browser runs no scripts."""
    return popups.inline(context.get("request"), _flat(context), str(name))


def _block(context: template.Context, page: Page, block: Block) -> SafeString:
    # Guarded one by one: what an owner broke in one block leaves the others alone.
    about = {"product": context.get("product"), "category": context.get("category")}

    def render() -> SafeString:
        if page.is_for(block):
            return show(wish_of(block), page, **about)
        if page.watch is not None:
            page.watch.blocks.append(BlockSeen(wish_of(block)))
        return NOTHING

    return guarded(render, doing=f"reading the block {block.pk}", fallback=NOTHING)


def _tag(
    context: template.Context,
    strategy: str,
    look: Look,
    *,
    user: Any = None,
    product: Any = None,
    category: Any = None,
    parameters: dict[str, Any] | None = None,
) -> SafeString:
    def render() -> SafeString:
        wish = Wish(
            strategy,
            title=str(look.get("title", "")),
            limit=look.get("limit"),
            minimum=int(look.get("minimum", 3)),
            parameters=parameters or {},
            template=look.get("template", ""),
        )
        return show(wish, _page(context, user=user), product=product, category=category)

    return guarded(render, doing=f"reading the tag {strategy}", fallback=NOTHING) if _is_on() else NOTHING


def _flat(context: template.Context) -> dict[str, Any]:
    told: dict[Any, Any] = context.flatten()
    return told


def _page(context: template.Context, *, user: Any = None) -> Page:
    return page_of(context.get("request"), user=user)


def _is_on() -> bool:
    return conf.ENABLED
