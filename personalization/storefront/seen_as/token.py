"""Whom a page is to be seen as; signed for one member of staff, for half an hour."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from personalization.conf import conf
from personalization.events.accounts import may_see_accounts
from personalization.events.stand_in import PARAMETER
from personalization.storefront.watch import may_look

SALT, SECONDS = "personalization.seen-as", 1800
# What is somebody's alone is not for the staff to read over their shoulder.
NEVER = frozenset({"customer", "wishlists"})
# Where a real account's basket shows its codes.
NOT_AS_AN_ACCOUNT = frozenset({"basket"})


@dataclass(frozen=True)
class SeenAs:
    """Whom, when, and how they came."""

    user_id: int | None = None
    segment_ids: tuple[int, ...] = ()
    at: datetime | None = None
    device: str = ""
    source: str = ""
    region: str = ""
    # What the strip of the page says.
    told: str = ""


def signed(seen: SeenAs, *, reader_id: int) -> str:
    """For the address of a page; of no use to anybody but this member of staff."""
    told = asdict(seen) | {"at": seen.at.isoformat() if seen.at else "", "by": reader_id}
    return signing.dumps(told, salt=SALT, compress=True)


def read(request: HttpRequest) -> SeenAs | None:
    """What the address asks for; None if it is forged, too old, somebody else's, or of a page that is not shown so."""
    if request.method != "GET" or not may_look(request):
        return None
    try:
        told: dict[str, Any] = signing.loads(request.GET.get(PARAMETER, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    if told.pop("by") != request.user.pk:
        return None
    at = datetime.fromisoformat(told["at"]) if told["at"] else None
    seen = SeenAs(**told | {"at": at, "segment_ids": tuple(told["segment_ids"])})
    if seen.user_id is not None and not may_see_accounts(request.user):
        return None
    return seen if may_be_seen(request.path, is_account=seen.user_id is not None) else None


def may_be_seen(path: str, *, is_account: bool) -> bool:
    """A page of the shop that everybody may open."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    out = {*conf.POPUP_FREE_PAGES, *NEVER, *(NOT_AS_AN_ACCOUNT if is_account else ())}
    return not {match.view_name, *match.namespaces} & out


def account(seen: SeenAs) -> Any:
    """The account; None for one that is gone, or that works here: nobody looks with the rights of a colleague."""
    if seen.user_id is None:
        return None
    shoppers = get_user_model()._default_manager.filter(is_active=True, is_staff=False, is_superuser=False)
    return shoppers.filter(pk=seen.user_id).first()
