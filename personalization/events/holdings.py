"""The log's own tables that hold somebody's data. Their order is the order in which an erasure locks them."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from personalization.events.kinds import kinds
from personalization.events.models import AccountConsent, ConsentRecord, Event, QuarantinedPayload, Visitor
from personalization.events.personal import PersonalTable, Row, Whole, batches, names_of, tables
from personalization.events.purchases import KIND as PURCHASED

NOBODY: dict[str, Any] = {"user_id": None, "visitor_id": None}


@tables.register
class Visitors(PersonalTable):
    """The browsers. First, as in the statement that writes: nobody waits for the other in a circle."""

    name, label, model = "visitors", _("browsers that you came with"), Visitor

    def mine(self, whole: Whole) -> QuerySet[Any]:
        """By their ids."""
        return Visitor.objects.filter(pk__in=whole.visitor_ids)


@tables.register
class Events(PersonalTable):
    """The log: deleted, but for what was sold."""

    name, label, model = "events", _("what you looked at, searched for and bought"), Event
    stays = _("What was sold stays sold: purchases are kept, and nothing in them says who bought.")
    products = ("product_id", "variant_id")

    def rows(self, whole: Whole) -> Iterator[Row]:
        """Each with its kind in words."""
        for row in super().rows(whole):
            yield {**row, "what_happened": kinds.get(row["kind"]).label if row["kind"] in kinds else row["kind"]}

    def erase(self, whole: Whole) -> int:
        """Deletes; purchases, and what another account did in one of these browsers, only lose the name."""
        mine = self.mine(whole)
        gone = sum(rows.delete()[0] for rows in batches(mine.exclude(kind=PURCHASED)))
        kept = sum(rows.update(**NOBODY, visit_id=None) for rows in batches(mine.filter(kind=PURCHASED)))
        others = Event.objects.filter(visitor_id__in=whole.visitor_ids, user_id__isnull=False)
        for rows in batches(others):
            rows.update(visitor_id=None, visit_id=None)
        return gone + kept


@tables.register
class Ledger(PersonalTable):
    """The ledger of consent: its lines stay, without the person."""

    name, label, model = "consents", _("what you agreed to, and when"), ConsentRecord
    stays = _("That somebody once agreed, and to which words, is kept without saying who.")

    def erase(self, whole: Whole) -> int:
        """Takes the person out; of another account's line, the browser."""
        taken = sum(rows.update(**NOBODY) for rows in batches(self.mine(whole)))
        for rows in batches(ConsentRecord.objects.filter(visitor_id__in=whole.visitor_ids)):
            rows.update(visitor_id=None)
        return taken


@tables.register
class LastConsent(PersonalTable):
    """The account's last answer."""

    name, label, model = "consent_of_account", _("your last answer"), AccountConsent

    def mine(self, whole: Whole) -> QuerySet[Any]:
        """By the account."""
        return whole.rows_of_account(AccountConsent.objects.all())


@tables.register
class Unreadable(PersonalTable):
    """Messages of browsers that nobody could read: kept for a week, and seldom with a name in them."""

    name, label, model = "unreadable_messages", _("messages of your browser that we could not read"), QuarantinedPayload

    def mine(self, whole: Whole) -> QuerySet[Any]:
        """Those whose bytes hold one of the ids, or the e-mail address."""
        names = [name.encode() for name in names_of(whole)]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM personalization_quarantinedpayload WHERE EXISTS "
                "(SELECT FROM unnest(%s::bytea[]) AS name WHERE position(name IN body) > 0)",
                [names],
            )
            return QuarantinedPayload.objects.filter(pk__in=[key for (key,) in cursor.fetchall()])

    def rows(self, whole: Whole) -> Iterator[Row]:
        """With the bytes as text."""
        for row in super().rows(whole):
            yield {**row, "body": bytes(row["body"]).decode(errors="replace")}
