"""The job behind bundles: composed anew for each served model and once a day, priced again whenever it is due."""

from datetime import datetime

from personalization.events.days import day_of
from personalization.jobs.models import JobRun
from personalization.recommend.bundles.compose import compose
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.bundles.price import price
from personalization.recommend.models import ServedModel

JOB = "refresh bundles"


def refresh_bundles(*, now: datetime) -> dict[str, int]:
    """Bundles of the version that is served, and what they save; with no version there are none."""
    served = ServedModel.objects.first()
    if served is None:
        Bundle.objects.all().delete()
        return {"bundles": 0, "priced": 0}
    bundles = compose(served.run_id, now=now) if _is_due(served, now) else Bundle.objects.count()
    return {"bundles": bundles, "priced": price(now=now)}


def _is_due(served: ServedModel, now: datetime) -> bool:
    """Another version is served, or it is a new day: goods and prices change under the same version, too."""
    first = Bundle.objects.order_by("pk").first()
    if first is None:
        return not _found_none(served, now)
    return first.run_id != served.run_id or day_of(first.composed_at) != day_of(now)


def _found_none(served: ServedModel, now: datetime) -> bool:
    """There is nothing to compose in a shop of one category: it need not be found out every ten minutes."""
    done = JobRun.objects.filter(job=JOB, status=JobRun.Status.DONE, started_at__gte=served.flipped_at)
    last = done.filter(summary__bundles=0).order_by("-started_at").first()
    return last is not None and day_of(last.started_at) == day_of(now)
