"""The visitor and the log."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from personalization.events.kinds import Traffic, kind_choices


class Visitor(models.Model):
    """A browser that comes back, linked to an account once it has logged in."""

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    traffic = models.CharField(_("who it is"), max_length=8, choices=Traffic.CHOICES, default=Traffic.SHOPPER)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))
    linked_at = models.DateTimeField(_("linked to the account"), null=True, blank=True)
    visits = models.PositiveIntegerField(_("visits"), default=0)
    visit_id = models.UUIDField(_("last visit"), null=True, blank=True)
    script_seen_at = models.DateTimeField(_("script seen"), null=True, blank=True)

    class Meta:
        verbose_name = _("visitor")
        verbose_name_plural = _("visitors")
        ordering = ["-last_seen_at"]
        indexes = [models.Index(fields=["-last_seen_at"], name="personalization_visitor_seen")]

    def __str__(self) -> str:
        return str(self.id)[:8]


class Event(models.Model):
    """One thing that happened. The table is partitioned by month over the id, which carries the time."""

    id = models.UUIDField(_("id"), primary_key=True, editable=False)
    kind = models.CharField(_("what happened"), max_length=32, choices=kind_choices)
    happened_at = models.DateTimeField(_("when"))
    visitor_id = models.UUIDField(_("visitor"), null=True, blank=True)
    user_id = models.BigIntegerField(_("account"), null=True, blank=True)
    visit_id = models.UUIDField(_("visit"), null=True, blank=True)
    traffic = models.CharField(_("who made it"), max_length=8, choices=Traffic.CHOICES, default=Traffic.SHOPPER)
    # The product as the shop lists it (a parent or a stand-alone), and the variant that it was about, if any.
    product_id = models.BigIntegerField(_("product"), null=True, blank=True)
    variant_id = models.BigIntegerField(_("variant"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2, null=True, blank=True)
    payload = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            # Of those rows alone that have one: most events are of strangers.
            models.Index(
                fields=["visitor_id", "id"],
                name="personalization_event_visitor",
                condition=models.Q(visitor_id__isnull=False),
            ),
            models.Index(
                fields=["user_id", "id"],
                name="personalization_event_user",
                condition=models.Q(user_id__isnull=False),
            ),
            models.Index(fields=["kind", "id"], name="personalization_event_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d %H:%M}"


class ConsentRecord(models.Model):
    """A line of the ledger: who agreed to what, in which words, and when. Lines are added, never changed."""

    id = models.BigAutoField(primary_key=True)
    given_at = models.DateTimeField(_("when"))
    visitor_id = models.UUIDField(_("visitor"), null=True, blank=True)
    user_id = models.BigIntegerField(_("account"), null=True, blank=True)
    purposes = ArrayField(models.CharField(max_length=16), verbose_name=_("agreed to"), default=list, blank=True)
    text_version = models.PositiveIntegerField(_("version of the text"))
    text = models.TextField(_("the words shown"), blank=True)
    language = models.CharField(_("language"), max_length=16, blank=True)
    source = models.CharField(_("where"), max_length=32)
    had_signal = models.BooleanField(_("the browser said no"), default=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consent ledger")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user_id"], name="personalization_consent_user"),
            models.Index(fields=["visitor_id"], name="personalization_consent_visit"),
        ]

    def __str__(self) -> str:
        return f"{self.given_at:%Y-%m-%d %H:%M}"


class AccountConsent(models.Model):
    """The last answer of an account: it counts on all of its devices, whatever their cookies say."""

    user_id = models.BigIntegerField(_("account"), primary_key=True)
    purposes = ArrayField(models.CharField(max_length=16), verbose_name=_("agreed to"), default=list, blank=True)
    changed_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("consent of an account")
        verbose_name_plural = _("consent of accounts")

    def __str__(self) -> str:
        return f"{self.user_id}"


class Erasure(models.Model):
    """Somebody was erased: the SHA-256 of a random visitor id or of an account, so that nothing late comes back."""

    subject = models.BinaryField(_("fingerprint"), primary_key=True, max_length=32)
    erased_at = models.DateTimeField(_("when"))
    rows = models.JSONField(_("how many rows"), default=dict, blank=True)
    asked_by = models.CharField(_("asked by"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-erased_at"]

    def __str__(self) -> str:
        return bytes(self.subject).hex()[:8]


class Tally(models.Model):
    """What the browsers sent in a day, by what became of it; sixteen rows each, so that no server waits for another."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(_("day"))
    outcome = models.CharField(_("what became of it"), max_length=32)
    shard = models.PositiveSmallIntegerField(default=0)
    count = models.BigIntegerField(_("events"), default=0)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("received and refused")
        ordering = ["-day", "outcome"]
        constraints = [models.UniqueConstraint(fields=["day", "outcome", "shard"], name="personalization_tally_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.outcome}"


class QuarantinedPayload(models.Model):
    """What a browser sent and nobody could read: kept for a week, so that it can be tried again."""

    id = models.BigAutoField(primary_key=True)
    received_at = models.DateTimeField(_("when"))
    reason = models.CharField(_("why it was refused"), max_length=32)
    body = models.BinaryField(_("what came"))
    details = models.CharField(_("what is wrong"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("unreadable message")
        verbose_name_plural = _("unreadable messages")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.reason} {self.received_at:%Y-%m-%d %H:%M}"


class DailyFigureQuerySet(models.QuerySet["DailyFigure"]):
    """Named filters."""

    def about(self, what: str) -> "DailyFigureQuerySet":
        """The rows of the whole shop ("shop"), of each product ("product"), or of each block ("block")."""
        if what == "product":
            return self.exclude(product_id=0)
        return self.exclude(block="") if what == "block" else self.filter(product_id=0, block="")


class DailyFigure(models.Model):
    """One day of the log in sums, of shoppers only: what is left of it when the events are gone."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(_("day"))
    kind = models.CharField(_("what happened"), max_length=32, choices=kind_choices)
    # 0 and an empty text stand for "of no product" and "of no block": a null would not be unique.
    product_id = models.BigIntegerField(_("product"), default=0)
    block = models.CharField(_("block"), max_length=80, default="", blank=True)
    events = models.BigIntegerField(_("events"), default=0)
    people = models.BigIntegerField(_("people"), default=0)
    units = models.BigIntegerField(_("units"), default=0)
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=2, default=0)
    # Said of the whole shop's row: events of this kind have left the log that day, so its figures are made no more.
    is_final = models.BooleanField(default=False)

    objects = DailyFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily figure")
        verbose_name_plural = _("daily figures")
        ordering = ["-day", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["day", "kind", "product_id", "block"], name="personalization_daily_once")
        ]
        indexes = [models.Index(fields=["kind", "day"], name="personalization_daily_kind")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class SummedDay(models.Model):
    """A day whose figures are made: only such days may leave the log."""

    day = models.DateField(primary_key=True)
    summed_at = models.DateTimeField()
    # Its events were changed since: it is summed again, and nothing of it leaves before.
    is_stale = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("summed day")
        verbose_name_plural = _("summed days")

    def __str__(self) -> str:
        return f"{self.day}"


class ImportedFile(models.Model):
    """A file read into the log: how far it got, so that it can go on from there."""

    class Status(models.TextChoices):
        """From the start to the end."""

        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(_("source"), max_length=64)
    name = models.CharField(_("file"), max_length=255)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.RUNNING)
    # Line numbers: of the last line read, and of the file's last line.
    position = models.BigIntegerField(_("read up to"), default=0)
    lines = models.BigIntegerField(_("lines"), default=0)
    rows_read = models.BigIntegerField(_("rows read"), default=0)
    rows_stored = models.BigIntegerField(_("events stored"), default=0)
    rows_known = models.BigIntegerField(_("known already"), default=0)
    rows_rejected = models.BigIntegerField(_("rows rejected"), default=0)
    rejects = models.CharField(_("file of rejected rows"), max_length=500, blank=True)
    # What belongs to the rows counted above; the rest was written by a chunk that was never committed.
    rejects_bytes = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["source", "fingerprint"], name="personalization_import_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        """How much of it is read."""
        if self.status == self.Status.DONE:
            return 100
        return min(99, 100 * self.position // self.lines) if self.lines else 0
