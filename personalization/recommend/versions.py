"""Which version shoppers see: publishing and rolling back is one flip of a pointer; old versions are cleared away."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from personalization.conf import conf
from personalization.recommend.models import ItemVector, NeighbourList, ServedModel, ShopperList, TrainingRun

Status = TrainingRun.Status


class NotServable(ValueError):
    """Only a version that was served before can be served again: choose one that is kept for a rollback."""


def served() -> TrainingRun | None:
    """The version that shoppers see now."""
    pointer = ServedModel.objects.select_related("run").first()
    return pointer.run if pointer else None


@transaction.atomic
def publish(run: TrainingRun, *, now: datetime) -> None:
    """Makes this version the served one; the one before it is kept for a rollback."""
    with connection.cursor() as cursor:
        # One flip at a time; the lock goes with the transaction.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('personalization.publish'))")
    TrainingRun.objects.filter(status=Status.PUBLISHED).update(status=Status.RETIRED)
    TrainingRun.objects.filter(pk=run.pk).update(status=Status.PUBLISHED, published_at=now)
    ServedModel.objects.update_or_create(pk=1, defaults={"run": run, "flipped_at": now})


def roll_back(run: TrainingRun, *, now: datetime) -> None:
    """Serves an older version again. Raises NotServable for one whose tables are gone."""
    if run.status != Status.RETIRED or not NeighbourList.objects.filter(run=run).exists():
        raise NotServable(
            _("This version can't be served: its tables are gone. Choose one that is kept for a rollback.")
        )
    publish(run, now=now)


def clear_old_versions() -> int:
    """Drops the tables of all but the newest KEPT_VERSIONS; the rows of the runs stay as a record. Gives how many."""
    kept = TrainingRun.objects.filter(status__in=[Status.PUBLISHED, Status.RETIRED]).order_by("-published_at")
    keep_ids = {
        *kept.values_list("pk", flat=True)[: conf.KEPT_VERSIONS],
        *ServedModel.objects.values_list("run_id", flat=True),
    }
    stale = list(
        TrainingRun.objects.exclude(pk__in=keep_ids).exclude(status=Status.RUNNING).values_list("pk", flat=True)
    )
    dropped = [drop_tables(run_id) for run_id in stale]
    return sum(dropped)


def drop_tables(run_id: int) -> int:
    """Empties the tables of one version; gives 1 if there was anything."""
    counts = [model.objects.filter(run_id=run_id).delete()[0] for model in (NeighbourList, ShopperList, ItemVector)]
    return int(any(counts))
