"""Accounts for the back-office: an e-mail is shown to those who may see the shop's users, and to nobody else."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_permission_codename, get_user_model

FOUND = 20


def may_see_accounts(reader: Any) -> bool:
    """May this member of staff see whose account it is?"""
    options = get_user_model()._meta
    return any(
        reader.has_perm(f"{options.app_label}.{get_permission_codename(action, options)}")
        for action in ("view", "change")
    )


def emails_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """The e-mail of each account that still exists: one query."""
    wanted = {one for one in user_ids if one}
    rows = get_user_model()._default_manager.filter(pk__in=wanted) if wanted else []
    return {user.pk: name_of(user) for user in rows}


def ids_of(email: str) -> list[int]:
    """The accounts of exactly this e-mail."""
    return list(_by_email(email.strip()).values_list("pk", flat=True))


def staff_of(user_ids: Iterable[int | None]) -> set[int]:
    """Those of the accounts that are the shop's staff: one query."""
    wanted = {one for one in user_ids if one}
    staff = get_user_model()._default_manager.filter(pk__in=wanted, is_staff=True) if wanted else None
    return set(staff.values_list("pk", flat=True)) if staff is not None else set()


def find_accounts(words: str, *, limit: int = FOUND) -> list[tuple[int, str]]:
    """Accounts whose e-mail begins with the words."""
    words = words.replace("\0", "").strip()
    field = get_user_model().get_email_field_name()
    found = get_user_model()._default_manager.filter(**{f"{field}__istartswith": words}).order_by(field)
    return [(user.pk, name_of(user)) for user in found[:limit]] if words else []


def _by_email(email: str) -> Any:
    return get_user_model()._default_manager.filter(**{f"{get_user_model().get_email_field_name()}__iexact": email})


def name_of(user: Any) -> str:
    """The e-mail of an account; without one, what it logs in with."""
    return str(getattr(user, user.get_email_field_name(), "") or user.get_username())
