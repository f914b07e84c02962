"""From what a customer says at the counter to the customer: an e-mail, a name, a phone, an order, a card."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from personalization import shop
from personalization.conf import conf
from personalization.events.accounts import find_accounts, may_see_accounts
from personalization.events.filters import is_id
from personalization.events.models import Visitor
from personalization.events.person import Person
from personalization.insight.people.models import Way
from personalization.people.persons import number_of

logger = logging.getLogger("personalization")

FOUND = 20
LONGEST = 200
LARGEST = 1 << 63


@dataclass(frozen=True)
class Hit:
    """Somebody who answers to the words, and by what."""

    person: UUID
    way: str
    user: Any = None

    @property
    def name(self) -> str:
        """As the account calls itself; empty where it does not say."""
        return name_of(self.user)


def name_of(user: Any) -> str:
    """First and last name, of accounts that have them."""
    told = getattr(user, "get_full_name", None)
    return str(told()).strip() if told is not None else ""


def find(words: str, *, reader: Any) -> list[Hit]:
    """Who is meant, the surest first. Without the right to see accounts, a stranger by the whole id alone."""
    words = words.replace("\0", "").strip()[:LONGEST]
    if not words:
        return []
    if is_id(words):
        return _visitor(UUID(words))
    if not may_see_accounts(reader):
        return []
    ways = dict[int, str]()
    for way, user_id in _accounts(words):
        ways.setdefault(user_id, way)
    users = get_user_model()._default_manager.in_bulk(list(ways)[:FOUND])
    return [Hit(UUID(int=pk), way, users[pk]) for pk, way in ways.items() if pk in users]


def _visitor(visitor_id: UUID) -> list[Hit]:
    known = Visitor.objects.filter(pk=visitor_id).first()
    person = number_of(Person(visitor_id, known.user_id)) if known else None
    return [Hit(person, Way.VISITOR)] if person is not None else []


def _accounts(words: str) -> Iterator[tuple[str, int]]:
    """Each way in turn: what is exact stands before what only begins so."""
    ways: list[tuple[str, Callable[[str], Iterable[int]]]] = [
        (Way.ORDER, lambda asked: shop.accounts_of_order(asked.removeprefix("#"), limit=FOUND)),
        (Way.CARD, _by_card),
        (Way.EMAIL, lambda asked: (pk for pk, _email in find_accounts(asked, limit=FOUND))),
        (Way.PHONE, lambda asked: shop.accounts_of_phone(asked, limit=FOUND) if _is_phone(asked) else ()),
        (Way.NAME, _by_name),
    ]
    for way, found in ways:
        yield from ((way, one) for one in found(words))


def _is_phone(words: str) -> bool:
    return all(one.isdecimal() or one in "+-/(). " for one in words)


def _by_name(words: str) -> list[int]:
    if not any(one.isalpha() for one in words) or "@" in words:
        return []
    return list(dict.fromkeys([*_by_own_name(words), *shop.accounts_by_name(words, limit=FOUND)]))


def _by_own_name(words: str) -> list[int]:
    """A shop's own model of users may have no names."""
    model = get_user_model()
    names = {"first_name", "last_name"} & {field.name for field in model._meta.concrete_fields}
    if not names:
        return []
    asked = Q()
    for word in words.split():
        parts = [Q(**{f"{name}__istartswith": word}) for name in sorted(names)]
        asked &= parts[0] | parts[-1]
    return list(model._default_manager.filter(asked).order_by("pk").values_list("pk", flat=True)[:FOUND])


def _by_card(words: str) -> list[int]:
    """By the shop's own hook for cards and tills; one that fails finds nobody, and the other ways go on."""
    if conf.FIND_CUSTOMER is None:
        return []
    try:
        with transaction.atomic():
            found = [int(one) for one in import_string(conf.FIND_CUSTOMER)(words)][:FOUND]
    except Exception:  # the shop's callable may do anything
        logger.exception("PERSONALIZATION_FIND_CUSTOMER failed; nobody is found by a card")
        return []
    return [one for one in found if 0 < one < LARGEST]
