"""Draws a banner, and notes that it was shown."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from personalization.campaigns.link import own_page_or_none
from personalization.conf import conf
from personalization.events.identifiers import event_id
from personalization.events.record import record
from personalization.guard import READING, guarded
from personalization.storefront.paragraphs import paragraphs
from personalization.storefront.request import page_of
from personalization.storefront.slots.choice import banner_for
from personalization.storefront.slots.models import ALT, BUTTON, TEXT, TITLE, Banner, Told

TEMPLATE = "personalization/banner.html"
NOTHING = mark_safe("")
STEP = 10


@dataclass(frozen=True)
class Drawn:
    """What the template gets as `banner`."""

    id: int | None
    slot: str
    slug: str
    title: Told
    text: Told
    button: Told
    alt: Told
    picture: str
    # Tens of per cent: a strict policy allows no style of its own, so each step is a class.
    focus_x: int
    focus_y: int
    link: str
    shown_id: str = ""


def banner_at(request: HttpRequest | None, slot: str) -> SafeString:
    """The banner of this slot for whoever looks; nothing where none is for them, or where anything fails."""
    if not conf.ENABLED or request is None or not READING.is_worth_a_try:
        return NOTHING
    return guarded(lambda: _shown(request, slot), doing=f"showing the slot {slot}", fallback=NOTHING)


def drawn(banner: Banner, *, slug: str = "pz-banner", shown_id: str = "") -> SafeString:
    """The HTML. Its words are data: never a template, and only a few tags of the text stay."""
    text = banner.words(TEXT)
    told = Drawn(
        id=banner.pk, slot=banner.slot, slug=slug, title=banner.words(TITLE), text=Told(rich(text.text), text.language),
        button=banner.words(BUTTON), alt=banner.words(ALT), picture=banner.picture.url if banner.picture else "",
        focus_x=step_of(banner.focus_x), focus_y=step_of(banner.focus_y), link=own_page_or_none(banner.link),
        shown_id=shown_id,
    )  # fmt: skip
    return mark_safe(render_to_string(TEMPLATE, {"banner": told}))  # noqa: S308 - a template of ours or of the shop


def rich(text: str) -> SafeString:
    """Paragraphs with the few tags that are allowed; nothing for nothing."""
    return mark_safe(paragraphs(text)) if text else NOTHING  # noqa: S308 - cleaned just now


def step_of(percent: int) -> int:
    """The nearest step that there is a class of."""
    return STEP * ((min(max(percent, 0), 100) + STEP // 2) // STEP)


def _shown(request: HttpRequest, slot: str) -> SafeString:
    # From here on no cache keeps the page: who is shown nothing but what stands between the tags is somebody, too.
    page = page_of(request)
    banner = banner_for(page, slot)
    if page.watch is not None:
        page.watch.slots.append((slot, banner.pk if banner else None))
    if banner is None:
        return NOTHING
    identifier = event_id(page.now)
    html = drawn(banner, slug=page.once(slugify(f"pz-{slot}-{banner.pk}")), shown_id=str(identifier))
    # Its own name: what a template says is no plain text, and the log takes nothing else.
    record("banner_shown", payload={"banner": banner.pk, "slot": banner.slot}, identifier=identifier)
    return html
