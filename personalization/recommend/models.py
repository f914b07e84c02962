"""What training leaves behind: runs, the pointer to the one being served, and plain tables by version."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class TrainingRunQuerySet(models.QuerySet["TrainingRun"]):
    """Named filters."""

    def under_way(self) -> "TrainingRunQuerySet":
        """Those that wait for the worker, and the one that it does."""
        return self.filter(status__in=[TrainingRun.Status.WAITING, TrainingRun.Status.RUNNING])


class TrainingRun(models.Model):
    """One training of the models: what it learned from, how good it was, what became of it."""

    class Status(models.TextChoices):
        """From the wish to the verdict."""

        WAITING = "waiting", _("waiting for the worker")
        RUNNING = "running", _("running")
        PUBLISHED = "published", _("served to shoppers")
        RETIRED = "retired", _("kept for a rollback")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")

    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.WAITING)
    asked_by = models.CharField(_("asked by"), max_length=64)
    asked_at = models.DateTimeField(_("asked for"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=64, blank=True)
    progress = models.FloatField(_("progress"), default=0.0)
    seed = models.IntegerField(_("seed"), default=0)
    data_until = models.DateTimeField(_("learned from events until"), null=True, blank=True)
    facts = models.JSONField(_("what it learned from"), default=dict, blank=True)
    figures = models.JSONField(_("quality"), default=dict, blank=True)
    # Kept untranslated, with its words beside it: the owner reads it in the language of the day.
    verdict = models.TextField(_("verdict"), blank=True)
    verdict_words = models.JSONField(default=dict, blank=True)

    objects = TrainingRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("training run")
        verbose_name_plural = _("training runs")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="personalization_run_progress"),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="published"), name="personalization_run_one_served"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.pk}"

    @property
    def verdict_told(self) -> str:
        """The verdict in the reader's language."""
        return gettext(self.verdict) % self.verdict_words if self.verdict else ""


class ServedModel(models.Model):
    """The one-row pointer to the version that shoppers see; publishing and rolling back is one flip of it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    run = models.ForeignKey(TrainingRun, on_delete=models.PROTECT, related_name="+")
    flipped_at = models.DateTimeField()

    class Meta:
        verbose_name = _("served model")
        verbose_name_plural = _("served model")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="personalization_served_once")]

    def __str__(self) -> str:
        return str(self.run)


class NeighbourList(models.Model):
    """The neighbours of one product in one version, best first: one row, one look-up."""

    class Relation(models.TextChoices):
        """In which way two products are close."""

        SIMILAR = "similar", _("taken instead")
        TOGETHER = "together", _("bought together")
        ALSO = "also", _("liked by the same shoppers")
        VIEWED = "viewed", _("looked at next")

    run = models.ForeignKey(TrainingRun, on_delete=models.CASCADE, related_name="+")
    relation = models.CharField(max_length=16, choices=Relation)
    product_id = models.BigIntegerField()
    neighbour_ids = ArrayField(models.BigIntegerField())
    scores = ArrayField(models.FloatField())
    supports = ArrayField(models.IntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "relation", "product_id"], name="personalization_neighbour_once")
        ]

    def __str__(self) -> str:
        return f"{self.relation} {self.product_id}"


class ShopperList(models.Model):
    """What one known shopper is likely to buy, thought out overnight, best first."""

    class Task(models.TextChoices):
        """What was asked."""

        NEXT = "next", _("to buy next")
        NOVEL = "novel", _("to buy for the first time")

    run = models.ForeignKey(TrainingRun, on_delete=models.CASCADE, related_name="+")
    # The database fills it in too: a worker that was not restarted yet knows nothing of it.
    task = models.CharField(max_length=8, choices=Task, default=Task.NEXT, db_default=Task.NEXT)
    user_id = models.BigIntegerField()
    product_ids = ArrayField(models.BigIntegerField())
    scores = ArrayField(models.FloatField())
    reasons = ArrayField(models.PositiveSmallIntegerField())
    because_ids = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "user_id", "task"], name="personalization_shopperlist_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class ItemVector(models.Model):
    """The item2vec vectors of one product: float32, little-endian; the next night starts from them."""

    run = models.ForeignKey(TrainingRun, on_delete=models.CASCADE, related_name="+")
    product_id = models.BigIntegerField()
    inward = models.BinaryField()
    outward = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "product_id"], name="personalization_vector_once")]

    def __str__(self) -> str:
        return f"{self.product_id}"


class RankedList(models.Model):
    """A best-seller or trend list: of the whole shop, of one category, of a region, or of a group of shoppers."""

    measure = models.CharField(max_length=16)
    period = models.CharField(max_length=16)
    # 0 stands for the whole shop, and so does an empty scope: a null would not be unique.
    category_id = models.BigIntegerField(default=0)
    # "region:kyiv" or "group:price_and_department:high-12".
    scope = models.CharField(max_length=160, default="", blank=True)
    product_ids = ArrayField(models.BigIntegerField())
    scores = ArrayField(models.FloatField())
    refreshed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "period", "scope", "category_id"], name="personalization_ranked_list_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.period} {self.scope or self.category_id}"
