"""Where a person stands in our tables: each table that can name one is registered, to be exported and to be erased.

A table without an entry makes a test fail: nobody's data can be forgotten when a new model comes.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from personalization.events.accounts import name_of
from personalization.events.models import ConsentRecord, Event, Visitor
from personalization.events.person import Person
from personalization.registry import Registry

BATCH = 5000
Row = dict[str, Any]


@dataclass(frozen=True)
class Whole:
    """All that one person is to us: an account with the visitors that it was, or a stranger's visitor."""

    user_id: int | None = None
    visitor_ids: tuple[uuid.UUID, ...] = ()
    email: str = ""
    # What the account logs in with: of staff it stands beside what they asked for.
    login: str = ""

    @property
    def is_somebody(self) -> bool:
        """There may be something held."""
        return self.user_id is not None or bool(self.visitor_ids)

    def rows_of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of this person, in a table with a user_id and a visitor_id; what another account did here is theirs."""
        mine = Q(user_id=None, visitor_id__in=self.visitor_ids)
        if self.user_id is not None:
            mine |= Q(user_id=self.user_id)
        return rows.filter(mine)

    def rows_of_account(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the account, in a table that knows no visitors."""
        return rows.filter(user_id=self.user_id) if self.user_id is not None else rows.none()


class PersonalTable:
    """One of our tables in which a person may stand. `name` keys the export; `stays` says what an erasure leaves."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    stays: ClassVar[str | Promise] = ""
    # Worked out from the rest: goes when personalization is withdrawn, and comes back by itself if it is allowed again.
    is_derived: ClassVar[bool] = False
    model: ClassVar[type[Model]]
    # Columns of product ids, one or a list: the export puts the titles beside them.
    products: ClassVar[tuple[str, ...]] = ()

    @property
    def label_for_staff(self) -> str:
        """The label speaks to the person whose data it is; this one to whoever looks after the shop."""
        return str(self.model._meta.verbose_name_plural)

    def mine(self, whole: Whole) -> QuerySet[Any]:
        """This person's rows."""
        return whole.rows_of(self.model._default_manager.all())

    def rows(self, whole: Whole) -> Iterator[Row]:
        """Every row, as the export says it."""
        yield from self.mine(whole).order_by("pk").values().iterator(chunk_size=BATCH)

    def count(self, whole: Whole) -> int:
        """How many rows there are."""
        return self.mine(whole).count()

    def erase(self, whole: Whole) -> int:
        """Deletes the rows, or takes the person out of them; gives how many. Harmless when repeated."""
        return sum(rows.delete()[0] for rows in batches(self.mine(whole)))


class AskedBy(PersonalTable):
    """A table of jobs: beside each that staff asked for stands their login. The job stays, without the name."""

    stays = _("That somebody asked for it is kept, without saying who.")
    # What asks by itself: an account may be called the same.
    nobody: ClassVar[tuple[str, ...]] = ("schedule", "command", "bootstrap", "demo", "")
    longest = 64

    def mine(self, whole: Whole) -> QuerySet[Any]:
        """By the login."""
        rows: QuerySet[Any] = self.model._default_manager.all()
        login = whole.login[: self.longest]
        return rows.none() if login in self.nobody else rows.filter(asked_by=login)

    def rows(self, whole: Whole) -> Iterator[Row]:
        """When; what came of it is about the shop."""
        yield from self.mine(whole).order_by("pk").values("id", "asked_at")

    def erase(self, whole: Whole) -> int:
        """Takes the name out."""
        return self.mine(whole).update(asked_by="")


tables: Registry[PersonalTable] = Registry("table of personal data")


def what_stays() -> list[str]:
    """What an erasure leaves, each sentence once: several tables leave the same."""
    return list(dict.fromkeys(str(table.stays) for table in tables if table.stays))


def batches(rows: QuerySet[Any]) -> Iterator[QuerySet[Any]]:
    """The rows, some thousand at a time, locked in the order of their keys: two erasures never wait in a circle.

    Each batch must be gone from `rows`, deleted or changed, before the next is asked for.
    """
    while keys := list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)[:BATCH]):
        yield rows.model._default_manager.filter(pk__in=keys)


def whole_account(user_id: int, *, visitor_id: uuid.UUID | None = None) -> Whole:
    """An account with every visitor that it ever was; `visitor_id` is the browser in hand, unless it is another's."""
    linked = set(Visitor.objects.filter(user=user_id).values_list("pk", flat=True))
    told = _visitors(Event.objects, user_id) | _visitors(ConsentRecord.objects, user_id)
    return Whole(user_id, _sorted(linked | _free((told | {visitor_id}) - linked - {None})), *_names(user_id))


def whole_visitor(visitor_id: uuid.UUID) -> Whole:
    """A visitor; of one that is linked to an account, the whole account: for those who may see either."""
    user_id = owner_of(visitor_id)
    return whole_account(user_id) if user_id is not None else Whole(visitor_ids=(visitor_id,))


def owner_of(visitor_id: uuid.UUID) -> int | None:
    """The account to which this visitor is linked."""
    return Visitor.objects.filter(pk=visitor_id).values_list("user_id", flat=True).first()


def withdraw(person: Person) -> None:
    """Personalization was withdrawn: what was worked out for the account goes at once; the log stays as it is."""
    if person.user_id is not None:
        forget_derived(person.user_id)


def forget_derived(user_id: int) -> int:
    """Removes the lists that were worked out for this account; gives how many."""
    return sum(table.erase(Whole(user_id)) for table in tables if table.is_derived)


def _visitors(rows: Any, user_id: int) -> set[uuid.UUID | None]:
    return set(rows.filter(user_id=user_id).order_by().values_list("visitor_id", flat=True).distinct())


def _free(visitor_ids: Iterable[uuid.UUID | None]) -> set[uuid.UUID]:
    """Without those that are linked to another account."""
    asked = {one for one in visitor_ids if one is not None}
    return asked - set(Visitor.objects.filter(pk__in=asked, user__isnull=False).values_list("pk", flat=True))


def _sorted(visitor_ids: Iterable[uuid.UUID]) -> tuple[uuid.UUID, ...]:
    return tuple(sorted(visitor_ids))


def _names(user_id: int) -> tuple[str, str]:
    user = get_user_model()._default_manager.filter(pk=user_id).first()
    return (name_of(user), user.get_username()) if user is not None else ("", "")


def names_of(whole: Whole) -> Sequence[str]:
    """Under which words somebody may stand in a text: visitor ids and e-mail."""
    return [*map(str, whole.visitor_ids), *filter(None, [whole.email])]
