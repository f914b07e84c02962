"""What the shop itself knows of its customers, by the hook PERSONALIZATION_DEMOGRAPHICS."""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.module_loading import import_string

from personalization.conf import conf
from personalization.people.profiles.models import Profile

logger = logging.getLogger("personalization")

BATCH = 1000
MOST_KEYS, LONGEST = 20, 100

_KEEP = """
UPDATE personalization_profile AS known SET demographics = told.demographics, changed_at = %(now)s
FROM unnest(%(accounts)s::bigint[], %(told)s::jsonb[]) AS told (user_id, demographics)
WHERE known.user_id = told.user_id AND known.demographics IS DISTINCT FROM told.demographics
"""


def ask_about_everybody(*, now: datetime) -> None:
    """Asks the hook about every account that has a profile, some at a time."""
    last = 0
    while conf.DEMOGRAPHICS is not None:
        accounts = list(
            Profile.objects.filter(user_id__gt=last).order_by("user_id").values_list("user_id", flat=True)[:BATCH]
        )
        if not accounts or not _ask(accounts, now):
            return
        last = accounts[-1]


def ask_about(accounts: Sequence[int], *, now: datetime) -> None:
    """Asks the hook about these accounts, some at a time."""
    for first in range(0, len(accounts) if conf.DEMOGRAPHICS is not None else 0, BATCH):
        if not _ask(accounts[first : first + BATCH], now):
            return


def _ask(accounts: Sequence[int], now: datetime) -> bool:
    """Keeps what it says; False if it fails: then what was known stays, and it is asked again another time."""
    try:
        # One that fails in the database takes only its own part of the transaction along.
        with transaction.atomic():
            answer = import_string(str(conf.DEMOGRAPHICS))(accounts)
        told = [_cleaned(answer.get(account, {})) for account in accounts]
    except Exception:  # the shop's callable may do anything, and the profiles are worth having without it
        logger.exception("PERSONALIZATION_DEMOGRAPHICS failed; what was known before stays")
        return False
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"accounts": list(accounts), "told": [_json(one) for one in told], "now": now})
    return True


def _cleaned(known: Mapping[str, Any]) -> dict[str, str | int | float]:
    """Plain values only, and not too many."""
    told = {str(name)[:LONGEST]: _plain(value) for name, value in known.items()}
    kept = [(name, value) for name, value in told.items() if value is not None and name]
    return dict(kept[:MOST_KEYS])


def _plain(value: Any) -> str | int | float | None:
    if isinstance(value, str):
        return str(value).replace("\0", "")[:LONGEST] or None
    return value if isinstance(value, (int, float)) and value == value and abs(value) != float("inf") else None


def _json(known: Mapping[str, Any]) -> str:
    return json.dumps(known)
