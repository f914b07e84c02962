"""The frames: each is the shop's own page, asked for with a token of this member of staff."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from personalization.events.accounts import name_of
from personalization.events.stand_in import PARAMETER
from personalization.insight.people.see.form import PHONE, WIDE, WhomForm
from personalization.jobs.back_office import minute_told
from personalization.storefront.seen_as.token import SeenAs, account, may_be_seen, signed


@dataclass(frozen=True)
class Frame:
    """A page in a frame."""

    device: str
    title: str
    url: str


@dataclass(frozen=True)
class Sight:
    """One choice: as whom, and its frames; `why_not` says what is in the way."""

    told: str
    frames: tuple[Frame, ...] = ()
    why_not: str = ""


def sight_of(request: HttpRequest, form: WhomForm, *, path: str, user: Any) -> Sight:
    """The shop's page as this person sees it, on a desktop and on a phone."""
    told = _told(form.cleaned_data, user)
    bare = path.partition("?")[0]
    if user is not None and account(SeenAs(user_id=user.pk)) is None:
        return Sight(told, why_not=_("Whoever works here can't be looked through: choose a shopper."))
    if not may_be_seen(bare, is_account=user is not None):
        return Sight(told, why_not=_("This page is not shown so: it is none of the shop’s, or somebody’s alone."))
    return Sight(told, tuple(_frames(request, form.cleaned_data, told, path=path, user=user)))


def _frames(request: HttpRequest, chosen: Any, told: str, *, path: str, user: Any) -> Iterator[Frame]:
    for device, title in ((WIDE, _("On a desktop: %(whom)s")), (PHONE, _("On a phone: %(whom)s"))):
        seen = SeenAs(
            user_id=user.pk if user else None, segment_ids=tuple(one.pk for one in chosen["segments"]),
            at=chosen["at"], device=device, source=chosen["source"], region=chosen["region"], told=told,
        )  # fmt: skip
        token = urlencode({PARAMETER: signed(seen, reader_id=request.user.pk or 0)})
        url = f"{path}{'&' if '?' in path else '?'}{token}"
        yield Frame(device, title % {"whom": told}, url)


def _told(chosen: Any, user: Any) -> str:
    at: datetime | None = chosen["at"]
    segments = ", ".join(f"“{one.name}”" for one in chosen["segments"])
    parts = [
        name_of(user) if user else (_("somebody in %(segments)s") % {"segments": segments} if segments else ""),
        _("in %(segments)s") % {"segments": segments} if user and segments else "",
        _("coming from %(source)s") % {"source": chosen["source"]} if chosen["source"] else "",
        _("in %(region)s") % {"region": chosen["region"]} if chosen["region"] else "",
        minute_told(at) if at else "",
    ]
    return ", ".join(filter(None, [parts[0] or _("a stranger"), *parts[1:]]))
