"""Who was erased, or has said no for their account: what comes late, or is written again, no longer names them."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.encoding import force_bytes
from django.utils.module_loading import import_string

from personalization.conf import conf
from personalization.events.consent import STORING, answered
from personalization.events.models import AccountConsent, Erasure
from personalization.shop import OrderLine


def visitor_subject(visitor_id: uuid.UUID) -> bytes:
    """The fingerprint of a visitor; the writing statement works out the same one."""
    return hashlib.sha256(visitor_id.bytes).digest()


def account_subject(user_id: int) -> bytes:
    """The fingerprint of an account."""
    return hashlib.sha256(force_bytes(f"account:{user_id}")).digest()


def was_erased(user_id: int, *, since: datetime | None) -> bool:
    """This account was erased after that moment, or ever: what it had answered before is void."""
    erasures = Erasure.objects.filter(subject=account_subject(user_id))
    return (erasures.filter(erased_at__gte=since) if since else erasures).exists()


def nameable(user_ids: Iterable[int]) -> set[int]:
    """The accounts that may be named by what happens while nobody of theirs is before a page.

    Their own last answer says so. Where silence is a yes, or the shop asks by itself, all but those who said no.
    """
    owners = set(user_ids)
    if not owners:
        return set()
    answers = dict(AccountConsent.objects.filter(user_id__in=owners).values_list("user_id", "purposes"))
    agreed = {owner for owner, purposes in answers.items() if STORING & set(purposes)}
    if import_string(conf.CONSENT) is answered:
        return agreed
    return agreed | (owners - answers.keys() - _erased_at(owners).keys())


def nameless_lines(lines: Sequence[OrderLine]) -> set[int]:
    """The order lines that may not name their account: erased after the order, refused, or never asked if need be.

    An erased account that has not answered anew has refused.
    """
    owners = {line.user_id for line in lines if line.user_id is not None}
    if not owners:
        return set()
    answers = dict(AccountConsent.objects.filter(user_id__in=owners).values_list("user_id", "purposes"))
    refused = _without_consent(owners, answers)
    erased_at = _erased_at(owners)
    return {
        line.id
        for line in lines
        if line.user_id in refused
        or (line.user_id in erased_at and (line.user_id not in answers or line.placed_at <= erased_at[line.user_id]))
    }


def _erased_at(owners: Iterable[int]) -> dict[int, datetime]:
    by_subject = {account_subject(owner): owner for owner in owners}
    erasures = Erasure.objects.filter(subject__in=list(by_subject))
    return {by_subject[bytes(erasure.subject)]: erasure.erased_at for erasure in erasures}


def _without_consent(owners: Iterable[int], answers: Mapping[int, Sequence[str]]) -> set[int]:
    if conf.PURCHASES_NEED_CONSENT:
        return {owner for owner in owners if not STORING & set(answers.get(owner, ()))}
    return {owner for owner, purposes in answers.items() if not STORING & set(purposes)}
