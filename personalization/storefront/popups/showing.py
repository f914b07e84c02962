"""Draws a pop-up for somebody."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace
from typing import Any

from django.template.context_processors import csrf
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from personalization.campaigns.link import own_page_or_none
from personalization.guard import guarded
from personalization.storefront.popups import text
from personalization.storefront.popups.designs.design import Content, designs
from personalization.storefront.popups.models import BUTTON, TEXT, THANKS, TITLE, Popup
from personalization.storefront.request import Page


@dataclass(frozen=True)
class Drawn:
    """What the templates get as `popup`."""

    id: str
    title: str
    text: str
    button: str
    link: str
    look: str
    design: str
    told: Mapping[str, Any]
    # Drawn into the page itself, for a browser without scripts.
    is_inline: bool = False


def content_of(popup: Popup, page: Page, *, product_id: int | None = None) -> Content | None:
    """What its design finds for this person; None where there is nothing, or where it fails."""
    design = popup.design_object()
    if design is None:
        return None
    find = partial(design.content, popup.held, page, product_id=product_id)
    return guarded(find, doing=f"filling the pop-up {popup.pk}", fallback=None)


def drawn(
    popup: Popup, content: Content, page: Page, *, showing_id: str = "", path: str = "/", is_inline: bool = False
) -> str:
    """The HTML; `path` is the page on which it comes up."""
    values = {"name": _first_name(page)} | dict(content.values)
    told = Drawn(
        id=showing_id, title=text.plain(popup.words(TITLE), values), text=text.rich(popup.words(TEXT), values),
        button=text.plain(popup.words(BUTTON), values) or str(_("Go on")), link=own_page_or_none(popup.link),
        look=popup.look, design=popup.design, told=content.told,
    )  # fmt: skip
    told = replace(told, is_inline=is_inline)
    request = page.request
    about = {"popup": told, "next": path, "request": SimpleNamespace(get_full_path=lambda: path)}
    return render_to_string(designs.get(popup.design).template, about | (csrf(request) if request is not None else {}))


def thanks(popup: Popup, page: Page) -> str:
    """What is said to whoever answered."""
    own = text.plain(popup.words(THANKS), {"name": _first_name(page)})
    return own or str(_("Thank you!"))


def _first_name(page: Page) -> str:
    user = getattr(page.request, "user", None) if page.person.user_id is not None else None
    return str(getattr(user, "first_name", "") or "")
